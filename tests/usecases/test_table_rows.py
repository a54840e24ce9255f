"""Files that are no roster at all, and files made to do harm."""

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.usecases.roster_units import COLUMNS
from app.usecases.table_rows import TableFault
from tests.usecases.roster_files import ANN, BOB, faults, said, table


def test_text_in_another_encoding_is_refused_with_its_line_and_the_other_faults() -> None:
    text = table(ANN, BOB.replace("Bob", "Jörg"), "ERP,,,Cem,cem")
    assert said(text.encode("latin-1")) == [
        "line 3: “Servers,Operations,data-centre,Jörg,bob@example.org” is not saved as UTF-8 "
        "text; in Excel, choose “Save as” and the type “CSV UTF-8”.",
        "line 4, email: “cem” is not an e-mail address; write it as name@example.org.",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: the file is empty."),
        (b"\xef\xbb\xbf\r\n;;;\r\n", "line 1: the file is empty."),
        (
            b"PK\x03\x04\x14\x00",
            "line 1: the file is a workbook, not a CSV; in Excel, choose “Save as” and the type "
            "“CSV UTF-8”.",
        ),
        (
            table(ANN).encode("utf-16-le"),
            "line 1: the file is not saved as UTF-8 text; in Excel, choose “Save as” and the "
            "type “CSV UTF-8”.",
        ),
        (
            table(ANN).encode("utf-16")[:-1],
            "line 1: the file is not saved as UTF-8 text; in Excel, choose “Save as” and the "
            "type “CSV UTF-8”.",
        ),
        (
            b"unit,kind,name\n",
            "line 1: “unit, kind, name” lacks the columns parent, email; the first row must name "
            "the columns unit, parent, kind, name, email.",
        ),
        (
            b"unit,parent,kind,name,email,E-mail\n",
            "line 1: “unit, parent, kind, name, email, E-mail” names the column email twice; "
            "keep one of them.",
        ),
        (
            b'"unit"s,parent,kind,name,email\nERP,,data,Ann,ann@example.org',
            'line 1: “"unit"s,parent,kind,name,email” cannot be read: a quotation mark in it has '
            "no partner, or text follows it; remove the mark, or write it twice inside a quoted "
            "cell.",
        ),
    ],
)
def test_a_file_without_a_table_is_told_in_one_sentence(content: bytes, message: str) -> None:
    assert said(content) == [message]


def test_a_message_cannot_steer_the_terminal() -> None:
    shown = "".join(said(table("ERP,,\x1b[2J\x1b]0;x\x07,Ann,ann@example.org")))
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_a_cell_without_end_is_refused() -> None:
    (message,) = said(table(f"ERP,,data,{'x' * 140_000},ann@example.org", BOB))
    assert message.startswith("line 2: ")
    assert message.endswith("a cell is far too long; look for a quotation mark without a partner.")


def _are_presentable(found: tuple[TableFault, ...], content: bytes) -> bool:
    lines = len(StringIO(content.decode("latin-1"), newline="").readlines())
    return all(1 <= f.line <= max(lines, 1) and str(f).isprintable() for f in found)


@given(st.binary() | st.text().map(str.encode) | st.text().map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_a_roster_or_a_faulty_one(content: bytes) -> None:
    assert _are_presentable(faults(content), content)


_CELLS = st.sampled_from(
    [
        *('"', '"x', 'x"', "\n", '"a\nb"', "sep=;", "\ufeff", "\0", "\x85", "\u2028"),
        *("", "ERP", "erp", "Applications", "data", "Ann", "ann@example.org", "=1+1"),
    ]
)


@given(st.lists(st.lists(_CELLS, max_size=7), max_size=8), st.sampled_from([",", ";", "\t"]))
def test_any_cells_below_a_header_are_a_roster_or_a_faulty_one(
    rows: list[list[str]], delimiter: str
) -> None:
    content = "\n".join(delimiter.join(row) for row in [list(COLUMNS), *rows]).encode()
    assert _are_presentable(faults(content), content)
