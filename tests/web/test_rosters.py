"""Rosters as files: workbooks as people save them, and those that would hurt."""

import re
import zipfile
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from app.storage.store import Store
from tests.web.visitor import Visitor

pytestmark = pytest.mark.anyio


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


HEADER: list[object] = ["unit", "parent", "kind", "name", "email", "expected"]


async def test_a_workbook_is_imported_and_its_faults_are_mended_on_the_page(
    ann: tuple[Visitor, str], sqlite_store: Store
) -> None:
    visitor, assessment = ann
    way = f"/assessments/{assessment}/roster"
    rows = [HEADER, ["Web", "", "aplications", "Ann", "ann@example.org", 12]]
    rows += [["Web", "", "applications", f"P{n}", f"p{n}@example.org", 12.0] for n in range(5)]
    assert (await visitor.upload(way, "roster.xlsx", workbook(rows))).status_code == 303
    page = (await visitor.get(way)).text
    assert "“aplications”, in one row" in page
    await visitor.post(f"{way}/rows", **{"kind:aplications": "applications"})
    assert "6 people in one group" in (await visitor.get(way)).text
    done = await visitor.post(f"{way}/apply", others="remove")
    assert done.headers["location"].endswith("?done=imported")
    with sqlite_store.reading() as work:
        (unit,) = work.units.of(assessment)
    assert (unit.name, unit.expected) == ("Web", 12)


async def test_every_column_at_fault_can_be_mended_on_the_page(
    ann: tuple[Visitor, str],
) -> None:
    visitor, assessment = ann
    way = f"/assessments/{assessment}/roster"
    rows: list[list[object]] = [HEADER, ["Web", "", "applications", "Ann", "a@example.org", 1]]
    rows.append(["Sales", "", "Business partners (mirror)", "Bo", "bo@example.org", 1])
    await visitor.upload(way, "roster.xlsx", workbook(rows))
    page = (await visitor.get(way)).text
    assert re.search(r'name="3-about"[^>]*aria-invalid="true"', page)


def far_cell() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "unit", "x"
    return saved(book)


def with_cell(far: str, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Return a good roster with one more row, written by hand, in its sheet."""
    out = BytesIO()
    good = ZipFile(BytesIO(workbook([HEADER, ["Web", "", "applications", "Ann", "a@b.cd", 1]])))
    with ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            content = good.read(name).decode()
            content = content.replace("</sheetData>", f"{far}</sheetData>")
            content = content.replace("worksheets/sheet1.xml", part.removeprefix("xl/"))
            archive.writestr(part if name == "xl/worksheets/sheet1.xml" else name, content)
    return out.getvalue()


LOWER = '<row r="1048576"><c r="xfd1048576" t="n"><v>1</v></c></row>'
UPPER = '<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>'
PLACELESS = '<row r="104857600"><c t="n"><v>1</v></c></row>'


async def test_an_ordinary_workbook_with_rules_for_whole_columns_is_read(
    ann: tuple[Visitor, str],
) -> None:
    visitor, assessment = ann
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(["Web", "", "applications", "Ann", "ann@example.org", 1])
    rule = DataValidation(type="list", formula1='"applications,network"')
    rule.add("C2:C1048576")
    sheet.add_data_validation(rule)
    sheet.auto_filter.ref = "A1:F1048576"
    book.create_sheet("Notes")["CZ1"] = "far"
    way = f"/assessments/{assessment}/roster"
    assert (await visitor.upload(way, "roster.xlsx", saved(book))).status_code == 303
    assert "1 people in one group" in (await visitor.get(way)).text


def swollen() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for _ in range(5_200):
        sheet.append(["x" * 500] * 5)
    return saved(book)


def bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2", "lacks the columns"),
        (b"PK\x03\x04 nonsense", "is damaged"),
        (swollen(), "far more than a roster"),
        (far_cell(), "far more than a roster"),
        (with_cell(LOWER), "far more than a roster"),
        (with_cell(PLACELESS), "far more than a roster"),
        (with_cell(UPPER, "xl/s/sheet1.xml"), "far more than a roster"),
        (bomb(), "far more than a roster"),
        (",".join(f"c{n}" for n in range(5000)).encode(), "5000 columns"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
    ids=[
        "empty",
        "columns",
        "damaged",
        "swollen",
        "far",
        "lower",
        "placeless",
        "moved",
        "bomb",
        "wide",
        "binary",
    ],
)
async def test_a_file_that_is_no_roster_is_refused_with_its_remedy(
    ann: tuple[Visitor, str], content: bytes, said: str
) -> None:
    visitor, assessment = ann
    answer = await visitor.upload(f"/assessments/{assessment}/roster", "x.xlsx", content)
    assert answer.status_code == 422
    assert said in answer.text


async def test_a_file_larger_than_any_roster_is_cut_off(ann: tuple[Visitor, str]) -> None:
    visitor, assessment = ann
    large = b"unit," + b"x" * 6_000_000
    answer = await visitor.upload(f"/assessments/{assessment}/roster", "x.csv", large)
    assert answer.status_code == 413


async def test_the_first_sheet_that_is_shown_is_read_and_every_row_of_it(
    ann: tuple[Visitor, str],
) -> None:
    visitor, assessment = ann
    book = Workbook()
    assert book.active is not None
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Groups")
    sheet.append(HEADER)
    sheet.append(["Web", "", "applications", "Ann", "ann@example.org"])
    for column, text in enumerate(["Web", "", "applications", "Bob", "bob@example.org"], 1):
        sheet.cell(30_000, column, text)
    way = f"/assessments/{assessment}/roster"
    assert (await visitor.upload(way, "roster.xlsx", saved(book))).status_code == 303
    assert "2 people in one group" in (await visitor.get(way)).text


async def test_what_excel_saves_by_default_is_read_and_its_own_kinds_are_asked_once(
    ann: tuple[Visitor, str], sqlite_store: Store
) -> None:
    visitor, assessment = ann
    way = f"/assessments/{assessment}/roster"
    rows = [
        f"Rechenzentrum;Betrieb;Rechenzentrum;Müller{n}, Jörg;j{n}@example.org" for n in range(9)
    ]
    rows.append("Rechenzentrum;Betrieb;Rechenzentrum;Zoë;zoë at example.org")
    content = "\r\n".join(["unit;parent;kind;name;email", *rows]).encode("cp1252")
    assert (await visitor.upload(way, "roster.csv", content)).status_code == 303
    page = (await visitor.get(way)).text
    assert "not written as UTF-8" in page
    assert "Müller0, Jörg" in page
    assert page.count("choose a kind") == 1
    assert "in 10 rows" in page
    assert page.count("<legend>Line") == 1
    mended = {"kind:Rechenzentrum": "data-centre", "11-email": "zoe@example.org"}
    mended["11-kind"] = "Rechenzentrum"  # its field is on the page beside the choice
    await visitor.post(f"{way}/rows", **mended)
    assert "10 people in one group" in (await visitor.get(way)).text
    await visitor.post(f"{way}/apply", others="remove")
    with sqlite_store.reading() as work:
        names = {person.name for person in work.people.of(assessment)}
    assert "Jörg Müller0" in names


async def test_the_example_roster_can_be_imported(ann: tuple[Visitor, str]) -> None:
    visitor, assessment = ann
    way = f"/assessments/{assessment}/roster"
    found = re.search(r'href="(/static/[^"]+/roster.csv)"', (await visitor.get(way)).text)
    assert found
    content = (await visitor.get(found[1])).content
    assert (await visitor.upload(way, "roster.csv", content)).status_code == 303
    assert "4 people in 2 groups" in (await visitor.get(way)).text


@pytest.mark.parametrize(
    "content",
    [
        "Müller,ä".encode() + b"\xff",  # UTF-8 but for a byte
        "Źródło".encode("cp1250"),  # no Windows-1252
        b"\xef\xbb\xbfunit\xff",
    ],
)
async def test_letters_that_a_guess_would_spoil_are_not_guessed(
    ann: tuple[Visitor, str], content: bytes
) -> None:
    visitor, assessment = ann
    way = f"/assessments/{assessment}/roster"
    rows = b"unit,parent,kind,name,email\nWeb,,applications," + content + b",a@example.org\n"
    done = await visitor.upload(way, "roster.csv", rows)
    page = done.text if done.status_code == 422 else (await visitor.get(way)).text
    assert "not saved as UTF-8" in page


async def test_only_a_kind_that_exists_takes_the_place_of_an_unknown_one(
    ann: tuple[Visitor, str],
) -> None:
    visitor, assessment = ann
    way = f"/assessments/{assessment}/roster"
    content = b"unit,parent,kind,name,email\nWeb,,strange,Ann,a@example.org\n"
    await visitor.upload(way, "roster.csv", content)
    await visitor.post(f"{way}/rows", **{"kind:strange": "x" * 50_000})
    assert "“strange”, in one row" in (await visitor.get(way)).text
