"""Asking for advice on the scope of a project, and changing what it says."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from app.advice.charter import charter_of
from app.advice.handoffs import handoff_map
from app.advice.levels import advice_in
from app.advice.lines import AdviceLine
from app.advice.portfolio import portfolio
from app.advice.scope import groups_of
from app.advice.scope_fit import ScopeFit, scope_fit
from app.advice.topics import Topic, load_topics
from app.language import speaking, tidy_text
from app.maturity import LEVELS, Level
from app.reports.lines import ADDED
from app.scoring.release import Release, UnitResult
from app.storage.store import Store
from app.storage.tables import AdviceEdit
from app.usecases.audit_log import Deed, record
from app.usecases.errors import SiloscopeError, UnknownUnit
from app.usecases.members import Member, wave_of

LONGEST_LINE = 1000


class UnknownTopic(SiloscopeError):
    """No topic has this id, or no reach this number."""


class LineGone(SiloscopeError):
    """A line of advice that the page does not hold."""

    def __init__(self) -> None:
        super().__init__("This line is not on the page any more. Go back and reload it.")


class LineRefused(SiloscopeError):
    """An edit that cannot be kept; the text says why."""


@dataclass(frozen=True)
class Question:
    """Which topic, at which reach, for which groups.

    Groups by id or name; None means those that usually take part in the stream.
    """

    topic: str
    reach: int
    units: tuple[str, ...] | None = None


def topics_of(release: Release) -> tuple[Topic, ...]:
    """Return the topics in the language of a release."""
    return load_topics(language=release.language)


def first_question(release: Release) -> Question:
    """Return what to ask where nothing was asked: the project ranked first, for all groups."""
    topics = topics_of(release)
    ranked = portfolio(release, topics)
    if ranked:
        joining = tuple(fit.unit.id for fit in ranked[0].joining)
        return Question(ranked[0].topic.id, int(ranked[0].reach), joining)
    return Question(topics[0].id, int(Level.SYSTEM_SERVICE))


def advise(release: Release, question: Question) -> ScopeFit:
    """Return the answer to a question. Raises UnknownTopic or UnknownUnit."""
    topics = {topic.id: topic for topic in topics_of(release)}
    if question.topic not in topics:
        known = ", ".join(topics)
        raise UnknownTopic(f"There is no topic “{question.topic}”; choose from: {known}.")
    if question.reach not in LEVELS:
        raise UnknownTopic(f"There is no reach {question.reach}; choose one from 1 to 5.")
    units = _chosen(release, question, topics[question.topic])
    with speaking(release.language):
        return scope_fit(
            units, topics[question.topic], Level(question.reach), advice_in(release.language)
        )


def _chosen(release: Release, question: Question, topic: Topic) -> tuple[UnitResult, ...]:
    """The groups that were named, by id or by name; else those that usually take part."""
    groups, ids = groups_of(release), question.units
    if ids is None:
        usual = topic.at(question.reach).needs
        return tuple(unit for unit in groups if unit.kind in usual) or groups
    known = {unit.id: unit for unit in groups} | {unit.name.casefold(): unit for unit in groups}
    for name in ids:
        if name not in known and name.casefold() not in known:
            names = ", ".join(unit.name for unit in groups)
            raise UnknownUnit(f"There is no group “{name}”; choose from: {names}.")
    chosen = {(known.get(name) or known[name.casefold()]).id for name in ids}
    return tuple(unit for unit in groups if unit.id in chosen)


def lines_of(release: Release, question: Question) -> dict[str, AdviceLine]:
    """Return every line that the scope page of a question shows, by its key."""
    fit, topics = advise(release, question), topics_of(release)
    with speaking(release.language):
        candidates = portfolio(release, topics)
        lines = [one.line for one in fit.fits]
        lines += [fit.common] if fit.common else []
        lines += [*fit.steps, *(one.line for one in fit.alternatives)]
        lines += [one.line for one in candidates]
        lines += [one.line for one in handoff_map(release).handoffs if one.line]
        for one in candidates:
            lines += [line for _, line in charter_of(one, release).participants]
    return {line.key: line for line in lines}


def edit_line(
    store: Store, member: Member, wave_id: str, line: AdviceLine, text: str | None, now: datetime
) -> None:
    """Put a consultant's words in place of a line; None drops it. The original is kept.

    Raises UnknownWave or LineRefused.
    """
    _keep(store, member, wave_id, line.key, line.text, text, now)


def edit_added(
    store: Store, member: Member, wave_id: str, key: str, text: str | None, now: datetime
) -> None:
    """Change a line that a consultant added. Raises UnknownWave or LineRefused."""
    _keep(store, member, wave_id, key, "", text, now)


def add_line(
    store: Store, member: Member, wave_id: str, text: str, now: datetime, chance: Random
) -> None:
    """Add a line of advice of a consultant's own. Raises UnknownWave or LineRefused."""
    key = f"{ADDED}{chance.getrandbits(40):010x}"
    _keep(store, member, wave_id, key, "", text, now)


def restore_line(store: Store, member: Member, wave_id: str, key: str, now: datetime) -> None:
    """Let a line say again what it said at first; an added one is gone. Raises UnknownWave."""
    with store.writing() as work:
        wave_of(work, member, wave_id)
        work.advice.forget(wave_id, key)
        record(store, work, member.who, Deed.ADVICE_CHANGED, f"{wave_id}: {key} restored", now)
        work.commit()


def _keep(
    store: Store,
    member: Member,
    wave_id: str,
    key: str,
    original: str,
    text: str | None,
    now: datetime,
) -> None:
    text = None if text is None else tidy_text(text)
    if text == "" or (text is not None and len(text) > LONGEST_LINE):
        raise LineRefused(f"A line of advice has 1 to {LONGEST_LINE} characters; or drop it.")
    edit = AdviceEdit(
        wave_id=wave_id,
        key=key,
        original=original,
        content=text,
        author=member.name or member.email,
        edited_at=now,
    )
    detail = f"{wave_id}: {key}{'' if text is not None else ' dropped'}"
    with store.writing() as work:
        wave_of(work, member, wave_id)
        work.advice.keep(edit)
        record(store, work, member.who, Deed.ADVICE_CHANGED, detail, now)
        work.commit()
