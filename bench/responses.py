"""Throughput: whole journeys and sends alone against a server that really runs."""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import func, select

from app.main import utc_now
from app.questionnaires.answers import OPEN
from app.questionnaires.presentation import DRAWN_FROM
from app.settings import Settings
from app.storage.database import create_database_engine
from app.storage.store import Store
from app.storage.tables import Sealed
from app.storage.wave_keys import WaveKeys
from app.usecases.launches import launch_assessment
from bench.load import Errand, Tally, run_load
from bench.people import core_instrument, make_roster, make_sheets
from bench.server import BARE, BARE_SHORT, RunningServer, running_server
from bench.table import Row, middle, say, show, spread
from tests.postgres import postgres_server

GROUPS, CONNECTIONS = 100, (1, 32)
Form = dict[str, str]
Visit = list[tuple[str, Form | None]]


@dataclass(frozen=True)
class Plan:
    """How much to do on one database; each respondent answers once."""

    rounds: int
    journeys: dict[int, int]
    send_rounds: int
    sends: dict[int, int]

    @property
    def people(self) -> int:
        """How many respondents it takes, and some more to warm up."""
        journeys = self.rounds * sum(self.journeys.values())
        return journeys + self.send_rounds * sum(self.sends.values()) + WARM_UP


WARM_UP = 100
SQLITE = Plan(rounds=3, journeys={1: 250, 32: 800}, send_rounds=5, sends={1: 150, 32: 800})
POSTGRES = Plan(rounds=3, journeys={1: 150, 32: 500}, send_rounds=3, sends={1: 100, 32: 600})


@dataclass
class Measured:
    """What the runs at one number of connections gave."""

    rate: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def add(self, tally: Tally, cpu: float) -> None:
        """Note one run."""
        self.rate.append(tally.completed / tally.seconds)
        self.cpu_ms.append(1000 * cpu / tally.completed)
        self.waits += tally.last_ms

    @property
    def figure(self) -> str:
        """Rate, processor time and waits in words."""
        waits = sorted(self.waits)
        return (
            f"{spread(self.rate)} /s, {spread(self.cpu_ms, 2)} ms CPU, last answer after "
            f"{middle(waits):.1f} ms (99 %: {waits[len(waits) * 99 // 100]:.0f})"
        )


@dataclass
class Compared:
    """Sends beside requests that only read the same forms, on both ways of the site."""

    send: Measured = field(default_factory=Measured)
    bare: Measured = field(default_factory=Measured)
    bare_short: Measured = field(default_factory=Measured)

    def rows(self, where: str, goal: str) -> list[Row]:
        """Return all with their ratios, round by round."""
        return [
            Row(f"send alone, {where}", self.send.figure),
            *self._beside(self.bare, f"only reading the form, {where}", goal),
            *self._beside(self.bare_short, f"only reading, by the short way, {where}", ""),
        ]

    def _beside(self, bare: Measured, name: str, goal: str) -> list[Row]:
        share = [100 * a / b for a, b in zip(self.send.rate, bare.rate, strict=True)]
        cpu = [a / b for a, b in zip(self.send.cpu_ms, bare.cpu_ms, strict=True)]
        return [
            Row(name, bare.figure),
            Row("  rate of the send / of only reading", f"{spread(share)} %", goal),
            Row("  CPU of the send / of only reading", spread(cpu, 1)),
        ]


class Crowd:
    """Respondents with their codes and answers; each is taken once."""

    def __init__(self, codes: list[str]) -> None:
        random.Random(1).shuffle(codes)
        sheets = [sheet for group in make_sheets(1, len(codes)) for sheet in group]
        instrument = core_instrument()
        self._ids = instrument.item_ids
        self._pages = [
            [item.id for item in page.all_items] for page in instrument.questionnaires[0].pages
        ]
        self._waiting = zip(codes, sheets, strict=True)

    def journeys(self, count: int) -> list[Visit]:
        """Return whole ways: the page, the code, three pages of questions, the send."""
        return [self._journey(code, answers) for code, answers in self._take(count)]

    def sends(self, count: int) -> list[Form]:
        """Return only what the last button sends."""
        return [_marked(code) | answers for code, answers in self._take(count)]

    def _journey(self, code: str, answers: Form) -> Visit:
        form = _marked(code)
        visit: Visit = [("/s", None), ("/s", {"code": code}), ("/s/questions", form | {"go": "1"})]
        for number, page in enumerate(self._pages, start=2):
            form = form | {item: answers[item] for item in page if item in answers}
            last = number > len(self._pages)
            visit.append(
                ("/s/send", form) if last else ("/s/questions", form | {"go": str(number)})
            )
        return visit

    def _take(self, count: int) -> Iterator[tuple[str, Form]]:
        for code, sheet in islice(self._waiting, count):
            pairs = zip(self._ids, sheet, strict=False)
            yield code, {item: answer for item, answer in pairs if answer != OPEN}


def _marked(code: str) -> Form:
    order = str(random.randrange(DRAWN_FROM))
    return {"code": code, "form": secrets.token_urlsafe(16), "order": order, "asked": "1"}


def measure_responses() -> None:
    """Print throughput on both databases."""
    with TemporaryDirectory(prefix="siloscope-bench-") as folder:
        _measure("SQLite", Path(folder), f"sqlite:///{folder}/siloscope.sqlite", SQLITE)
    with (
        TemporaryDirectory(prefix="siloscope-bench-") as folder,
        postgres_server(durable=True) as pg,
    ):
        pg.execute("CREATE DATABASE bench")
        _measure("PostgreSQL", Path(folder), pg.url("bench"), POSTGRES)


def _measure(name: str, folder: Path, database: str, plan: Plan) -> None:
    say(f"{name}: inviting {plan.people} people in {GROUPS} groups")
    crowd = _invite(folder, database, plan)
    journeys = {connections: Measured() for connections in plan.journeys}
    sends = {connections: Compared() for connections in plan.sends}
    with running_server(folder, database) as server:
        thanked = _run(server, 4, crowd.journeys(WARM_UP))[0].completed
        say(f"{name}: {plan.rounds} rounds of whole journeys")
        for connections, count in list(plan.journeys.items()) * plan.rounds:
            tally, cpu = _run(server, connections, crowd.journeys(count))
            journeys[connections].add(tally, cpu)
            thanked += tally.completed
        say(f"{name}: {plan.send_rounds} rounds of sends, beside only reading the form")
        for connections, count in list(plan.sends.items()) * plan.send_rounds:
            thanked += _compare(server, connections, crowd.sends(count), sends[connections])
    stored = _stored(database)
    assert stored == thanked, f"{stored} boxes stored, {thanked} thanks"
    show(
        f"Responses, {name}",
        _rows(journeys, sends),
        f"{stored} thanks, {stored} boxes stored",
    )


def _invite(folder: Path, database: str, plan: Plan) -> Crowd:
    store = Store.open(database, folder / "keys", WaveKeys(Settings(data=folder).wave_keys))
    roster = make_roster(GROUPS, -(-plan.people // GROUPS))
    now = utc_now()
    wave = launch_assessment(
        store, roster, "Bench", core_instrument(), now, random.Random(1), now + timedelta(days=9)
    )
    store.close()
    return Crowd([invitation.code for invitation in wave.invitations])


def _run(server: RunningServer, connections: int, visits: list[Visit]) -> tuple[Tally, float]:
    """Return the tally and the server's processor seconds."""
    before = server.cpu_seconds()
    tally = run_load(Errand(port=server.port, connections=connections, visits=visits))
    assert not tally.refused, f"answers other than 200: {tally.refused}"
    return tally, server.cpu_seconds() - before


def _compare(server: RunningServer, connections: int, forms: list[Form], into: Compared) -> int:
    # As on a real way, the server has seen the code before the send.
    _run(server, 8, [[("/s", {"code": form["code"]})] for form in forms])
    for path, measured in ((BARE, into.bare), (BARE_SHORT, into.bare_short)):
        bare: list[Visit] = [[(path, form)] for form in forms]
        measured.add(*_run(server, connections, bare))
    tally, cpu = _run(server, connections, [[("/s/send", form)] for form in forms])
    into.send.add(tally, cpu)
    return tally.completed


def _stored(database: str) -> int:
    engine = create_database_engine(database)
    with engine.connect() as connection:
        count: int = connection.execute(select(func.count()).select_from(Sealed)).scalar_one()
    engine.dispose()
    return count


def _rows(journeys: dict[int, Measured], sends: dict[int, Compared]) -> list[Row]:
    rows = []
    for c, measured in journeys.items():
        rows.append(Row(f"whole journey, {_at(c)}", measured.figure, "CPU <= 2 ms"))
        # Six requests; the ratio says more than milliseconds, since machines differ.
        ratio = middle(measured.cpu_ms) / middle(sends[c].bare.cpu_ms)
        rows.append(Row("  CPU of the journey / of only reading", f"{ratio:.1f}"))
    for c, compared in sends.items():
        rows += compared.rows(_at(c), ">= 50 %" * (c > 1))
    return rows


def _at(connections: int) -> str:
    return f"{connections} connection{'s' * (connections > 1)}"
