"""Units with the figures a test is about; by default settled at one level, close views, 8 of 8."""

from app.maturity import ACCEPTANCE, LEVELS, ORIENTATIONS, Level, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.figure import Figure, Mean, Overall, Views
from app.scoring.release import Release, UnitResult
from app.scoring.rounding import OVER, UNDER
from tests.scoring.builders import release, sheet, unit

Band = tuple[int, int] | None
VALUE_STREAM, CUSTOMER, MEASUREMENT = Orientation


def profile(
    level: int = 3,
    band: Band = (3, 3),
    *,
    split: bool = False,
    views: Views | None = Views.CLOSE,
) -> Figure:
    """Make a figure of eight people, nearly all of whose answers describe one level."""
    return Figure(
        n=8,
        coarse=True,
        split=split,
        level=None if split else Level(level),
        band=band,
        mean=Mean(value=level),
        mix=tuple(OVER if level == step else UNDER for step in LEVELS),
        reached=tuple(OVER if level >= step else UNDER for step in LEVELS[1:]),
        views=None if split else views,
    )


def settled(level: int = 3) -> Figure:
    return profile(level, (level, level))


def result(
    name: str = "a",
    level: int | None = 3,
    band: Band | str = "settled",
    *,
    answered: int | None = 8,
    willing: Band | str = None,
    **profiles: Figure,
) -> UnitResult:
    """Make a group at a level; an orientation not given by its name is settled at that level.

    `willing` is the band of its acceptance scale, or "split"; None: it was not asked. Without a
    level, or where an orientation is split, nothing describes it over all.
    """
    scales: dict[Scale, Figure] = {
        o: profiles.get(o.value, settled(level or 3)) for o in ORIENTATIONS
    }
    if willing is not None:
        scales[ACCEPTANCE] = (
            profile(3, (1, 5), split=True)
            if isinstance(willing, str)
            else profile(willing[0], willing)
        )
    own_band = (level or 3, level or 3) if isinstance(band, str) else band
    wide = own_band is None or own_band[1] - own_band[0] >= 2
    described = not wide and not any(scales[o].split for o in ORIENTATIONS)
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
        overall=Overall(
            n=8,
            coarse=True,
            level=Level(level) if level and described else None,
            band=own_band,
            mean=Mean(value=level or 3),
        ),
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
