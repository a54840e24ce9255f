"""An analysis as tables of text for a terminal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.reports.shown import EN_DASH, shown_band, shown_spread
from app.scoring.analysis_figures import Analysis, Figures, GroupAnalysis, PooledFigures
from app.scoring.rules import K_FINE

#: A group whose standard error is larger carries a note.
WIDE_MARGIN = 0.25
#: Below ten people means are cut here.
_LOWEST, _HIGHEST = 1.2, 4.8


@dataclass(frozen=True)
class AnalysisTable:
    """One table: a title, columns, rows, and sentences below it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def tables_of(analysis: Analysis, k: int) -> tuple[AnalysisTable, ...]:
    """Return what a person reads of an analysis: groups, organisation, reliability, warnings."""
    return (
        AnalysisTable(
            "Groups",
            ("group", "", "n", "level", "band", "mean", "SE", "next", "AD", "rwg(j)", "note"),
            tuple(row for group in analysis.groups for row in _group_rows(group, k)),
        ),
        AnalysisTable(
            "Organisation, respondents pooled",
            ("", "n", "level", "mean", "SE"),
            tuple(
                (
                    code,
                    str(f.n),
                    str(f.level),
                    *_pooled(analysis, code, f),
                )
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


def _pooled(analysis: Analysis, code: str, figures: PooledFigures) -> tuple[str, str]:
    """As coarse as the smallest part: what is left beside the groups that are shown is one."""
    parts = [g.orientations[code] for g in analysis.groups]
    shown = [part.n for part in parts if part is not None and part.n]
    rest = figures.n - sum(shown)
    smallest = min([*shown, figures.n, *([rest] if rest > 0 else [])])
    return _mean(figures.mean, smallest), shown_spread(figures.se, coarse=smallest < K_FINE)


def _group_rows(group: GroupAnalysis, k: int) -> Iterable[tuple[str, ...]]:
    name = group.group
    if not any(group.orientations.values()):
        yield (name, "all", *([EN_DASH] * 8), f"not shown: under {k}")
        return
    for code, figures in group.orientations.items():
        if figures is None:
            yield (name, code, *([EN_DASH] * 8), f"not shown: under {k}")
        else:
            yield (name, code, *_figures(figures))
        name = ""
    if group.overall is not None:
        overall = group.overall
        n = min(f.n for f in group.orientations.values() if f is not None)
        band = shown_band(overall.band)
        figures_row = (
            str(overall.level),
            band,
            _mean(overall.mean, n),
            shown_spread(overall.se, coarse=n < K_FINE),
        )
        yield ("", "all", "", *figures_row, "", "", "", "")


def _figures(figures: Figures) -> tuple[str, ...]:
    if figures.mean is None:
        return (str(figures.n), *([EN_DASH] * 7), "no usable answer")
    small = figures.n < K_FINE
    return (
        f"{figures.n} ({_percent(figures.response_rate)})",
        EN_DASH if figures.split else str(figures.level),
        shown_band(figures.band),
        _mean(figures.mean, figures.n),
        shown_spread(figures.se, coarse=small),
        EN_DASH if small else _percent(figures.progress),
        shown_spread(figures.ad_mean, coarse=small),
        shown_spread(None if small else figures.rwg_uniform, coarse=False),
        _note(figures),
    )


def _note(figures: Figures) -> str:
    notes = ["split: two views"] if figures.split else []
    if figures.se is not None and figures.se > WIDE_MARGIN:
        notes.append("wide margin")
    return ", ".join(notes)


def _reliability_rows(analysis: Analysis) -> Iterable[tuple[str, ...]]:
    small = any(
        part is not None and part.n < K_FINE
        for group in analysis.groups
        for part in group.orientations.values()
    )
    for code, found in analysis.reliability.items():
        figures: Mapping[str, float | None] = found.model_dump(
            include={"f", "p_value", "icc1", "icc2", "alpha", "alpha_within", "omega"},
            by_alias=False,
        )
        yield (
            code,
            str(found.n),
            str(found.groups),
            # Where a small group is of one mind, a variance of 0 within would tell its scores.
            *(EN_DASH if small else shown_spread(v, coarse=False) for v in figures.values()),
        )


def _mean(value: float, n: int) -> str:
    """Below ten people to one place and cut at both ends: unanimity tells everyone's answer."""
    if n >= K_FINE:
        return f"{value:.2f}"
    if value <= _LOWEST:
        return f"≤ {_LOWEST}"
    return f"≥ {_HIGHEST}" if value >= _HIGHEST else f"{value:.1f}"


def _percent(value: float | None) -> str:
    return EN_DASH if value is None else f"{100 * value:.0f} %"
