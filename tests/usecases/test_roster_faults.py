"""What is said of a roster that cannot be used: each fault once, in place, with a remedy."""

import pytest

from tests.usecases.roster_files import ANN, BOB, HEADER, places, said, table


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            ",,data-centre,Bob,bob@example.org",
            "line 2, unit: is empty; name the group of this row.",
        ),
        (
            "Servers,servers,data-centre,Bob,bob@example.org",
            "line 2, parent: “servers” is the unit itself; name the unit above it, or leave it "
            "empty.",
        ),
        (
            "Servers,,data-center,Bob,bob@example.org",
            "line 2, kind: “data-center” is not a kind of group; did you mean “data-centre”? "
            "Choose one of: applications, business-partners, business-technology, data-centre, "
            "data, enterprise-applications, governance, network, security, service-desk.",
        ),
        (
            "Servers,,,Bob,bob@example.org",
            "line 2, kind: is empty; say which kind of group “Servers” is: applications, "
            "business-partners, business-technology, data-centre, data, enterprise-applications, "
            "governance, network, security, service-desk.",
        ),
        (
            "Servers,,data-centre,,bob@example.org",
            "line 2, name: is empty; give the name of the person with this address.",
        ),
        (
            "Servers,,data-centre,Bob,",
            "line 2, email: is empty; give the address for the invitation, or write “letter”.",
        ),
        (
            "Servers,,data-centre,Bob,Bob <bob@example.org>",
            "line 2, email: “Bob <bob@example.org>” is not an e-mail address; write it as "
            "name@example.org.",
        ),
        (
            '"Ser\nvers",,data-centre,Bob,bob@example.org',
            "line 2, unit: “Ser⏎vers” runs over several lines; write it on one.",
        ),
        (
            "Ser\u200bvers,,data-centre,Bob,bob@example.org",
            "line 2, unit: “Ser�vers” holds an invisible character (U+200B); type the cell anew.",
        ),
        (
            f"{'S' * 121},,data-centre,Bob,bob@example.org",
            f"line 2, unit: “{'S' * 80}…” is longer than 120 characters; shorten it.",
        ),
        (
            "Servers,,data-centre,Doe, Bob,bob@example.org",
            "line 2: “bob@example.org” stands beyond the last column; remove it, or put the cell "
            "that holds a separator in quotation marks.",
        ),
        (
            '"Servers" old,,data-centre,Bob,bob@example.org',
            "line 2: “"
            '"Servers" old,,data-centre,Bob,bob@example.org” cannot be read: a quotation mark '
            "in it has no partner, or text follows it; remove the mark, or write it twice inside "
            "a quoted cell.",
        ),
    ],
)
def test_a_fault_names_line_column_value_and_remedy(row: str, message: str) -> None:
    assert message in said(table(row, ANN))


@pytest.mark.parametrize(
    ("rows", "messages"),
    [
        (
            [ANN, ANN.replace("ERP,", "Erp,").replace("ann@", "bea@")],
            ["line 3, unit: “Erp” is spelt “ERP” in line 2; use one spelling."],
        ),
        (
            [ANN, "ERP,Operations,,Bea,bea@example.org"],
            [
                "line 3, parent: “Operations” is “Applications” in an earlier row of “ERP”; keep "
                "one of the two."
            ],
        ),
        (
            [ANN, "ERP,,network,Bea,bea@example.org"],
            [
                "line 3, kind: “network” is “enterprise-applications” in an earlier row of “ERP”; "
                "keep one of the two."
            ],
        ),
        (
            [ANN, BOB.replace("bob@", "ANN@")],
            ["line 3, email: “ANN@example.org” is in line 2 already; each person is invited once."],
        ),
        (
            [ANN, "Applications,,applications,Bea,bea@example.org"],
            [
                "line 3, unit: “Applications” has people and units below it; put its people in a "
                "unit of their own."
            ],
        ),
        (
            [ANN, "applications,,,,"],
            ["line 2, parent: “Applications” is spelt “applications” in line 3; use one spelling."],
        ),
        (
            [ANN, "Applications,IT,,,", "IT,ERP,,,", "Below,IT,data,Cem,cem@example.org"],
            [
                "line 2, unit: “ERP” has people and units below it; put its people in a unit of "
                "their own.",
                "line 2, parent: “Applications” leads in a circle (“ERP”, below “Applications”, "
                "below “IT”, below “ERP”); leave the parent of the topmost unit empty.",
            ],
        ),
        (
            [ANN, "Applications,U1,,,", *(f"U{n},U{n + 1},,," for n in range(1, 20))],
            [
                "line 2, parent: “Applications” stands below more than 20 others; leave out levels "
                "between them."
            ],
        ),
        (["IT,,,,"], ["line 1: the roster holds no person; add one row for each."]),
    ],
)
def test_rows_that_contradict_each_other_are_told(rows: list[str], messages: list[str]) -> None:
    assert said(table(*rows)) == messages


def test_one_fault_hides_no_other() -> None:
    rows = [
        '"broken" row,,,,',
        ",Applications,no such kind,,not an address",
        "ERP,ERP,enterprise-applications,Ann,ann@example.org",
        f"ERP,{'P' * 121},network,Bea,ann@example.org",
        "Lonely,,,Cem,cem@example.org,spare",
        "Top,Middle,,,",
        "Middle,Top,,,",
    ]
    assert places(table(*rows)) == [
        "2",
        "3 unit",
        "3 name",
        "3 email",
        "4 parent",
        "5 parent",
        "5 kind",
        "5 email",
        "6",
        "6 kind",
        "7 parent",
    ]


def test_a_faulty_cell_causes_no_second_fault() -> None:
    rows = ["Servers,,datacentr,Bob,bob@example.org", '"A\nB",,,Cem,cem@example.org']
    assert places(table(*rows)) == [
        "2 kind",
        "3 unit",
    ]


def test_line_numbers_are_those_of_the_file() -> None:
    text = "sep=,\r\n\r\n" + table(
        '"Two\r\nlines",,data,Ann,ann@example.org',
        "",
        ",,,,",
        'Good,,data,Bea,bea@example.org,"a\nb\rc"',
        "Bad,,data,Cem,cem",
        header=f"{HEADER},note",
        end="\r\n",
    )
    assert places(text) == ["4 unit", "11 email"]


def test_after_a_stray_quotation_mark_reading_goes_on_in_the_next_line() -> None:
    assert places(table('"ERP,,data,Ann,ann', "ERP,,data,Bea,bea", BOB)) == ["2", "3 email"]


def test_rows_swallowed_by_two_stray_quotation_marks_do_not_vanish() -> None:
    rows = ('ERP,,data,"Ann,ann@example.org', BOB, 'ERP,,data,Bea",bea@example.org')
    assert said(table(*rows))[0].startswith("line 2, name: “Ann,ann@example.org⏎Servers")
