"""The fields by which something may be printed, and that a reader or a check knows."""

import dataclasses
from collections.abc import Mapping

from pydantic import BaseModel

from app.reports import annex, heatmap, report, scope, summary, unit_page
from app.scoring import figure, mirror, release, reliability
from app.scoring.difference import WelchAnova
from app.scoring.scales import Reliability
from app.scoring.uncertainty import Spread

#: Each class, with its fields; one that is new has no reader yet.
KNOWN: Mapping[type, str] = {
    release.UnitResult: "id name parent kind depth is_parent invited answered profiles overall "
    "members places overlap",
    figure.Mean: "value bound",
    figure.ItemFigure: "n mean level most",
    mirror.Mirror: "about invited answered views",
    mirror.View: "partners gap clear",
    reliability.Anova: "n groups msb msw f p_value icc1 icc1_interval icc1_mean_n icc2",
    reliability.Consistency: "n alpha alpha_within omega item_total alpha_if_dropped",
    Reliability: "groups items",
    WelchAnova: "f df1 df2 p_value",
    Spread: "sd df",
    heatmap.HeatmapCell: "level word band mean note spoken",
    heatmap.HeatmapRow: "unit_id name depth is_parent invited answered rate cells strip summary "
    "willing willing_note",
    unit_page.UnitPage: "id name above members headline level word response willing meaning "
    "orientations chart chart_caption chart_alt is_settled findings scope practices",
    unit_page.OrientationView: "title mean n headline sentence is_drawn",
    unit_page.FindingView: "title where meaning remedy evidence",
    unit_page.ScopeView: "level scope facilitated before start risks widen basis",
    summary.Summary: "asked sentences trust",
    annex.Annex: "verdict tables",
    report.Report: "organisation language title wave date instrument advice_version summary "
    "heatmap units scope beside annex items leaves_out k",
    scope.ScopePages: "candidates ranks path path_alt off_path handoffs handoff_lines practices "
    "ranked crossing charter choice first participants added",
    scope.CandidateView: "topic topic_id reach joining covered units line",
    scope.FitView: "name verdict word need level line",
    scope.AnswerView: "title stream start end steps customer measures waste kaizen risks fits "
    "widest common widening alternatives no_grounds",
}


def fields_of(one: type) -> set[str]:
    if issubclass(one, BaseModel):
        return set(one.model_fields)
    assert dataclasses.is_dataclass(one)
    return {field.name for field in dataclasses.fields(one)}
