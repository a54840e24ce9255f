"""Ways in which somebody with the files, the roster and all links might join people to answers."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import inspect

from app.storage.kept_bytes import BallotMarks, Kept, ballot_marks, bytes_of_folder, places_of
from app.storage.sealing import NotOpened, Opener, Record, SealedRecord, Sealer, new_keys
from app.storage.store import Store
from app.storage.tables import Person, Wave
from app.storage.volumes import doubts_about
from app.storage.wave_keys import BOX, LINKS, PUBLIC, SEAL, TAG, WORDS, KeysMissing
from app.usecases.ballots import hash_token, make_token
from app.usecases.boxes import box_size
from app.usecases.wave_keys import DOUBTS

#: What the tables of answers have, and nothing else: each more could tell when, or of whom.
COLUMNS = {
    "spent": {"wave_id", "mark", "receipt"},
    "sealed": {"wave_id", "id", "kem", "box"},
    "sealed_comment": {"wave_id", "id", "box"},
    "ballot": {"token_hash", "wave_id", "unit_id"},
}


@dataclass(frozen=True)
class Attempt:
    """One try, and how far it got. `is_leak`: it must not work. Else it may not have been made."""

    way: str
    finding: str
    is_leak: bool = False
    was_made: bool = True


def attempts_on(
    store: Store, wave: Wave, people: Sequence[Person], data: Path
) -> Iterator[Attempt]:
    """Yield what can be tried on the rows and keys of a wave without changing anything."""
    # Before anything is read: reading itself would mark what the launch left to be marked.
    yield ballots_marked(store)
    yield from _shapes(store)
    yield _sizes(store, wave)
    yield _marks(store, wave)
    yield _order(store, wave, people)
    yield _forged(store, wave)
    yield from _keys(store, wave, data)


def _shapes(store: Store) -> Iterator[Attempt]:
    inspector = inspect(store.engine)
    way = "columns, foreign keys and indexes beside answers and marks"
    found = []
    for table, usual in COLUMNS.items():
        names = {column["name"] for column in inspector.get_columns(table)}
        found += [f"{table}.{name}" for name in sorted(names - usual)]
        if table != "ballot":
            found += [f"a foreign key of {table}" for _ in inspector.get_foreign_keys(table)]
            found += [f"an index of {table}" for _ in inspector.get_indexes(table)]
    yield Attempt(way, f"too many: {', '.join(found)}." if found else "none.", bool(found))


def _sizes(store: Store, wave: Wave) -> Attempt:
    with store.reading() as work:
        size = box_size(work.instruments.get(wave.instrument_digest))
        sizes = {(len(one.box), len(one.kem)) for one in work.sealed.boxes(wave.id)}
    told = sorted(box for box, _ in sizes)
    wrong = len(sizes) > 1 or (sizes and told != [size])
    said = f"sizes {told}, where every box has {size} bytes." if wrong else "all alike."
    return Attempt("sizes of the boxes", said, bool(wrong))


def _marks(store: Store, wave: Wave) -> Attempt:
    """Marks that whoever holds the links could compute without `spend`."""
    with store.reading() as work:
        tokens = [token for _, token in work.ballots.hashes(wave.id)]
        tokens += [code.code_hash for code in work.unit_codes.of(wave.id)]
        marks = work.sealed.marks(wave.id)
    links = store.wave_keys.read(wave.id, LINKS) or b""
    wave_bytes = wave.id.encode()
    computed = set(tokens)
    for token in tokens:
        for words in (token, b"mark" + token, wave_bytes + token):
            computed.add(hashlib.sha256(words).digest())
            for key in (b"", bytes(32), wave_bytes, links):
                computed.add(hmac.digest(key, words, "sha256"))
    hits = len(marks & computed)
    said = f"{len(computed)} guesses for {len(tokens)} links, {hits} are marks."
    return Attempt("marks computed from links without their key", said, hits > 0)


def ballots_marked(store: Store) -> Attempt:
    """Look at what PostgreSQL's pages bear on ballots beside their values."""
    way = "locks and marks of reading on ballots"
    if store.engine.dialect.name == "sqlite":
        return Attempt(way, "SQLite keeps none on a row.")
    found = ballot_marks(store.engine)
    if not isinstance(found, BallotMarks):
        return Attempt(way, f"cannot be tried: {found}", was_made=False)
    said = f"{found.ballots} ballots: {found.locked} locked, {found.unsettled} to be marked yet."
    return Attempt(way, said, found.locked + found.unsettled > 0)


def _order(store: Store, wave: Wave, people: Sequence[Person]) -> Attempt:
    """Whether the n-th ballot is the n-th person's; only the key of links can tell."""
    way = "order of the ballots against the order of the roster"
    links = store.wave_keys.read(wave.id, LINKS)
    if links is None:
        return Attempt(way, "cannot be tried: no ballot has a person any more.", was_made=False)
    place = {hash_token(make_token(links, one.id)): n for n, one in enumerate(people)}
    order = [place[token] for token in places_of(store.engine, "ballot", wave.id) if token in place]
    share = rank_agreement(order)
    said = f"rank correlation {share:+.2f} over {len(order)} ballots."
    return Attempt(way, said, follows(order))


def rank_agreement(order: Sequence[int]) -> float:
    """Return Spearman's rank correlation of an order with 0, 1, 2, …, from -1 to 1."""
    n = len(order)
    ranks = {value: rank for rank, value in enumerate(sorted(order))}
    apart = sum((place - ranks[value]) ** 2 for place, value in enumerate(order))
    return 1 - 6 * apart / (n * (n * n - 1)) if n > 1 else 0.0


def follows(order: Sequence[int]) -> bool:
    """Return whether an order follows another one: by chance once in some ten thousand times.

    Without any order Spearman's coefficient has a standard deviation of 1 / sqrt(n - 1).
    """
    return len(order) >= 10 and abs(rank_agreement(order)) > 4 / (len(order) - 1) ** 0.5


def _forged(store: Store, wave: Wave) -> Attempt:
    """Boxes that were copied, or made by somebody without the keys, must not open."""
    way = "boxes that were copied, moved or forged"
    try:
        keys = store.wave_keys.need(wave.id, wave.box_digest, BOX, SEAL)
    except KeysMissing:
        return Attempt(way, "cannot be tried: nothing opens boxes any more.", was_made=False)
    with store.reading() as work:
        size = box_size(work.instruments.get(wave.instrument_digest))
        boxes = list(work.sealed.boxes(wave.id))
    opener = Opener(wave.id, keys, size)
    own = Sealer.begin(wave.id, keys[PUBLIC], keys[SEAL], size)
    mine = boxes[0] if boxes else own.seal_up(Record("", ""))
    stranger = new_keys()
    forged = [
        replace(mine, id=bytes(16)),
        replace(mine, kem=own.kem if boxes else bytes(80)),
        Sealer.begin("another", keys[PUBLIC], keys[SEAL], size).seal_up(Record("", "")),
        Sealer.begin(wave.id, keys[PUBLIC], stranger["seal"], size).seal_up(Record("", "")),
    ]
    opened = sum(_opens(opener, box) for box in forged)
    said = f"{len(forged)} tried, {opened} opened."
    return Attempt(way, said, opened > 0)


def _opens(opener: Opener, box: SealedRecord) -> bool:
    try:
        opener.open(box)
    except NotOpened:
        return False
    return True


def _keys(store: Store, wave: Wave, data: Path) -> Iterator[Attempt]:
    with store.reading() as work:
        is_released, has_comments = work.releases.has(wave.id), bool(work.sealed.comments(wave.id))
    names = store.wave_keys.names(wave.id)
    left = names - ({WORDS, PUBLIC} if has_comments else set()) if is_released else frozenset()
    away = [str(folder) for folder in store.wave_keys.away()] if names or is_released else []
    said = f"left after the close: {', '.join(sorted(left))}." if left else "none too many."
    if away:
        said += f" Not reached: {', '.join(away)}."
    yield Attempt("keys of the wave, in the mirror too", said, bool(left))
    yield from _places_of_keys(store, data)
    yield _copies(store, wave, data)


def _places_of_keys(store: Store, data: Path) -> Iterator[Attempt]:
    way = "where the folders of keys lie"
    for folder in store.wave_keys.folders:
        if folder.resolve().is_relative_to(data.resolve()):
            yield Attempt(way, f"{folder} lies in the data folder: backups take it along.", True)
        elif folder.exists() and not (folder / TAG).exists():
            yield Attempt(way, f"{folder} lacks {TAG}: backup programs take it along.", True)
        for doubt in doubts_about(folder, data):
            yield Attempt(f"{way} ({doubt.name.lower().replace('_', ' ')})", DOUBTS[doubt])


def _copies(store: Store, wave: Wave, data: Path) -> Attempt:
    """Bytes of the wave's keys in any file of the data folder, such as a backup."""
    way = "copies of keys in the data folder"
    secret = {n: store.wave_keys.read(wave.id, n) for n in store.wave_keys.names(wave.id)}
    secret.pop(PUBLIC, None)
    files: list[Kept] = list(bytes_of_folder(data, frozenset()))
    found = [
        f"{name} in {file.name}"
        for file in files
        for name, key in secret.items()
        if key and (key in file.content or key.hex().encode() in file.content)
    ]
    unread = [file.name for file in files if file.why]
    said = f"{', '.join(found)}." if found else f"none in {len(files)} files."
    if unread:
        said += f" Not readable: {', '.join(unread)}."
    return Attempt(way, said, bool(found))
