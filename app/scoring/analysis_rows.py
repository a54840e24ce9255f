"""The groups, or the pools of groups, whose figures an analysis gives, scored on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.scoring.analysis_exact import exact_figures, exact_overalls
from app.scoring.analysis_figures import Figures, OverallFigures, ReliabilityFigures
from app.scoring.analysis_shown import shown_figures, shown_overalls
from app.scoring.figure import is_coarse
from app.scoring.moments import Flags, Moments, add_up
from app.scoring.profile import Profiles, overalls_of, profiles_of
from app.scoring.reliability import Consistency, anova, consistency
from app.scoring.respondent import Integers, LevelMatrix, score_respondents
from app.scoring.response import ResponseClass, response_class
from app.scoring.rules import RELIABLE_FROM


@dataclass(frozen=True)
class Row:
    """People whose figures are given together; `answered` counts all their sheets."""

    name: str
    members: tuple[str, ...]
    roster: int
    answered: int


@dataclass(frozen=True)
class ScoredRows:
    """R rows on one scale: `shown` (R) says which have figures, `profiles` are of those.

    `items` says how the items hold together over the sheets of those; `exact`, whether figures
    are given as they are, or as a release would tell them.
    """

    moments: Moments
    shown: Flags
    profiles: Profiles
    items: Consistency
    k: int
    exact: bool

    def figures(self, rows: Sequence[Row], named: Flags) -> list[Figures | None]:
        """Return the figures of each row; None where fewer than k may not be shown."""
        known = iter(
            exact_figures(self.profiles)
            if self.exact
            else shown_figures(self.profiles, named[self.shown])
        )
        found: list[Figures | None] = []
        rates = self.moments.coverage.tolist()
        for row, n, rate, shown in zip(
            rows, self.moments.n.tolist(), rates, self.shown, strict=True
        ):
            figures = next(known) if shown else {}
            counts = {"n": n, "n_invalid": row.answered - n, "response_rate": rate}
            found.append(Figures(**counts, **figures) if shown or self.exact else None)
        return found

    def reliability(self, names: Sequence[str]) -> ReliabilityFigures:
        """Return how groups and items hold together; rounded, of groups that are not coarse."""
        if self.exact:
            groups, items = anova(self.moments), self.items
        else:
            fine = self.profiles.moments.where(~is_coarse(self.profiles))
            groups = anova(fine).as_shown()
            told = self.items.n >= RELIABLE_FROM
            items = self.items.as_shown() if told else Consistency(n=self.items.n)
        return ReliabilityFigures(
            **groups.model_dump(exclude={"icc1_interval"}),
            alpha=items.alpha,
            alpha_within=items.alpha_within,
            omega=items.omega,
            item_total=_by_item(names, items.item_total),
            alpha_if_dropped=_by_item(names, items.alpha_if_dropped),
        )

    def warnings(self, code: str, names: Sequence[str]) -> list[str]:
        """Return what runs against the rest; where figures are suppressed, from 60 sheets on."""
        if not self.exact and self.items.n < RELIABLE_FROM:
            return []
        found = [
            f"{name} runs against the other items of {code} (its item-total correlation is below "
            "0); check which way round its answers were coded."
            for name, value in zip(names, self.items.item_total, strict=False)
            if value is not None and value < 0
        ]
        if self.items.alpha is not None and self.items.alpha < 0:
            found.append(
                f"{code}: alpha is below 0, so its items do not measure one thing together; "
                "check which way round each was coded."
            )
        return found


def _by_item(names: Sequence[str], values: Sequence[float | None]) -> dict[str, float | None]:
    return dict(zip(names, values or [None] * len(names), strict=True))


def score_rows(
    levels: LevelMatrix, owner: Integers, rows: Sequence[Row], k: int, *, exact: bool
) -> ScoredRows:
    """Score the answers on one scale; `owner` is the number of each sheet's row."""
    usable, scores = score_respondents(levels)
    moments = add_up(owner[usable], scores, [row.roster for row in rows])
    shown = moments.n >= (1 if exact else k)
    kept = shown[owner]
    return ScoredRows(
        moments=moments,
        shown=shown,
        profiles=profiles_of(moments.where(shown), k),
        items=consistency(levels[kept], owner[kept]),
        k=k,
        exact=exact,
    )


def overalls(three: Sequence[ScoredRows], named: Flags) -> dict[int, OverallFigures]:
    """Return the overall figures of the rows that have figures on every orientation."""
    common = np.all([scale.shown for scale in three], axis=0)
    profiles = tuple(profiles_of(s.moments.where(common), s.k) for s in three)
    found = (
        exact_overalls(overalls_of(profiles))
        if three[0].exact
        else shown_overalls(profiles, named[common])
    )
    return dict(zip(np.flatnonzero(common).tolist(), found, strict=True))


def may_be_named(scales: Sequence[ScoredRows], rows: Sequence[Row]) -> Flags:
    """Return for which rows (R) a level may be named: 40 % usable on each orientation given."""
    fewest = np.min([scale.moments.n for scale in scales], axis=0).tolist()
    classes = [
        response_class(min(n, row.answered), row.roster)
        for n, row in zip(fewest, rows, strict=True)
    ]
    return np.array([found is not ResponseClass.LOW for found in classes], dtype=np.bool_)
