"""The release of a wave, made from its answers."""

from collections.abc import Sequence

from app.language import speaking
from app.questionnaires.questionnaire import Instrument, Scale
from app.scoring.mirror import mirrors_of
from app.scoring.release import Release, compute_release
from app.scoring.scales import UnitAnswers, score_wave
from app.storage.tables import Wave
from app.storage.unit_of_work import UnitOfWork
from app.usecases.errors import UnknownWave
from app.usecases.ledger import Sizes


def make_release(
    work: UnitOfWork, wave: Wave, units: Sequence[UnitAnswers]
) -> tuple[Release, Sizes]:
    """Return the release, and how many usable respondents each group has in each scale.

    Raises UnknownWave.
    """
    organisation = work.assessments.organisation_of(wave.assessment_id)
    if organisation is None:
        raise UnknownWave(wave.id)
    instrument = work.instruments.get(wave.instrument_digest)
    return release_of(organisation.name, instrument, wave.k, units)


def release_of(
    organisation: str, instrument: Instrument, k: int, units: Sequence[UnitAnswers]
) -> tuple[Release, Sizes]:
    """Return the release of answers, and how many usable respondents each group has by scale."""
    inside = [unit for unit in units if not unit.about]
    facets = [item.facet for item in instrument.items]
    scored = score_wave(inside, instrument.scales, k)
    with speaking(instrument.language):
        release = compute_release(
            organisation, inside, instrument.scales, instrument.version, k, facets, scored
        )
    added = {
        "language": instrument.language,
        "modules": _modules_of(instrument),
        "mirrors": mirrors_of(units, instrument.scales, _asked(instrument), scored, k),
        "comment_prompt": next((m.comment.prompt for m in instrument.modules if m.comment), ""),
    }
    sizes = {scale: found.sizes for scale, found in scored.scales.items()}
    return release.model_copy(update=added), sizes


def _modules_of(instrument: Instrument) -> dict[Scale, str]:
    """Each scale that a module brings, with the module's title."""
    titles = {module.id: module.title for module in instrument.modules}
    return {item.scale: titles[item.module] for item in instrument.items if item.module}


def _asked(instrument: Instrument) -> list[bool]:
    """Which items of a sheet business partners are asked."""
    asked = {item.id for q in instrument.questionnaires if q.mirror for item in q.items}
    return [item in asked for item in instrument.item_ids]
