"""From sealed answers to a release; run as `python -m bench.release FOLDER` for one close."""

import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from unittest.mock import patch

from pydantic import BaseModel
from sqlalchemy import insert

from app.main import utc_now
from app.serving import calm_garbage
from app.storage.sealing import SMALL, Record, SealedRecord, Sealer, digest_of, new_keys
from app.storage.store import Store
from app.storage.tables import AskedUnit, Assessment, Organisation, Sealed, Spent, Unit, Wave
from app.usecases import releases, unsealing, waves
from bench.people import core_instrument, make_sheets
from bench.table import Row, middle, say, show

#: Sealed answers, the groups that they are of, how many came in one commit, and how often each
#: is closed.
SIZES = {
    (10_000, 200, 1): 3,
    (100_000, 200, 1): 3,
    (100_000, 2_000, 32): 2,
    (1_000_000, 2_000, 32): 1,
}
GOALS = {(100_000, 200, 1): "<= 2 s and opening <= 7 s"}
WAVE, ASSESSMENT = "wave", "assessment"
RANDOM = SystemRandom()


class Closed(BaseModel):
    """What one close took. `opening` and `scoring` are parts of `seconds`."""

    seconds: float
    opening: float
    scoring: float
    peak_mb: float
    start_mb: float
    answered: int
    shown: int


def measure_release() -> None:
    """Print what closes of growing waves take."""
    results = {}
    for (answers, groups, batch), times in SIZES.items():
        say(f"release of {answers:,} answers in {groups:,} groups, {times} times")
        with TemporaryDirectory(prefix="siloscope-bench-") as folder:
            template = Path(folder) / "template"
            _fill(template, answers, groups, batch)
            results[answers, groups, batch] = [_close_copy(template, run) for run in range(times)]
    rows = [
        Row(
            f"{answers:,} answers in {groups:,} groups, {batch} a commit",
            _figure(runs),
            GOALS.get((answers, groups, batch), ""),
        )
        for (answers, groups, batch), runs in results.items()
    ]
    sizes = list(SIZES)
    for few, many in (sizes[:2], sizes[2:]):
        grown = _seconds(results[many]) / _seconds(results[few])
        name = f"seconds of {many[0]:,} / of {few[0]:,}, {many[1]:,} groups"
        rows.append(Row(name, f"{grown:.1f}", "linear: at most 10"))
    show("Release (close_wave, SQLite)", rows)


def _seconds(runs: list[Closed]) -> float:
    return middle([run.seconds for run in runs])


def _figure(runs: list[Closed]) -> str:
    total, opening, score, peak, start = (
        middle([getattr(run, name) for run in runs])
        for name in ("seconds", "opening", "scoring", "peak_mb", "start_mb")
    )
    return (
        f"{total - opening:.2f} s and opening {opening:.2f} s (scoring {score:.2f}), "
        f"{peak:.0f} MB peak, {start:.0f} of it before"
    )


def _fill(folder: Path, answers: int, groups: int, batch: int) -> None:
    """Store the answers as an open wave has them."""
    store = _open(folder)
    keys = new_keys()
    instrument = core_instrument()
    kinds = [q.kind for q in instrument.questionnaires]
    divisions = [
        Unit(id=f"d{n}", assessment_id=ASSESSMENT, position=n, name=f"Division {n}")
        for n in range(groups // 10)
    ]
    units = [
        Unit(
            id=f"{n:05d}",
            assessment_id=ASSESSMENT,
            parent_id=divisions[n % len(divisions)].id,
            position=len(divisions) + n,
            name=f"Group {n}",
            kind=kinds[n % len(kinds)],
        )
        for n in range(groups)
    ]
    with store.writing() as work:
        work.organisations.add(Organisation(id=ASSESSMENT, name="Bench"))
        bench = Assessment(id=ASSESSMENT, organisation_id=ASSESSMENT, name="Bench")
        work.assessments.add(bench)
        work.units.add_all([*divisions, *units])
        digest = work.instruments.keep(instrument)
        now = utc_now()
        wave = Wave(
            id=WAVE,
            assessment_id=ASSESSMENT,
            number=1,
            instrument_digest=digest,
            k=5,
            opened_at=now,
            box_digest=digest_of(keys["public"]),
        )
        work.waves.add(wave)
        people = answers // groups
        # One person in five has not answered.
        asked = [AskedUnit(wave_id=WAVE, unit_id=u.id, invited=people * 5 // 4) for u in units]
        work.ballots.ask(asked)
        work.commit()
    store.wave_keys.create(WAVE, keys)
    _fill_rows(store, keys, make_sheets(groups, people), batch)
    store.close()


def _fill_rows(
    store: Store, keys: dict[str, bytes], sheets: Iterable[list[str]], batch: int
) -> None:
    records = (
        Record(f"{number:05d}", text) for number, group in enumerate(sheets) for text in group
    )
    sealed: list[SealedRecord] = []
    while together := list(islice(records, batch)):
        sealer = Sealer.begin(WAVE, keys["public"], keys["seal"], SMALL)
        sealed += [sealer.seal_up(record) for record in together]
    sealed.sort(key=lambda row: row.id)
    boxes = [{"wave_id": WAVE, "id": one.id, "kem": one.kem, "box": one.box} for one in sealed]
    marks = [
        {"wave_id": WAVE, "mark": mark, "receipt": bytes(32)}
        for mark in sorted(secrets.token_bytes(32) for _ in boxes)
    ]
    with store.engine.begin() as connection:
        connection.execute(insert(Sealed), boxes)
        connection.execute(insert(Spent), marks)


def _open(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder}/siloscope.sqlite", folder / "keys")


def _close_copy(template: Path, run: int) -> Closed:
    copy = template.with_name(f"run{run}")
    shutil.copytree(template, copy)
    command = [sys.executable, "-m", "bench.release", str(copy)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    shutil.rmtree(copy)
    return Closed.model_validate_json(done.stdout)


@contextmanager
def _timed(owner: object, name: str, spent: dict[str, float]) -> Iterator[None]:
    real = getattr(owner, name)

    def measured(*given: object) -> object:
        start = time.perf_counter()
        try:
            return real(*given)
        finally:
            spent[name] = time.perf_counter() - start

    with patch.object(owner, name, measured):
        yield


def _memory(field: str) -> float:
    """Return a line of this process's status in MB; ru_maxrss would count the parent's too."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return float(text.partition(f"{field}:")[2].split()[0]) / 1024


def main() -> None:
    """Close the wave in a folder."""
    calm_garbage()  # as the command and the site do
    store = _open(Path(sys.argv[1]))
    spent: dict[str, float] = {}
    before = _memory("VmRSS")
    with (
        # In this process, so that the whole is measured; a site takes one of its own for it.
        patch.object(
            waves, "unseal", lambda _, wave: unsealing.open_and_score(store, wave, RANDOM)
        ),
        _timed(unsealing, "_open", spent),
        _timed(releases, "score_wave", spent),
        _timed(releases, "compute_release", spent),
    ):
        start = time.perf_counter()
        release = waves.close_wave(store, WAVE, utc_now())
        seconds = time.perf_counter() - start
    result = Closed(
        seconds=seconds,
        opening=spent["_open"],
        scoring=spent["score_wave"] + spent["compute_release"],
        peak_mb=_memory("VmHWM"),
        start_mb=before,
        answered=release.answered,
        shown=sum(1 for unit in release.units if unit.profiles),
    )
    store.close()
    print(result.model_dump_json())


if __name__ == "__main__":
    main()
