"""The figures of an analysis, in the form in which `siloscope analyse --json` prints them."""

from pydantic import BaseModel, ConfigDict, Field

from app.scoring.figure import Bound

Interval = tuple[float, float]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)


class Figures(_Shape):
    """One group, or one pool of groups, on one orientation; undefined or not told is None.

    `p` are the shares of answers at level 2 to 5 or above: exact fractions, or where figures
    are rounded whole percent as fractions, "<1/10" and ">9/10". `bound` says how a mean at the
    end of what is told is meant; it stands in the table, not in the JSON.
    """

    n: int
    n_invalid: int
    response_rate: float | None
    mean: float | None = None
    median: float | None = None
    sd: float | None = None
    se: float | None = None
    se_textbook: float | None = None
    ci95: Interval | None = None
    p: dict[str, str] | None = None
    p_se: dict[str, float | None] | None = None
    level: int | None = None
    band: tuple[int, int] | None = None
    progress: float | None = None
    split: bool = False
    ad_mean: float | None = None
    ad_median: float | None = None
    rwg_uniform: float | None = None
    rwg_slight_skew: float | None = None
    lindell: float | None = None
    tipping_point: float | None = None
    worst_case_mean: Interval | None = None
    bound: Bound = Field(default=Bound.ABOUT, exclude=True)


class OverallFigures(_Shape):
    """One group over its three orientations; None as in `Figures`."""

    mean: float | None
    se: float | None
    level: int | None
    band: tuple[int, int] | None
    bound: Bound = Field(default=Bound.ABOUT, exclude=True)


class GroupAnalysis(_Shape):
    """One group, or one pool; an orientation is None where it may not be shown."""

    group: str
    roster: int
    orientations: dict[str, Figures | None]
    overall: OverallFigures | None


class PooledFigures(_Shape):
    """The organisation on one orientation, respondents pooled."""

    n: int
    mean: float
    se: float | None
    p: dict[str, str]
    level: int


class ReliabilityFigures(_Shape):
    """How well one orientation tells groups apart, and how its items hold together."""

    n: int
    groups: int
    msb: float | None = Field(alias="MSB")
    msw: float | None = Field(alias="MSW")
    f: float | None = Field(alias="F")
    p_value: float | None
    icc1: float | None
    icc1_mean_n: float | None
    icc2: float | None
    alpha: float | None
    alpha_within: float | None
    omega: float | None
    item_total: dict[str, float | None]
    alpha_if_dropped: dict[str, float | None]


class ReleasedSet(_Shape):
    """Groups whose answers are told together on one orientation: a group alone, or a pool."""

    orientation: str
    unit: str
    n: int
    groups: tuple[str, ...]


class Analysis(_Shape):
    """Everything `siloscope analyse` tells; `model_dump_json()` is its documented form.

    `groups` has the groups of the roster and then, where figures are suppressed, the pools of
    those that are not shown alone. `organisation` has figures only where every group has.
    """

    groups: tuple[GroupAnalysis, ...]
    organisation: dict[str, PooledFigures | None]
    reliability: dict[str, ReliabilityFigures]
    released: tuple[ReleasedSet, ...]
    left_out: dict[str, int]
    warnings: tuple[str, ...]
