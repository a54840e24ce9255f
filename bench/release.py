"""From stored answers to a release; run as `python -m bench.release FOLDER` for one close."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from pydantic import BaseModel
from sqlalchemy import insert

from app.main import utc_now
from app.serving import calm_garbage
from app.storage.sheets import Sheets
from app.storage.store import Store
from app.storage.tables import Assessment, Ballot, Organisation, Sheet, Unit, Wave
from app.usecases import releases, waves
from bench.people import core_instrument, make_sheets
from bench.table import Row, middle, say, show

#: Stored answers and the groups that they lie in, and how often each is closed.
SIZES = {(10_000, 200): 3, (100_000, 200): 3, (100_000, 2_000): 2, (1_000_000, 2_000): 1}
GOALS = {
    (100_000, 200): "<= 1 s",
    (100_000, 2_000): "<= 2.5 s",
    (1_000_000, 2_000): "<= 8 s",
}
WAVE, ASSESSMENT = "wave", "assessment"


class Closed(BaseModel):
    """What one close took. `reading` and `scoring` are parts of `seconds`."""

    seconds: float
    reading: float
    scoring: float
    peak_mb: float
    start_mb: float
    answered: int
    shown: int


def measure_release() -> None:
    """Print what closes of growing waves take."""
    results = {}
    for (answers, groups), times in SIZES.items():
        say(f"release of {answers:,} answers in {groups:,} groups, {times} times")
        with TemporaryDirectory(prefix="siloscope-bench-") as folder:
            template = Path(folder) / "template"
            _fill(template, answers, groups)
            results[answers, groups] = [_close_copy(template, run) for run in range(times)]
    rows = [
        Row(
            f"{answers:,} answers in {groups:,} groups",
            _figure(runs),
            GOALS.get((answers, groups), ""),
        )
        for (answers, groups), runs in results.items()
    ]
    for few, many in (((10_000, 200), (100_000, 200)), ((100_000, 2_000), (1_000_000, 2_000))):
        grown = _seconds(results[many]) / _seconds(results[few])
        name = f"seconds of {many[0]:,} / of {few[0]:,}, {many[1]:,} groups"
        rows.append(Row(name, f"{grown:.1f}", "linear: at most 10"))
    show("Release (close_wave, SQLite)", rows)


def _seconds(runs: list[Closed]) -> float:
    return middle([run.seconds for run in runs])


def _figure(runs: list[Closed]) -> str:
    total, reading, score, peak, start = (
        middle([getattr(run, name) for run in runs])
        for name in ("seconds", "reading", "scoring", "peak_mb", "start_mb")
    )
    return (
        f"{total:.2f} s (reading {reading:.2f}, scoring {score:.2f}), "
        f"{peak:.0f} MB peak, {start:.0f} of it before"
    )


def _fill(folder: Path, answers: int, groups: int) -> None:
    """Store the answers as an open wave has them when its last mix is done."""
    store = _open(folder)
    chance = Random(1)
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
        )
        work.waves.add(wave)
        work.commit()
    _fill_rows(store, answers // groups, groups, chance)
    store.close()


def _fill_rows(store: Store, people: int, groups: int, chance: Random) -> None:
    sheets: list[dict[str, Any]] = []
    ballots: list[dict[str, Any]] = []
    for number, group in enumerate(make_sheets(groups, people)):
        place = {"wave_id": WAVE, "unit_id": f"{number:05d}"}
        sheets += [
            place | {"id": f"{chance.getrandbits(128):032x}", "answers": text} for text in group
        ]
        # One person in five has not answered.
        ballots += [
            place | {"token_hash": chance.randbytes(32), "used": n < people, "receipt": None}
            for n in range(people * 5 // 4)
        ]
    with store.engine.begin() as connection:
        connection.execute(insert(Sheet), sorted(sheets, key=lambda row: row["id"]))
        connection.execute(insert(Ballot), sorted(ballots, key=lambda row: row["token_hash"]))


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
        _timed(Sheets, "texts", spent),
        _timed(releases, "score_wave", spent),
        _timed(releases, "compute_release", spent),
    ):
        start = time.perf_counter()
        release = waves.close_wave(store, WAVE, utc_now(), Random(1))
        seconds = time.perf_counter() - start
    result = Closed(
        seconds=seconds,
        reading=spent["texts"],
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
