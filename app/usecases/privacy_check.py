"""An attack on our own database: with everything in it, can a person be joined to answers?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.scoring.rules import K_FLOOR
from app.storage.linkage import (
    ANSWERS,
    StoredRow,
    files_of,
    rows_as_stored,
    timed_columns,
)
from app.storage.store import Store
from app.storage.tables import Person, Wave
from app.usecases.ballots import hash_token, make_token
from app.usecases.errors import UnknownWave

#: Chance that a shuffled order looks this much like the roster's.
_RARE = 0.001


@dataclass(frozen=True)
class Attempt:
    """One way to join persons and answers, and how far it got. `is_leak`: it must not work."""

    way: str
    finding: str
    is_leak: bool = False


def check_privacy(store: Store, wave_id: str) -> tuple[Attempt, ...]:
    """Try to join the persons of a wave to its answers; return what could and could not be done.

    While the wave is open the key is used as well, as the owner of both could. Raises
    UnknownWave.
    """
    with store.reading() as work:
        wave = work.waves.get(wave_id)
        if wave is None:
            raise UnknownWave(wave_id)
        people = work.people.of(wave.assessment_id)
    return tuple(_Attack(store, wave, people).attempts())


class _Attack:
    """Everything that lies in the database about one wave."""

    def __init__(self, store: Store, wave: Wave, people: Sequence[Person]) -> None:
        self._store = store
        self._wave = wave
        self._people = people
        self._ballots = rows_as_stored(store.engine, "ballot", wave.id)
        self._answers = {table: rows_as_stored(store.engine, table, wave.id) for table in ANSWERS}
        self._key = store.wave_keys.read(wave.id)

    def attempts(self) -> Iterator[Attempt]:
        yield self._shared_values()
        yield self._receipts()
        yield self._times()
        yield self._sizes()
        yield from self._transactions()
        yield self._order()
        yield from self._with_key()
        yield self._small_groups()
        yield self._jobs()
        yield self._files()

    @property
    def _rows(self) -> list[StoredRow]:
        return [row for rows in self._answers.values() for row in rows]

    def _shared_values(self) -> Attempt:
        known = {value for p in self._people for value in (p.id, p.email, p.name) if value}
        answers = [v for row in [*self._rows, *self._ballots] for v in row.values.values()]
        found = sum(1 for value in answers if value in known)
        return Attempt(
            "values that roster and answers share (ids, names, addresses)",
            f"{len(answers)} values looked at, {found} found on the roster.",
            is_leak=found > 0,
        )

    def _receipts(self) -> Attempt:
        marks = {
            v for b in self._ballots for v in (b.values["token_hash"], b.values["receipt"]) if v
        }
        ids = [row.values["id"] for row in self._rows]
        texts = {bytes(mark).hex() for mark in marks if isinstance(mark, bytes)}
        found = sum(1 for value in ids if value in texts or value in marks)
        repeated = len(ids) - len(set(ids))
        return Attempt(
            "ids of answers against marks of ballots",
            f"{len(ids)} ids, {found} among the ballots, {repeated} used twice.",
            is_leak=found + repeated > 0,
        )

    def _times(self) -> Attempt:
        columns = timed_columns(self._store.engine)
        said = f"columns: {', '.join(columns)}." if columns else "no column holds any."
        return Attempt("times and serial numbers beside answers and ballots", said, bool(columns))

    def _sizes(self) -> Attempt:
        rows = [*self._answers["sheet"], *self._answers["staged_sheet"]]
        sizes = Counter(len(str(row.values["answers"])) for row in rows)
        return Attempt(
            "sizes of the stored answers",
            f"{len(sizes)} different among {sizes.total()}: all alike tell nothing."
            if len(sizes) <= 1
            else f"{len(sizes)} different sizes among {sizes.total()}.",
            is_leak=len(sizes) > 1,
        )

    def _transactions(self) -> Iterator[Attempt]:
        if self._store.engine.dialect.name != "postgresql":
            return
        used = Counter(b.transaction for b in self._ballots if b.values["used"])
        pairs = 0
        for rows in self._answers.values():
            written = Counter(row.transaction for row in rows)
            pairs += sum(1 for number in written if written[number] == used[number] == 1)
        yield Attempt(
            "transactions (xmin) that wrote one ballot and one answer",
            f"{pairs} pairs among {used.total()} used ballots.",
            # What arrived since the last mix is still beside its ballot for some seconds.
            is_leak=pairs > len(self._answers["staged_sheet"]),
        )

    def _order(self) -> Attempt:
        way = "order of the ballots against the order of the roster"
        if self._key is None:
            return Attempt(way, "cannot be tried: the key is destroyed, so no ballot has a person.")
        place = {
            hash_token(make_token(self._key, person.id)): number
            for number, person in enumerate(self._people)
        }
        order = [place[token] for b in self._ballots if (token := _token(b)) in place]
        agreeing = sum(a < b for i, a in enumerate(order) for b in order[i + 1 :][:400])
        pairs = sum(min(len(order) - i - 1, 400) for i in range(len(order)))
        share = agreeing / pairs if pairs else 0.5
        # Kendall: the share of agreeing pairs of a shuffled order has a standard deviation of
        # about sqrt((4n + 10) / (36 n (n - 1))).
        n = len(order)
        deviation = ((4 * n + 10) / (36 * n * (n - 1))) ** 0.5 if n > 1 else 1.0
        follows = n >= 10 and abs(share - 0.5) > 5 * max(deviation, _RARE)
        said = f"{share:.0%} of pairs stand as on the roster (50 % by chance, {n} ballots)."
        return Attempt(way, said, is_leak=follows)

    def _with_key(self) -> Iterator[Attempt]:
        way = "the key of the wave, beside the database"
        if self._key is None:
            state = "destroyed" if self._wave.closed_at else "not found"
            yield Attempt(way, f"{state}: no link can be told to be anybody's any more.")
            used = sum(1 for ballot in self._ballots if ballot.values["used"])
            marked = used if self._wave.closed_at else 0
            yield Attempt(
                "marks of used links after the close",
                f"{marked} of {len(self._ballots)} ballots are still marked.",
                is_leak=marked > 0,
            )
            return
        used_by_unit = Counter(b.values["unit_id"] for b in self._ballots if b.values["used"])
        alone = sum(1 for count in used_by_unit.values() if count == 1)
        yield Attempt(
            way,
            f"tells whose link is used ({used_by_unit.total()} are): confidential, not anonymous, "
            "until the close.",
            # After the close the key must be gone.
            is_leak=self._wave.closed_at is not None,
        )
        yield Attempt(
            "the key, where one person of a group has answered so far",
            f"{alone} groups: their only answer is that person's for whoever has key and database, "
            "until a second one arrives.",
        )
        small = sum(1 for count in used_by_unit.values() if 1 < count < K_FLOOR)
        yield Attempt(
            "the key, where two to four of a group have answered",
            f"{small} groups: an answer is one of two to four persons'.",
        )

    def _small_groups(self) -> Attempt:
        """Where the roster names so few for a group, its sheets alone would point at them."""
        invited = Counter(str(b.values["unit_id"]) for b in self._ballots)
        sheets = Counter(str(row.values["unit_id"]) for row in self._answers["sheet"])
        small = {unit for unit, count in invited.items() if count < K_FLOOR}
        # What is pooled with them may be of a larger group in which few answered.
        few = sum(n for unit, n in sheets.items() if unit in small or n < K_FLOOR)
        ended = self._wave.closed_at is not None
        said = f"{len(small)} groups of fewer than {K_FLOOR}, {few} answers beside such groups"
        return Attempt(
            "answers beside a group whose roster names fewer than five",
            f"{said}, given to any of them by chance at the close."
            if ended
            else f"{said}: theirs, for whoever has the database, until the close.",
            is_leak=ended and 0 < few < K_FLOOR,
        )

    def _jobs(self) -> Attempt:
        rows = rows_as_stored(self._store.engine, "job", self._wave.id)
        reminders = [row for row in rows if row.values["name"] == "reminder"]
        ids = [person.id for person in self._people]
        named = sum(1 for row in reminders for one in ids if one in str(row.values))
        return Attempt(
            "mails that wait (reminders leave for unused links only)",
            f"{len(reminders)} rounds of reminders wait, {named} rows name somebody.",
            is_leak=named > 0,
        )

    def _files(self) -> Attempt:
        marks = [str(row.values["id"]).encode() for row in self._answers["staged_sheet"]]
        log = [file for file in files_of(self._store.engine) if file.name.endswith("-wal")]
        content = b"".join(file.read_bytes() for file in log)
        inside = sum(1 for mark in marks if mark in content)
        ended = self._wave.closed_at is not None
        kept = sum(1 for b in self._ballots if ended and _token(b) and _token(b) in content)
        said = f"{inside} answers that arrived since the last mix."
        if kept:
            said += (
                f" {kept} ballots of this closed wave: another program reads the database file "
                "and keeps its log; end it, and look again in a minute."
            )
        return Attempt(
            "the log of the database file (each commit lies there until the next mix)",
            said,
            is_leak=kept > 0,
        )


def _token(row: StoredRow) -> bytes:
    value = row.values["token_hash"]
    return bytes(value) if isinstance(value, bytes | memoryview) else b""
