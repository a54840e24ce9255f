"""An analysis as tables of text for a terminal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.reports.shown import EN_DASH, mean_in_words, shown_band, shown_p, shown_spread
from app.scoring.analysis_figures import Analysis, Figures, GroupAnalysis, OverallFigures
from app.scoring.figure import Mean

#: A group whose standard error is larger carries a note.
WIDE_MARGIN = 0.25


@dataclass(frozen=True)
class AnalysisTable:
    """One table: a title, columns, rows, and sentences below it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def tables_of(analysis: Analysis, k: int, *, everything: bool = False) -> tuple[AnalysisTable, ...]:
    """Return what a person reads of an analysis: groups, organisation, reliability, warnings.

    With `everything` means are printed to two decimals, else as they are told at `k`.
    """
    groups = _Groups(analysis, k, exact=everything)
    return (
        AnalysisTable(
            "Groups",
            ("group", "", "n", "level", "band", "mean", "SE", "next", "AD", "rwg(j)", "note"),
            tuple(row for group in analysis.groups for row in groups.rows_of(group)),
        ),
        AnalysisTable(
            "Organisation, respondents pooled",
            ("", "n", "level", "mean", "SE"),
            tuple(
                (code, str(f.n), str(f.level), f"{f.mean:.2f}", shown_spread(f.se))
                for code, f in analysis.organisation.items()
                if f is not None
            ),
        ),
        AnalysisTable(
            "Reliability",
            ("", "n", "groups", "F", "p", "ICC(1)", "ICC(2)", "alpha", "within", "omega"),
            tuple(_reliability_rows(analysis)),
        ),
        AnalysisTable("", (), (), analysis.warnings),
    )


class _Groups:
    """The rows of groups and pools; `exact` figures are written to two decimals."""

    def __init__(self, analysis: Analysis, k: int, *, exact: bool) -> None:
        self.exact = exact
        pools = [row.groups for row in analysis.released if len(row.groups) > 1]
        self.pooled = {group for groups in pools for group in groups}
        self.k = k

    def rows_of(self, group: GroupAnalysis) -> Iterator[tuple[str, ...]]:
        name = group.group
        if not any(group.orientations.values()):
            yield (name, "all", *([EN_DASH] * 8), self._hidden(name))
            return
        for code, figures in group.orientations.items():
            if figures is None:
                yield (name, code, *([EN_DASH] * 8), f"not shown: under {self.k}")
            else:
                yield (name, code, *self._figures(figures))
            name = ""
        if group.overall is not None:
            split = group.overall.level is None and any(
                f is not None and f.split for f in group.orientations.values()
            )
            yield ("", "all", "", *self._place(group.overall, split=split), "", "", "", "")

    def _hidden(self, group: str) -> str:
        if group in self.pooled:
            return f"in a pool: under {self.k}"
        return f"not shown: under {self.k}"

    def _figures(self, figures: Figures) -> tuple[str, ...]:
        if not figures.n:
            return (str(figures.n), *([EN_DASH] * 7), "no usable answer")
        return (
            f"{figures.n} ({_percent(figures.response_rate)})",
            *self._place(figures, split=figures.split),
            _percent(figures.progress),
            shown_spread(figures.ad_mean),
            shown_spread(figures.rwg_uniform),
            self._note(figures),
        )

    def _place(self, figures: Figures | OverallFigures, *, split: bool) -> tuple[str, ...]:
        level = EN_DASH if figures.level is None else str(figures.level)
        return (
            "split" if split else level,
            EN_DASH if figures.band is None else shown_band(figures.band),
            self._mean(figures),
            shown_spread(figures.se),
        )

    def _mean(self, figures: Figures | OverallFigures) -> str:
        if figures.mean is None:
            return EN_DASH
        if self.exact:
            return f"{figures.mean:.2f}"
        return mean_in_words(Mean(value=figures.mean, bound=figures.bound))

    def _note(self, figures: Figures) -> str:
        notes = []
        if figures.level is None and not figures.split:
            notes.append("not settled" if figures.band else "under 40 % answered")
        if figures.se is not None and figures.se > WIDE_MARGIN:
            notes.append("wide margin")
        return ", ".join(notes)


def _reliability_rows(analysis: Analysis) -> Iterable[tuple[str, ...]]:
    for code, found in analysis.reliability.items():
        coefficients = (found.icc1, found.icc2, found.alpha, found.alpha_within, found.omega)
        yield (
            code,
            str(found.n),
            str(found.groups),
            shown_spread(found.f),
            shown_p(found.p_value),
            *map(shown_spread, coefficients),
        )


def _percent(value: float | None) -> str:
    return EN_DASH if value is None else f"{100 * value:.0f} %"
