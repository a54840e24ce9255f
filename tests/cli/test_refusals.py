"""What the command cannot use: one sentence, status 2, and nothing left behind."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import roster_text
from tests.cli.command_line import GOOD, CommandLine


@pytest.mark.parametrize("arguments", [(), ("launch",), ("no-such",), ("close", "--no-such")])
def test_a_command_that_is_typed_wrong_ends_with_status_2(
    siloscope: CommandLine, arguments: tuple[str, ...]
) -> None:
    ended = siloscope(*arguments)
    assert ended.status == 2
    assert "Usage: siloscope" in ended.out + ended.err


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_every_faulty_row_is_told_and_nothing_written(
    siloscope: CommandLine, more: tuple[str, ...]
) -> None:
    faulty = roster_text() + "X,,nonsense,Ann [red]x[/x] :smile:,ann\n"
    (siloscope.folder / "roster.csv").write_text(faulty, encoding="utf-8")
    ended = siloscope(*GOOD, *more)
    assert ended.status == 2
    first, second, last = ended.err.splitlines()
    assert first.startswith("roster.csv, line 36, kind: “nonsense” is not a kind of group")
    assert second.startswith("roster.csv, line 36, email: “ann” is not an e-mail address")
    assert last == "2 faults in roster.csv; nothing was written."
    assert siloscope.wrote_nothing()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("launch", "none.csv"), "none.csv cannot be read: No such file or directory."),
        (("launch", "."), ". cannot be read: Is a directory."),
        (GOOD[:4], "Say where the personal links go with --links FILE.csv."),
        ((*GOOD[:2], *GOOD[4:]), "Give the organisation's name with --name."),
        ((*GOOD, "--name", " "), "Give the organisation's name with --name."),
        ((*GOOD, "--name", "x" * 121), "--name must be one line of at most 120 characters."),
        ((*GOOD, "--name", "a\nb"), "--name must be one line of at most 120 characters."),
        (
            (*GOOD, "--links", "no/links.csv"),
            "no/links.csv cannot be written: No such file or directory.",
        ),
        (
            (*GOOD, "--closes", "31.12.2999"),
            "--closes 31.12.2999 is no date; write it as 2026-12-31.",
        ),
        (
            (*GOOD, "--closes", "2020-12-31"),
            "The closing date 2020-12-31 is not in the future.",
        ),
        (("close", "none"), "There is no wave “none”. It was erased, or its id is another one."),
        (("close", "\udcff"), "There is no wave “?”. It was erased, or its id is another one."),
        (("access", "none"), "There is no wave “none”. It was erased, or its id is another one."),
        (
            ("report", "none", "-o", "x.pdf"),
            "There is no wave “none”. It was erased, or its id is another one.",
        ),
        (
            ("report", "none", "-o", "no/x.pdf"),
            "no/x.pdf cannot be written: there is no folder no.",
        ),
        (("report", "none", "-o", "."), ". is a folder; name a file in it."),
        (("demo", "-o", "no/x.pdf"), "no/x.pdf cannot be written: there is no folder no."),
    ],
)
def test_what_cannot_be_used_is_refused_and_leaves_nothing_behind(
    siloscope: CommandLine, arguments: tuple[str, ...], sentence: str
) -> None:
    # An id that is not found may be of another folder: that one is named.
    said, _, where = siloscope.refused(*arguments).partition(" Looked in ")
    assert said == sentence
    assert bool(where) == sentence.startswith("There is no wave")
    assert siloscope.wrote_nothing()


def test_a_file_that_may_not_be_read_is_refused(
    siloscope: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert siloscope.refused(*GOOD) == "roster.csv cannot be read: Permission denied."


def test_a_links_file_that_exists_stays_untouched(siloscope: CommandLine) -> None:
    (siloscope.folder / "links.csv").write_text("precious", encoding="utf-8")
    assert siloscope.refused(*GOOD) == "links.csv exists already; choose another name."
    assert (siloscope.folder / "links.csv").read_text(encoding="utf-8") == "precious"


def test_a_report_before_the_close_is_refused(siloscope: CommandLine) -> None:
    wave = siloscope.launch()
    assert siloscope.refused("report", wave, "-o", "x.pdf") == (
        f"Wave {wave} is still open, and results exist only after it is closed: "
        f"run “siloscope close {wave}” first."
    )
    assert not (siloscope.folder / "x.pdf").exists()


@pytest.mark.parametrize(
    ("variable", "value", "start"),
    [
        ("DATABASE", "sqlite:///{tmp}/roster.csv/x", "{tmp}/roster.csv cannot be used: it is no"),
        ("DATABASE", "sqlite:///{tmp}/roster.csv", "The database cannot be used (file is not a"),
        ("DATABASE", "sqlite:///{tmp}", "The database cannot be used (unable to open"),
        ("DATABASE", "sqlite://", "SILOSCOPE_DATABASE is no address of a lasting database; "),
        ("DATABASE", "postgresql://u:secret@127.0.0.1:1/x", "The database cannot be used (conn"),
        ("DATABASE", "postgresql://u:secret@h:port/x", "SILOSCOPE_DATABASE is no address of a "),
        ("DATABASE", "mysql://u:secret@h/x", "SILOSCOPE_DATABASE is no address of a lasting "),
        ("DATABASE", "secret", "SILOSCOPE_DATABASE is no address of a lasting database; "),
        ("DATA", "{tmp}/roster.csv", "{tmp}/roster.csv cannot be used: it is no folder."),
        ("PORT", "abc", "SILOSCOPE_PORT=abc cannot be used: Input should be a valid integer"),
        ("PORT", "0", "SILOSCOPE_PORT=0 is no port; choose one up to 65535."),
        ("PORT", "65536", "SILOSCOPE_PORT=65536 is no port; choose one up to 65535."),
    ],
)
@pytest.mark.parametrize("arguments", [GOOD, ("serve",)], ids=["launch", "serve"])
def test_an_environment_that_cannot_be_used_is_refused(
    siloscope: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    start: str,
    arguments: tuple[str, ...],
) -> None:
    folder = str(siloscope.folder)
    monkeypatch.setenv(f"SILOSCOPE_{variable}", value.replace("{tmp}", folder))
    sentence = siloscope.refused(*arguments)
    assert sentence.startswith(start.replace("{tmp}", folder))
    assert "secret" not in sentence
    assert not (siloscope.folder / "links.csv").exists()


def test_a_database_of_a_later_version_is_refused(siloscope: CommandLine) -> None:
    with siloscope.store() as store, store.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
        connection.commit()
    sentence = siloscope.refused("close", "x")
    assert sentence.startswith("The database is at revision ")


@pytest.mark.parametrize("arguments", [("serve",), ("demo",)])
def test_a_port_in_use_is_refused_before_any_work(
    siloscope: CommandLine, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("SILOSCOPE_PORT", str(port))
        assert siloscope.refused(*arguments) == (
            f"Port {port} on 127.0.0.1 cannot be used (Address already in use). Choose another "
            "one with SILOSCOPE_PORT (for make: PORT=8001) or SILOSCOPE_HOST."
        )
    assert not (siloscope.folder / "demo").exists()


def test_a_terminal_without_our_letters_gets_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from app.cli import run; run()", "close", b"\xff"],
        env={**os.environ, "SILOSCOPE_DATA": str(tmp_path), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    said = b"There is no wave ???. It was erased, or its id is another one. Looked in "
    assert done.stderr.startswith(said)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("SILOSCOPE_MAIL_FORM", "SILOSCOPE_MAIL_FROM may be meant"), ("SILOSCOPE_Q", "known are ")],
)
def test_a_setting_that_nobody_knows_is_refused(
    siloscope: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str, hint: str
) -> None:
    monkeypatch.setenv(name, "x")
    sentence = siloscope.refused("close", "x")
    assert sentence.startswith(f"{name} is no setting of Siloscope; {hint}")
