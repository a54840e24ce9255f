"""Units with the figures a test is about; by default settled at one level, of one mind, 8 of 8."""

from fractions import Fraction

from app.maturity import ACCEPTANCE, LEVELS, ORIENTATIONS, Level, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.profile import Agreement, Overall, Profile
from app.scoring.release import Release, UnitResult
from tests.scoring.builders import release, sheet, unit

Band = tuple[int, int] | None
VALUE_STREAM, CUSTOMER, MEASUREMENT = Orientation


def shares_at(level: int) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Return the shares of a group in which every answer describes the same level."""
    two, three, four, five = (Fraction(level >= step) for step in LEVELS[1:])
    return two, three, four, five


def profile(
    level: int = 3,
    band: Band = (3, 3),
    *,
    split: bool = False,
    deviation: float | None = 0.0,
    mean: float | None = None,
) -> Profile:
    return Profile(
        n=8,
        units=1,
        mean=level if mean is None else mean,
        se=0.2,
        se_textbook=0.1,
        interval=(1, 5),
        shares=shares_at(level),
        share_se=(0.1, 0.1, 0.1, 0.1),
        level=Level(level),
        band=band,
        progress=None,
        agreement=Agreement(
            ad_mean=deviation,
            ad_median=deviation,
            rwg_uniform=0.9,
            rwg_slight_skew=0.9,
            lindell=0.9,
        ),
        split=split,
    )


def settled(level: int = 3) -> Profile:
    return profile(level, (level, level))


def result(
    name: str = "a",
    level: int | None = 3,
    band: Band | str = "settled",
    *,
    answered: int | None = 8,
    acceptance: float | None = None,
    **profiles: Profile,
) -> UnitResult:
    """Make a unit at a level; an orientation not given by its name is settled at that level."""
    scales: dict[Scale, Profile] = {
        o: profiles.get(o.value, settled(level or 3)) for o in ORIENTATIONS
    }
    if acceptance is not None:
        scales[ACCEPTANCE] = profile(3, mean=acceptance)
    own_band = (level or 3, level or 3) if isinstance(band, str) else band
    overall = None
    if level is None:
        del scales[MEASUREMENT]
    else:
        overall = Overall(
            n=8, mean=level, se=0.2, shares=shares_at(level), level=Level(level), band=own_band
        )
    return UnitResult(
        id=name,
        name=name,
        parent=None,
        kind="data",
        depth=1,
        is_parent=False,
        invited=10,
        answered=answered,
        profiles=scales,
        overall=overall,
    )


def suppressed(name: str = "hidden") -> UnitResult:
    return result(name).model_copy(update={"answered": None, "profiles": {}, "overall": None})


#: A telecommunications company in which one group is too small to be shown.
KINDS = {
    "network": ("network", 5),
    "erp": ("enterprise-applications", 4),
    "development": ("applications", 3),
    "data centre": ("data-centre", 1),
    "hidden": ("governance", 5),
}


def telecom(**levels: int) -> Release:
    units = []
    for name, (kind, level) in KINDS.items():
        count = 3 if name == "hidden" else 12
        answers = str(levels.get(name.replace(" ", "_"), level)) * 6
        made = unit(name, [sheet(answers, heart="444")] * count)
        units.append(type(made)(**{**vars(made), "kind": kind}))
    return release(*units)
