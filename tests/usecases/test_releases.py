"""Releases that older rules made are made again, from the answers, by today's."""

import json
from random import Random

import pytest
from sqlalchemy import delete
from sqlmodel import select

from app.scoring.ledger import ReleasedSets
from app.scoring.release import Release
from app.storage.store import Store
from app.storage.tables import FrozenRelease, LedgerEntry
from app.usecases.ledger import Channel
from app.usecases.releases import renew_releases
from app.usecases.results import view_results
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, launch, marked
from tests.storage.test_ballots import submission

GROUPS = {
    ("ERP", "Applications", "enterprise-applications"): 8,
    ("Development", "Applications", "applications"): 12,
    ("Security", "Applications", "security"): 4,
    ("Office", "Applications", "governance"): 3,
}


@pytest.fixture
def closed(store: Store) -> tuple[str, Release]:
    """A closed wave in which the two small groups form a pool."""
    wave = launch(store, GROUPS, modules=("pain-points",))
    for unit, level in (("ERP", 4), ("Development", 3), ("Security", 2), ("Office", 2)):
        for number, code in enumerate(codes_of(wave, unit)):
            answers = marked(str(level + number % 2) * 21)
            sent = submission(code, answers=answers)
            sent = type(sent)(**{**vars(sent), "comment": f"{unit} {number}"})
            store.ballot_box.submit(sent).result()
    return wave.wave_id, close_wave(store, wave.wave_id, NOW, Random(1))


def make_old(store: Store, wave_id: str) -> None:
    """Write a release as rules before today's had it: finer, with parents, and unnumbered."""
    with store.writing() as work:
        row = work._session.exec(select(FrozenRelease)).one()
        content = json.loads(row.content)
        del content["rules"]
        content["units"] = [unit for unit in content["units"] if not unit["members"]]
        for unit in content["units"]:
            unit["profiles"] = {"value_stream": {"mean": 2.3333, "shares": ["1/3"]}}
        row.content = json.dumps(content)
        work.commit()


def test_an_old_release_is_made_again_as_today_would_make_it(
    store: Store, closed: tuple[str, Release]
) -> None:
    wave_id, release = closed
    make_old(store, wave_id)
    assert renew_releases(store) == 1
    renewed = view_results(store, wave_id).release
    assert renewed == release
    assert len(renewed.comments) == 27
    assert [unit.name for unit in renewed.cells if unit.is_pool] == ["Security and Office together"]
    assert renew_releases(store) == 0


def test_groups_keep_the_names_that_they_had(store: Store, closed: tuple[str, Release]) -> None:
    wave_id, _release = closed
    make_old(store, wave_id)
    with store.writing() as work:
        for unit in work.units.ever_of(work.waves.get(wave_id).assessment_id):  # type: ignore[union-attr]
            unit.name = f"New {unit.name}"
            work.units.save(unit)
        work.commit()
    renew_releases(store)
    names = {unit.name for unit in view_results(store, wave_id).release.units}
    assert "ERP" in names
    assert not any(name.startswith("New") for name in names)


def test_a_pool_that_published_figures_would_break_open_is_left_out(
    store: Store, closed: tuple[str, Release]
) -> None:
    wave_id, release = closed
    make_old(store, wave_id)
    office = next(unit.id for unit in release.units if unit.name == "Office")
    erp = next(unit.id for unit in release.units if unit.name == "ERP")
    with store.writing() as work:
        # As if older rules had shown a set with the three people of the office in it instead.
        work._session.exec(delete(LedgerEntry))
        shown = ReleasedSets({"acceptance": frozenset({tuple(sorted((office, erp)))})})
        work.ledger.add(wave_id, shown, Channel.SCREEN)
        work.commit()
    renew_releases(store)
    renewed = view_results(store, wave_id).release
    assert [unit.name for unit in renewed.cells] == ["ERP", "Development"]
    assert (renewed.answered, renewed.is_part) == (20, True)
