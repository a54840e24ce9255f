"""Two waves of an organisation whose people are known, released as a real one is.

A person has a place of their own that stays (sd 0.55) and, on the day, a shift common to all
their answers (sd 0.42). Between the waves a fifth of every group is replaced. Which groups
truly moved is known here, so what the report says of them can be counted as right or wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from unittest.mock import patch

import numpy as np

from app.questionnaires.loader import load_instrument
from app.questionnaires.questionnaire import Scale
from app.scoring import scales
from app.scoring.change import Moved, changes_between
from app.scoring.difference import difference
from app.scoring.moments import Floats
from app.scoring.release import Release, compute_release
from app.scoring.respondent import Integers
from app.scoring.rules import CLEAR_CHANGE
from app.scoring.scales import UnitAnswers
from app.scoring.spread import estimate_of

PERSON_SD, ANSWER_SD, GROUP_SD, CENTRE = 0.55, 0.42, 0.4, 3.0
TURNOVER = 0.2
LARGE_ANSWERED, LARGE_INVITED = 24, 30
ITEMS, ORIENTATIONS = 6, 3
#: Willingness at the middle, shown in an unknown way, without flags.
TAIL = np.frombuffer(b"333-0", dtype=np.uint8)


@dataclass(frozen=True)
class Scene:
    """Groups of one size: how many there are, how many of their people answer, who moved.

    The first `moved` groups rise by `by`. Of `large` further groups 24 of 30 people answer, so
    that a wave of small groups tells how far people lie apart.
    """

    answered: int
    invited: int
    moved: int = 0
    by: float = 0.8
    groups: int = 30
    large: int = 0


@dataclass(frozen=True)
class Outcome:
    """How many groups of a run were said to have moved, by both rules; `visible` is the mean."""

    found: int
    false: int
    false_before: int
    visible: float


def run(scene: Scene, runs: int, seed: int) -> list[Outcome]:
    """Let so many organisations be asked twice; the same seed tells the same."""
    chance = np.random.default_rng(seed)
    # How items hold together enters no change, and would take a quarter of the time.
    with patch.object(scales, "consistency", return_value=None):
        return [_outcome(scene, *waves) for waves in _two_waves(scene, runs, chance)]


def _outcome(scene: Scene, before: Release, after: Release) -> Outcome:
    risen = {f"g{n}" for n in range(scene.moved)}
    counted = {f"g{n}" for n in range(scene.groups)}
    changes = [c for c in changes_between(after, before).groups if c.unit.id in counted]
    said = {change.unit.id for change in changes if change.said is Moved.MOVED}
    old = {unit for unit in counted if says_changed_by_itself(before, after, unit)}
    return Outcome(
        found=len(said & risen),
        false=len(said - risen),
        false_before=len(old - risen),
        visible=float(np.mean([change.visible for change in changes])),
    )


def says_changed_by_itself(before: Release, after: Release, unit: str) -> bool:
    """The rule that was replaced: each group alone, and rosters taken for the same people."""
    now, then = estimate_of(after.unit(unit), after), estimate_of(before.unit(unit), before)
    if now is None or then is None:
        return False
    moved = difference(now, then)
    return abs(moved.value) >= CLEAR_CHANGE and moved.excludes_zero


def _two_waves(
    scene: Scene, runs: int, chance: np.random.Generator
) -> Iterator[tuple[Release, Release]]:
    for _run in range(runs):
        rise = np.zeros(scene.groups)
        rise[: scene.moved] = scene.by
        before, after = _asked_twice("g", scene.answered, scene.invited, rise, chance)
        if scene.large:
            still = np.zeros(scene.large)
            more = _asked_twice("large", LARGE_ANSWERED, LARGE_INVITED, still, chance)
            before, after = before + more[0], after + more[1]
        yield _release(before), _release(after)


def _asked_twice(
    name: str, answered: int, invited: int, rise: Floats, chance: np.random.Generator
) -> tuple[list[UnitAnswers], list[UnitAnswers]]:
    """Ask groups of one size in both waves; a fifth of the people are others in the second."""
    centres = chance.normal(CENTRE, GROUP_SD, (len(rise), 1))
    people = centres + chance.normal(0, PERSON_SD, (len(rise), invited))
    before = _asked(name, answered, people, chance)
    left = round(TURNOVER * invited)
    people[:, :left] = centres + chance.normal(0, PERSON_SD, (len(rise), left))
    kept = 1 - left / invited
    return before, _asked(name, answered, people + rise[:, None], chance, kept)


def _asked(
    name: str,
    answered: int,
    people: Floats,
    chance: np.random.Generator,
    kept: float | None = None,
) -> list[UnitAnswers]:
    """Ask groups; `people` has a row a group. Who answers is by chance, anew in every wave."""
    groups, invited = people.shape
    willing = chance.random(people.shape).argsort(axis=1)[:, :answered]
    places = np.take_along_axis(people, willing, axis=1)
    text = sheets_near((places + chance.normal(0, ANSWER_SD, places.shape)).ravel())
    width = len(text) // groups
    return [
        UnitAnswers(
            f"{name}{n}",
            f"{name}{n}",
            None,
            "data",
            invited,
            text[n * width : (n + 1) * width],
            overlap=kept,
        )
        for n in range(groups)
    ]


def sheets_near(values: Floats) -> str:
    """Write sheets whose mean on each orientation is as near to a person's value as six allow."""
    total: Integers = np.rint(np.clip(values, 1, 5) * ITEMS).astype(np.int64)
    low, higher = np.divmod(total, ITEMS)
    levels = low[:, None] + (np.arange(ITEMS) < higher[:, None])
    codes = np.tile(levels + ord("0"), ORIENTATIONS).astype(np.uint8)
    return np.hstack([codes, np.tile(TAIL, (len(values), 1))]).tobytes().decode("ascii")


def _release(units: Sequence[UnitAnswers]) -> Release:
    return compute_release("Made up", units, _scales(), "made-up")


@cache
def _scales() -> Sequence[Scale]:
    return load_instrument().with_modules(()).scales
