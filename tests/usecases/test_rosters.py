"""What a roster file may look like, and that it is read as it was meant."""

import csv
import unicodedata
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.usecases.addresses import spoken_name
from app.usecases.roster_units import COLUMNS, RosterPerson, RosterUnit
from app.usecases.rosters import DEEPEST, Roster, read_roster
from app.usecases.table_rows import MOST_ROWS, FaultyTable
from tests.builders import KINDS, roster
from tests.usecases.roster_files import ANN, BOB, HEADER, described, read, said, table

PLAIN = described(read(table(ANN, BOB)))


def test_units_come_with_their_people_parents_first() -> None:
    applications, erp, operations, servers = read(table(ANN, BOB)).units
    assert (applications.name, applications.parent, applications.kind) == (
        "Applications",
        None,
        None,
    )
    assert (erp.name, erp.parent, erp.kind) == ("ERP", "Applications", "enterprise-applications")
    assert [(p.name, p.email) for p in erp.people] == [("Ann", "ann@example.org")]
    assert (operations.name, servers.name) == ("Operations", "Servers")


@pytest.mark.parametrize(
    "content",
    [
        table(ANN, BOB).encode("utf-8-sig"),
        table(ANN, BOB, end="\r\n").encode(),
        table(ANN, BOB, end="\r").encode(),
        table(ANN, BOB).rstrip().encode(),
        table(ANN, BOB).replace(",", ";").encode(),
        ("sep=;\r\n" + table(ANN, BOB, end="\r\n").replace(",", ";")).encode("utf-8-sig"),
        ('"sep=;";;;;\n' + table(ANN, BOB).replace(",", ";")).encode(),
        table(ANN, BOB).replace(",", "\t").encode("utf-16"),
        table(ANN, BOB).encode("utf-16"),
        (table(f"{ANN},,,", f"{BOB},,,", header=f"{HEADER},,,") + ",,,,,,,\n" * 9).encode(),
        table(f"{ANN},,", BOB).encode(),
        ("\n\n,,,,\n" + table(ANN, "", " , , , , ", BOB)).encode(),
        table(ANN, BOB, header="Unit, PARENT ,Kind,Name,E-Mail").encode(),
        table(ANN, BOB, header='"unit\n","parent",kind,name,"email"').encode(),
        table(ANN.replace(",", " \xa0, \u2009"), BOB).encode(),
        table(*(",".join(f'"{cell}"' for cell in row.split(",")) for row in (ANN, BOB))).encode(),
        table(f'{ANN},"a note\nof two lines"', f"{BOB},x", header=f"{HEADER},note").encode(),
    ],
    ids=[
        "byte order mark",
        "Windows line ends",
        "old Macintosh line ends",
        "no last line end",
        "semicolons",
        "sep= line",
        "quoted sep= line",
        "Excel's Unicode text",
        "UTF-16 with commas",
        "trailing empty columns and rows",
        "empty cells beyond the header",
        "empty lines",
        "capitals and spaces in the header",
        "line break in a header cell",
        "no-break and thin spaces",
        "everything quoted",
        "a further column with line breaks",
    ],
)
def test_a_spreadsheets_habits_make_no_difference(content: bytes) -> None:
    assert described(read_roster(content, KINDS)) == PLAIN


@given(st.permutations(range(len(COLUMNS))))
def test_columns_may_stand_in_any_order(order: list[int]) -> None:
    rows = [HEADER.split(","), ANN.split(","), BOB.split(",")]
    text = "\n".join(",".join(row[i] for i in order) for row in rows)
    assert described(read(text)) == PLAIN


def test_spaces_inside_a_name_are_as_they_look() -> None:
    first = "Service\xa0 Desk,,service-desk,Ann,ann@example.org"
    second = "Service Desk,,service-desk,Bob,bob@example.org"
    assert [unit.name for unit in read(table(first, second)).units] == ["Service Desk"]


def test_an_accent_is_the_same_letter_however_a_mac_stores_it() -> None:
    first = "Cafe\u0301,,service-desk,Ann,ann@example.org"
    second = "Caf\xe9,,service-desk,Bob,bob@example.org"
    assert [unit.name for unit in read(table(first, second)).units] == ["Caf\xe9"]


@pytest.mark.parametrize(
    "kind", ["data-centre", "Data-Centre", "data centre", "Data centre and infrastructure"]
)
def test_a_kind_goes_by_its_id_or_its_title(kind: str) -> None:
    assert read(table(f"Servers,,{kind},Bob,bob@example.org")).units[0].kind == "data-centre"


def test_a_row_without_person_places_a_unit() -> None:
    rows = ("Applications,IT,,,", "IT,,,,", ANN)
    assert [(u.name, u.parent) for u in read(table(*rows)).units] == [
        ("IT", None),
        ("Applications", "IT"),
        ("ERP", "Applications"),
    ]


def test_parent_and_kind_need_to_stand_in_one_row_only() -> None:
    text = table(ANN, "ERP,,,Bob,bob@example.org")
    assert [(u.name, len(u.people)) for u in read(text).units] == [("Applications", 0), ("ERP", 2)]


def test_groups_below_k_are_told() -> None:
    assert [unit.name for unit in roster().too_small(5)] == ["Security"]


def test_as_many_rows_are_read_as_promised_and_empty_ones_do_not_count() -> None:
    rows = [f"ERP,,data,Person {n},p{n}@example.org" for n in range(MOST_ROWS)]
    text = table(*rows) + ",,,,\n" * 10
    assert read(text).people == MOST_ROWS
    assert said(text + BOB) == [
        f"line {MOST_ROWS + 12}: a file holds at most {MOST_ROWS} rows; split it here."
    ]


@pytest.mark.parametrize("upwards", [True, False])
def test_units_may_be_nested_in_any_order_and_not_without_end(upwards: bool) -> None:
    def chain(deep: int) -> str:
        rows = [f"U{n},U{n + 1},,," for n in range(deep)]
        rows.append("Leaf,U0,data,Ann,ann@example.org")
        return table(*(rows if upwards else reversed(rows)))

    units = read(chain(DEEPEST - 1)).units
    assert [unit.name for unit in units] == [*(f"U{n}" for n in range(DEEPEST - 1, -1, -1)), "Leaf"]
    # Deeper than Python nests functions: told once, and at once.
    with pytest.raises(FaultyTable) as refused:
        read(chain(3000))
    assert [fault.column for fault in refused.value.faults] == ["parent"]


def _is_tidy(name: str) -> bool:
    return " ".join(unicodedata.normalize("NFC", name).split()) == name


_NAMES = st.text(
    st.characters(categories=["L", "N", "P", "S", "Zs"], max_codepoint=0x2FFF),
    min_size=1,
    max_size=20,
).filter(_is_tidy)


@st.composite
def _rosters(draw: st.DrawFn) -> Roster:
    """A roster of random names: a division and some groups below it."""
    names = draw(st.lists(_NAMES, min_size=2, max_size=6, unique_by=lambda name: name.casefold()))
    division, *groups = (RosterUnit(name, 1) for name in names)
    for number, group in enumerate(groups):
        group.parent, group.kind = division.name, draw(st.sampled_from(sorted(KINDS)))
        people = draw(st.lists(_NAMES, min_size=1, max_size=3))
        group.people = [
            RosterPerson(spoken_name(name), f"p{number}.{n}@example.org")
            for n, name in enumerate(people)
        ]
    return Roster((division, *groups))


@given(_rosters(), st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_roster_that_is_written_reads_back_the_same(
    roster: Roster, delimiter: str, encoding: str
) -> None:
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(COLUMNS)
    for unit in roster.units:
        place = [unit.name, unit.parent, unit.kind]
        writer.writerows([*place, p.name, p.email] for p in unit.people)
    assert described(read(text.getvalue(), encoding)) == described(roster)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Müller, Jörg", "Jörg Müller"),
        ("Jörg Müller", "Jörg Müller"),
        ("King, Jr., Martin", "King, Jr., Martin"),
        ("Müller,", "Müller,"),
    ],
)
def test_a_name_is_kept_as_it_is_said(written: str, said: str) -> None:
    assert spoken_name(written) == said
