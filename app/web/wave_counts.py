"""How a wave stands, in counts and words: of each group, of all, and until when."""

from dataclasses import dataclass

from app.language import N_, say_date
from app.language import gettext as _
from app.reports.shown import EN_DASH, shown_rate
from app.usecases.plans import last_day
from app.usecases.results import GroupState, WaveDates, WaveState


@dataclass(frozen=True)
class GroupLine:
    """One group's response in counts; words where the count is below k."""

    name: str
    invited: int
    answered: str
    rate: str


def lines_of(wave: WaveState) -> tuple[GroupLine, ...]:
    """Return a line for each group of a wave, and for the partners of each."""
    return tuple(
        GroupLine(
            name=_("Partners of %(group)s", group=group.name) if group.partners else group.name,
            invited=group.invited,
            answered=_counted(group, wave),
            rate="" if group.answered is None else shown_rate(group.answered, group.invited),
        )
        for group in wave.groups
    )


def _counted(group: GroupState, wave: WaveState) -> str:
    """How many answered; while the wave is open in steps, so at least that many."""
    if group.answered is None:
        # After the close it may be more: too few of them usable on one orientation.
        return EN_DASH if wave.closed_at else _("under %(k)s", k=wave.k)
    return str(group.answered) if wave.closed_at else f"≥ {group.answered}"


def response_of(wave: WaveState) -> str:
    """Return how many answered, in words."""
    if not wave.answered and wave.closed_at is None:
        return _(
            "Of %(invited)s people, fewer than %(k)s in each group", k=wave.k, invited=wave.invited
        )
    hidden = any(group.answered is None and not group.partners for group in wave.groups)
    said = N_("%(answered)s of %(invited)s (%(rate)s)")
    at_least = N_("At least %(answered)s of %(invited)s (%(rate)s)")
    return _(
        at_least if hidden or wave.closed_at is None else said,
        answered=wave.answered,
        invited=wave.invited,
        rate=shown_rate(wave.answered, wave.invited),
    )


def when(wave: WaveDates) -> str:
    """Return the state of a wave with its day, in words."""
    if wave.closed_at is not None:
        return _("closed %(day)s", day=say_date(wave.closed_at.date()))
    if wave.closes_at is not None:
        return _("open until %(day)s", day=say_date(last_day(wave.closes_at)))
    return _("open since %(day)s", day=say_date(wave.opened_at.date()))
