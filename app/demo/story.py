"""The demo from beginning to end. Each step is the same use-case or page that clients use."""

import asyncio
import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import httpx

from app.demo.journey import answer_survey
from app.demo.staff import (
    GROUPS,
    MODULES,
    PARTNERS,
    StaffGroup,
    comment_of,
    respond,
    roster_csv,
)
from app.main import create_app, store_of, utc_now
from app.questionnaires.loader import load_instrument
from app.settings import Settings
from app.storage.store import Store
from app.storage.wave_keys import WaveKeys
from app.usecases.access import LONGEST_DAYS, grant_access
from app.usecases.accounts import create_owner
from app.usecases.errors import SiloscopeError
from app.usecases.launches import Invitation, LaunchedWave, launch_assessment, open_next_wave
from app.usecases.ledger import Channel
from app.usecases.members import adopt_clients
from app.usecases.results import view_results, write_report
from app.usecases.rosters import read_roster
from app.usecases.waves import close_wave

ORGANISATION = "Meridian Telecom"
CONSULTANT = "consultant@example.org"
#: The simulation's seed: the same staff give the same answers on every machine.
SEED = 20_261_123
#: How long a visitor of the demo can answer.
SECOND_WAVE = timedelta(days=30)
#: Marks a folder as one of ours, which may be emptied, and a demo that came to its end.
_MARK, _DONE = ".siloscope-demo", "demo.json"


class FolderTaken(SiloscopeError):
    """The demo never empties a folder that it did not make."""


def tell_story(
    settings: Settings, output: Path, *, fresh: bool, say: Callable[[str], None]
) -> None:
    """Ask the example's staff, close, write the report, open a second wave, print the links.

    A finished demo is kept as it is, with what visitors answered; a broken-off one is redone.
    Raises FolderTaken.
    """
    told = None if fresh else _finished(settings.data)
    if told is None:
        _start_over(settings.data, WaveKeys(settings.wave_keys))
        told = _ask_everybody(settings, say)
        unfinished = settings.data / f"{_DONE}.new"
        unfinished.write_text(json.dumps(told), encoding="utf-8")
        unfinished.replace(settings.data / _DONE)
    with closing(store_of(settings)) as store:
        results = view_results(store, told["closed_wave"], Channel.PDF)
        report = write_report(store, results, settings.reports)
    output.write_bytes(report.read_bytes())
    say(f"The report: {output.resolve()}")
    for title, place in told["links"].items():
        say(f"{title}: {settings.public_url}{place}")
    say(f"For the commands this is wave {told['closed_wave']}, with SILOSCOPE_DATA={settings.data}")


def _finished(folder: Path) -> dict[str, Any] | None:
    """Return what a finished demo has to tell, or None if there is none."""
    try:
        told: dict[str, Any] = json.loads((folder / _DONE).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return told if (folder / "siloscope.sqlite").exists() else None


def _start_over(folder: Path, wave_keys: WaveKeys) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept = list(folder.iterdir())
    if kept and not any(file.name in (_MARK, _DONE) for file in kept):
        raise FolderTaken(f"{folder} holds other files; choose a new folder with --folder.")
    (folder / _MARK).touch()
    for file in kept:
        if file.is_dir() and not file.is_symlink():
            shutil.rmtree(file)
        elif file.name != _MARK:
            file.unlink()
    for wave_id in wave_keys.waves():
        wave_keys.drop(wave_id)


def _ask_everybody(settings: Settings, say: Callable[[str], None]) -> dict[str, Any]:
    instrument = load_instrument().with_modules(MODULES)
    kinds = {q.kind: q.title for q in instrument.questionnaires}
    mirrors = {q.kind for q in instrument.questionnaires if q.mirror}
    roster = read_roster(roster_csv().encode(), kinds, mirrors)
    chance, now = SystemRandom(), utc_now()
    with closing(store_of(settings)) as store:
        wave = launch_assessment(store, roster, ORGANISATION, instrument, now, chance)
        partners = sum(group.people for group in PARTNERS)
        say(f"{ORGANISATION}: {roster.people - partners} people in {len(GROUPS)} groups are asked,")
        say(f"and {partners} of {PARTNERS[0].unit} how they see {PARTNERS[0].about}.")
        staff = Random(SEED)  # noqa: S311 - a simulation that must repeat, not a secret
        asyncio.run(_answer_all(settings, store, wave, staff))
        release = close_wave(store, wave.wave_id, utc_now())
        say("Staff sent their answers through the survey's pages; the wave is closed.")
        outside = sum(mirror.answered or 0 for mirror in release.mirrors)
        say(f"The release counts {release.answered} of {release.invited} people of IT, without")
        say(f"a group too small to be told apart, and {outside} business partners.")
        again = open_next_wave(
            store, wave.assessment_id, instrument, utc_now(), chance, utc_now() + SECOND_WAVE
        )
        owner = create_owner(store, CONSULTANT, utc_now(), chance)
        adopt_clients(store, CONSULTANT)
        links = {
            "Results, as the CIO opens them": f"/enter#{_cio_key(store, chance, wave)}",
            f"The consultant's pages (choose a password once; later sign in as {CONSULTANT})": (
                f"/join#{owner}"
            ),
            "One respondent's link in the second wave": f"/s#{_a_link(again)}",
        }
    return {"closed_wave": wave.wave_id, "links": links}


def _cio_key(store: Store, chance: Random, wave: LaunchedWave) -> str:
    ends = utc_now() + timedelta(days=LONGEST_DAYS)
    return grant_access(store, chance, wave.wave_id, "The CIO", ends)


def _a_link(wave: LaunchedWave) -> str:
    return next(i.code for i in wave.invitations if i.unit == GROUPS[0].unit)


async def _answer_all(settings: Settings, store: Store, wave: LaunchedWave, chance: Random) -> None:
    """Let those who take part answer over HTTP."""
    site = httpx.ASGITransport(create_app(settings, store))
    instrument = load_instrument().with_modules(MODULES)
    sent = 0
    async with httpx.AsyncClient(transport=site, base_url=settings.public_url) as browser:
        for group in (*GROUPS, *PARTNERS):
            invited = [i for i in wave.invitations if i.unit == group.unit]
            for number, person in enumerate(_who_responds(group, invited, chance)):
                questionnaire = instrument.for_kind(group.kind)
                answers = respond(group, number, questionnaire, chance)
                if questionnaire.comment and (text := comment_of(sent, chance)):
                    answers[questionnaire.comment.id] = text
                await answer_survey(browser, person.code, answers)
                sent += 1


def _who_responds(
    group: StaffGroup, invited: Sequence[Invitation], chance: Random
) -> list[Invitation]:
    return chance.sample(list(invited), round(group.responding * group.people))
