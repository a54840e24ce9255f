"""Every channel and two waves together: no answer of anybody, and no word of who took part."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from app.advice.levels import advice_in
from app.maturity import ORIENTATIONS
from app.reports.archives import shown_release
from app.reports.charts import heatmap_plotly
from app.reports.report import build_report
from app.scoring.change import changes_between
from app.scoring.release import Release
from app.scoring.scales import UnitAnswers
from app.scoring.suppression import cells_of
from app.usecases.advice import advise, first_question
from app.usecases.ledger import Channel
from tests.scoring.builders import release, sheet, unit
from tests.scoring.solvers import participation
from tests.scoring.solvers.organisations import Organisation, drawn_organisation
from tests.scoring.solvers.participation import hidden_groups, took_part

CLOSED = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def frozen(now: Release, earlier: Release | None) -> str:
    return now.model_dump_json() + (earlier.model_dump_json() if earlier else "")


def pages(now: Release, earlier: Release | None) -> str:
    return repr(build_report("Acme", 2, CLOSED, now, advice_in("en"), earlier))


def interface(now: Release, earlier: Release | None) -> str:
    report = build_report("Acme", 2, CLOSED, now, advice_in("en"), earlier)
    fit = repr(advise(now, first_question(now))) if now.cells else ""
    return json.dumps(heatmap_plotly(report.heatmap)) + fit


def archive(now: Release, earlier: Release | None) -> str:
    waves = [shown_release(one) for one in (now, earlier) if one]
    return json.dumps(waves, default=str)


#: What each channel prints of two waves. A new channel needs a row here.
ROWS: Mapping[Channel, Callable[[Release, Release | None], str]] = {
    Channel.RELEASE: frozen,
    Channel.SCREEN: pages,
    Channel.PDF: pages,
    Channel.INTERFACE: interface,
    Channel.ARCHIVE: archive,
}

ORGANISATIONS = range(8)


def two_waves(seed: int) -> tuple[Organisation, Organisation]:
    """Two waves of one organisation: some people stay and answer alike, others are new."""
    chance = np.random.default_rng(seed)
    first = drawn_organisation(chance)
    return first, first.a_wave_later(chance)


def test_every_channel_of_the_gate_stands_in_the_list() -> None:
    assert set(ROWS) == set(Channel)


@pytest.mark.parametrize("channel", Channel)
def test_a_channel_prints_nothing_that_does_not_follow_from_the_frozen_releases(
    channel: Channel,
) -> None:
    for seed in ORGANISATIONS:
        earlier, now = (release(*one.units()) for one in two_waves(seed))
        read = [Release.model_validate_json(one.model_dump_json()) for one in (now, earlier)]
        assert ROWS[channel](now, earlier) == ROWS[channel](read[0], read[1])
        assert ROWS[channel](now, None) == ROWS[channel](read[0], None)


def test_other_answers_of_others_fit_everything_that_two_waves_print() -> None:
    tried = 0
    for seed in ORGANISATIONS:
        waves = two_waves(seed)
        prints = [release(*one.units()) for one in waves]
        moves = changes_between(prints[1], prints[0])
        for number, one in enumerate(waves):
            for cell in prints[number].cells:
                members = cell.members or (cell.id,)
                for scale in range(3):
                    other = one.another_world(members, scale, prints[number])
                    assert other is not None, (seed, number, members, scale)
                    again = [release(*other.units()) if n == number else prints[n] for n in (0, 1)]
                    assert again == prints
                    assert changes_between(again[1], again[0]) == moves
                    tried += 1
    assert tried > 80


def told_of(found: Release) -> list[tuple[str, str]]:
    """Return the hidden groups of which all, or none, are known to have taken part."""
    told = []
    for group in hidden_groups(found):
        pool = found.pool_of(group.id)
        if pool is not None and pool.answered == pool.invited:
            continue  # All of a pool took part, which its participants were told beforehand.
        least, most = took_part(found, group.id)
        if least == group.invited:
            told.append((group.id, "all"))
        if most == 0:
            told.append((group.id, "none"))
    return told


def test_no_participation_is_found_out() -> None:
    hidden = 0
    for seed in range(100, 175):
        for one in two_waves(seed):
            found = release(*one.units())
            hidden += len(hidden_groups(found))
            assert told_of(found) == []
    assert hidden > 200


def test_a_pool_of_one_and_eight_would_tell_that_the_one_took_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    units = [unit("a", [sheet("333333")], invited=1), unit("b", [sheet("222222")] * 4, invited=8)]
    assert release(*units).cells == ()
    monkeypatch.setattr("app.scoring.scales.cells_of", without_people)
    monkeypatch.setattr(participation, "TELLING_POOLS_ARE_HIDDEN", False)
    assert told_of(release(*units)) == [("a", "all")]


def without_people(
    parents: Mapping[str, str | None],
    counts: Mapping[str, Sequence[int]],
    k: int,
    _invited: Mapping[str, int],
) -> object:
    return cells_of(parents, counts, k)


def rested_on_before(units: Sequence[UnitAnswers], scored: Mapping[str, Sequence[int]]) -> object:
    """The groups that each orientation's figure of all rested on, as releases used to list them.

    Groups travelled up on each orientation by itself, named where somebody's answers counted.
    """
    return [
        sorted(one.id for one in units if scored[one.id][place])
        for place, _orientation in enumerate(ORIENTATIONS)
    ]


def test_what_figures_rest_on_no_longer_tells_where_one_person_could_not_say() -> None:
    # The one person of A could not say on customers.
    unsure = [unit("a", [sheet("333333", "??????")]), unit("b", [sheet("222222")] * 4)]
    unsure.append(unit("c", [sheet("222222", "333333")] * 3))
    scored = {"a": (1, 0, 1), "b": (4, 4, 4), "c": (3, 3, 3)}
    assert rested_on_before(unsure, scored) == [["a", "b", "c"], ["b", "c"], ["a", "b", "c"]]
    sure = [unit("a", [sheet("333333")]), *unsure[1:]]
    found, other = release(*unsure), release(*sure)
    assert [(row.id, row.members) for row in found.units] == [
        (row.id, row.members) for row in other.units
    ]
    assert {row.members for row in found.units} == {(), ("a", "b", "c")}
