"""The command: what it says and writes when all goes well."""

import gc
import json
import re
import socket
import stat
from asyncio import run as run_async
from pathlib import Path
from random import Random

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from app.demo.journey import answer_survey
from app.main import create_app
from app.settings import Settings
from app.usecases.errors import SiloscopeError
from app.usecases.launches import Invitation, SharedCode
from app.usecases.links import LinksNotWritten, links_csv, write_links
from app.usecases.roster_units import COLUMNS
from tests.builders import GROUPS, all_assessments, all_at, marked
from tests.cli.command_line import GOOD, CommandLine
from tests.submissions import submission


def test_help_lists_the_commands_with_what_they_do(siloscope: CommandLine) -> None:
    ended = siloscope("--help")
    assert ended.status == 0
    for command in ("launch", "close", "report", "access", "serve", "demo"):
        assert re.search(rf"\b{command}\s+[A-Z]", ended.out)
        assert siloscope(command, "--help").status == 0


def test_launch_writes_one_link_for_each_person_into_a_secret_file(siloscope: CommandLine) -> None:
    ended = siloscope(*GOOD, "--closes", "2999-12-31")
    assert ended.status == 0
    assert "34 people in 4 groups." in ended.out
    assert "Security has 4 people, fewer than 5: it is never shown alone" in ended.out
    rows = siloscope.links()
    assert len(rows) == len({row["code"] for row in rows}) == sum(GROUPS.values())
    assert all(row["link"] == f"http://127.0.0.1:8000/s#{row['code']}" for row in rows)
    assert stat.S_IMODE((siloscope.folder / "links.csv").stat().st_mode) == 0o600
    with siloscope.store() as store:
        ((wave,),) = (assessment.waves for assessment in all_assessments(store))
    assert wave.closes_at is not None
    assert wave.closes_at.isoformat() == "2999-12-31T23:59:59.999999+00:00"


def test_cells_that_a_spreadsheet_would_run_are_made_harmless() -> None:
    invited = Invitation("=1+1", "@SUM(A1)", "+ann@example.org", "12345")
    shared = SharedCode("=Shift", "67890", 20)

    def written(*invitations: Invitation, codes: tuple[SharedCode, ...] = ()) -> str:
        return links_csv(invitations, codes, "https://example.org")

    _, row, last = written(invited, codes=(shared,)).splitlines()
    assert last == "'=Shift,shared by 20,,https://example.org/s#67890,67890"
    assert row == "'=1+1,'@SUM(A1),'+ann@example.org,https://example.org/s#12345,12345"
    assert "'-2" in written(Invitation("-2", "", "", ""))
    assert ",O'Hara,," in written(Invitation("", "O'Hara", "", ""))


def test_a_dry_run_checks_and_writes_nothing(siloscope: CommandLine) -> None:
    ended = siloscope(*GOOD, "--dry-run")
    assert ended.status == 0
    assert "Nothing was written." in ended.out
    assert siloscope.wrote_nothing()


def test_names_are_printed_as_they_are(siloscope: CommandLine) -> None:
    text = f"{','.join(COLUMNS)}\n[/x] :smile:,,data,Ann,ann@example.org\n"
    (siloscope.folder / "roster.csv").write_text(text, encoding="utf-8")
    ended = siloscope("launch", "roster.csv", "--name", "[/y]", "--links", "[bold].csv")
    assert ended.status == 0
    assert "1 person in 1 group." in ended.out
    assert "[/x] :smile: has 1 person, fewer than 5" in ended.out
    assert "Personal links: [bold].csv." in ended.out


def test_links_of_an_open_wave_are_kept_whatever_fails_afterwards(
    siloscope: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise SiloscopeError("Something failed.")

    monkeypatch.setattr("app.cli.waves.grant_access", fail)
    ended = siloscope(*GOOD)
    assert (ended.status, ended.err) == (2, "Something failed.\n")
    assert len(siloscope.links()) == sum(GROUPS.values())
    assert "is open for 34 people." in ended.out


def test_links_that_cannot_be_written_name_the_wave_they_belong_to(tmp_path: Path) -> None:
    with pytest.raises(LinksNotWritten, match=r"^Wave abc is open, .*siloscope close abc”"):
        write_links(tmp_path, "text", "abc")


def test_serve_keeps_no_log_of_visits(
    siloscope: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[dict[str, object]] = []

    def serve(app: FastAPI, **options: object) -> None:
        app.state.site.store.close()
        served.append(options)

    monkeypatch.setattr(uvicorn, "run", serve)
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setenv("SILOSCOPE_PORT", str(free.getsockname()[1]))
    thresholds = gc.get_threshold()
    assert siloscope("serve").status == 0
    # A server tunes the collector of its process; this one goes on testing.
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    assert served[0]["access_log"] is False
    assert served[0]["server_header"] is False


@pytest.mark.usefixtures("shared_fonts")
def test_from_a_roster_to_the_report(siloscope: CommandLine) -> None:
    wave = siloscope.launch()
    codes = [row["code"] for row in siloscope.links() if row["unit"] == "Data centre"]
    run_async(_answer(codes[:7], siloscope))
    for _ in range(2):
        closed = siloscope("close", f" {wave.upper()} ")
        assert closed.status == 0
        assert (
            f"Wave {wave} is closed: at least 7 of 34 answered, 1 group can be shown." in closed.out
        )
    report = siloscope("report", wave, "--output", "report.pdf")
    assert (report.status, report.out) == (0, f"{siloscope.folder / 'report.pdf'}\n")
    assert (siloscope.folder / "report.pdf").read_bytes().startswith(b"%PDF-")
    key = siloscope("access", wave)
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/enter#[0-9A-Z-]{31}\n", key.out)


async def _answer(codes: list[str], siloscope: CommandLine) -> None:
    with siloscope.store() as store:
        site = httpx.ASGITransport(create_app(Settings(), store))
        async with httpx.AsyncClient(transport=site, base_url=Settings().public_url) as browser:
            for code in codes:
                await answer_survey(browser, code, all_at(Random(1).choice([2, 3])))


def closed_wave(siloscope: CommandLine) -> str:
    """Launch, answer at one level a group, and close; return the wave's id."""
    siloscope(*GOOD)
    levels = {"ERP": 4, "Development": 3, "Data centre": 1, "Security": 5}
    with siloscope.store() as store:
        ((wave,),) = (assessment.waves for assessment in all_assessments(store))
        for row in siloscope.links():
            level = levels[row["unit"]]
            store.ballot_box.submit(
                submission(store, row["code"], sheet=marked(str(level) * 21))
            ).result()
    siloscope("close", wave.id)
    return wave.id


def test_advise_says_which_project_with_whom_and_how_wide(siloscope: CommandLine) -> None:
    wave = closed_wave(siloscope)
    ended = siloscope("advise", wave, "--topic", "incident-restoration", "--reach", "4")
    assert ended.status == 0
    assert "ERP: Fits now" in ended.out
    assert "Data centre: Too early" in ended.out
    assert "(Overall level 1, band 1, n 10; " in ended.out
    assert "The limit is set by Data centre" in ended.out
    two = siloscope("advise", wave, "--topic", "demand-delivery", "--units", "erp, Development")
    assert "Data centre" not in two.out
    assert "1. " in siloscope("advise", wave).out


def test_advise_as_json_gives_rule_figures_and_source_of_each_line(siloscope: CommandLine) -> None:
    wave = closed_wave(siloscope)
    units = ("--units", "ERP,Development,Data centre,Security")
    ended = siloscope("advise", wave, "--topic", "provisioning", "--reach", "1", *units, "--json")
    said = json.loads(ended.out)
    assert (said["topic"], said["reach"], said["widest"]) == ("provisioning", 1, 1)
    verdicts = {group["name"]: group["verdict"] for group in said["groups"]}
    assert verdicts == {
        "ERP": "fits",
        "Development": "fits",
        "Data centre": "fits",
        "Security": "unknown",
    }
    assert all(line["rule"] and line["source"] for line in said["advice"] + said["portfolio"])
    assert "level 5" not in json.dumps(said["groups"][-1])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--topic", "tea"), "There is no topic “tea”; choose from: change-release"),
        (("--units", "nobody"), "There is no group “nobody”; choose from: "),
        (("--reach", "7"), "--reach"),
    ],
)
def test_advise_names_what_there_is(
    siloscope: CommandLine, words: tuple[str, ...], said: str
) -> None:
    ended = siloscope("advise", closed_wave(siloscope), *words)
    assert ended.status == 2
    assert said in ended.err
