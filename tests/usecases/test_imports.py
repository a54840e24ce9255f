"""Importing a roster over what is there already."""

import pytest

from app.storage.store import Store
from app.usecases.assessments import (
    create_assessment,
    view_assessment,
)
from app.usecases.members import Member
from app.usecases.roster_drafts import NoDraft, start_import, view_import
from app.usecases.table_rows import FaultyTable
from app.usecases.units import UnitForm, people_in, save_unit
from tests.builders import NOW, roster_text
from tests.usecases.workspace import (
    CHANCE,
    ROSTER_KINDS,
    import_roster,
    unit_ids,
)


def test_what_a_roster_lacks_stays_unless_it_is_to_go(
    store: Store, ann: Member, assessment: str
) -> None:
    text = (
        "unit,parent,kind,name,email\nERP,Applications,enterprise-applications,New,new@example.org"
    )
    import_roster(store, ann, assessment, text, removing=False)
    view = view_assessment(store, ann, assessment)
    assert view.people == 8 + 12 + 10 + 4 + 1
    assert all(one.unit.head_name == "Head" for one in view.units)
    import_roster(store, ann, assessment, text)
    view = view_assessment(store, ann, assessment)
    assert [one.unit.name for one in view.units] == ["Applications", "ERP"]
    assert view.people == 1


@pytest.mark.parametrize(
    "row",
    [
        "NewTeam,ERP,applications,P{n},n{n}@example.org",
        "Applications,,applications,P{n},n{n}@example.org",
    ],
)
def test_what_is_kept_and_what_comes_must_fit_together(
    store: Store, ann: Member, assessment: str, row: str
) -> None:
    before = view_assessment(store, ann, assessment)
    rows = [row.format(n=n) for n in range(9)]
    text = "\n".join(["unit,parent,kind,name,email", *rows])
    with pytest.raises(FaultyTable, match="units below it"):
        import_roster(store, ann, assessment, text, removing=False)
    after = view_assessment(store, ann, assessment)
    assert [one.unit.kind for one in after.units] == [one.unit.kind for one in before.units]
    assert after.people == before.people


def test_nothing_comes_to_stand_below_itself(store: Store, ann: Member) -> None:
    ring = create_assessment(store, ann, "Ring", NOW, CHANCE)
    rows = [f"Network,Branch,network,P{n},n{n}@example.org" for n in range(6)]
    header = "unit,parent,kind,name,email"
    import_roster(store, ann, ring, "\n".join([header, "Branch,Root,,,", *rows]))
    text = f"{header}\nRoot,Branch,,,\nNew,Root,network,Eve,eve@example.org"
    with pytest.raises(FaultyTable, match="would stand below"):
        import_roster(store, ann, ring, text, removing=False)
    assert view_assessment(store, ann, ring).people == 6


def test_partners_answer_about_a_group_of_it(store: Store, ann: Member) -> None:
    chain = create_assessment(store, ann, "Chain", NOW, CHANCE)
    header = "unit,parent,kind,name,email,about"
    sales = [f"Sales,,business-partners,S{n},s{n}@example.org,ERP" for n in range(6)]
    others = [f"{{unit}},,{{kind}},{n},{n}@{{unit}}.org,{{about}}" for n in range(6)]
    erp = [o.format(unit="ERP", kind="enterprise-applications", about="") for o in others]
    net = [o.format(unit="Net", kind="network", about="") for o in others]
    import_roster(store, ann, chain, "\n".join([header, *sales, *erp, *net]))
    erp = [o.format(unit="ERP", kind="business-partners", about="Net") for o in others]
    with pytest.raises(FaultyTable, match="about no group of IT"):
        import_roster(store, ann, chain, "\n".join([header, *erp, *net]), removing=False)


def test_two_people_of_one_name_stay_two(store: Store, ann: Member) -> None:
    twins = create_assessment(store, ann, "Twins", NOW, CHANCE)
    rows = ["Net,,network,Tom,letter"] * 2 + [
        f"Net,,network,P{n},p{n}@example.org" for n in range(5)
    ]
    text = "\n".join(["unit,parent,kind,name,email", *rows])
    for _ in range(3):
        import_roster(store, ann, twins, text)
    unit = unit_ids(store, ann, twins)["Net"]
    form = UnitForm("Net", kind="network", people=people_in(store, ann, twins, unit))
    save_unit(store, ann, twins, unit, form, {"network": False}, NOW, CHANCE)
    assert view_assessment(store, ann, twins).people == 7
    import_roster(
        store, ann, twins, "unit,parent,kind,name,email\nOther,,network,Ann,a@example.org"
    )
    assert view_assessment(store, ann, twins).people == 1


def test_the_same_roster_changes_nothing(store: Store, ann: Member, assessment: str) -> None:

    before = unit_ids(store, ann, assessment)
    start_import(store, ann, assessment, "again.csv", roster_text().encode())
    state = view_import(store, ann, assessment, ROSTER_KINDS)
    assert state.changes is not None
    assert state.changes.are_none
    import_roster(store, ann, assessment, roster_text())
    assert unit_ids(store, ann, assessment) == before
    with pytest.raises(NoDraft):
        view_import(store, ann, assessment, ROSTER_KINDS)


#: A roster that names heads, with one person of another group.
HEADED = "unit,parent,kind,name,email,head\nNet,,network,A,a@b.example,\n"


def test_a_unit_with_a_shared_code_keeps_its_kind(
    store: Store, ann: Member, assessment: str
) -> None:
    seats = "unit,parent,kind,name,email,seats\nNight shift,,data-centre,,,20\n"
    import_roster(store, ann, assessment, seats, removing=False)
    text = f"{HEADED}Night shift,,data-centre,,,Eve Head\n"
    import_roster(store, ann, assessment, text, removing=False)
    units = view_assessment(store, ann, assessment).units
    (shift,) = [one.unit for one in units if one.unit.name == "Night shift"]
    assert (shift.kind, shift.seats, shift.head_name) == ("data-centre", 20, "Eve Head")


def test_a_group_with_people_here_may_be_described_without_them(
    store: Store, ann: Member, assessment: str
) -> None:
    text = f"{HEADED}ERP,,enterprise-applications,,,Eve Head\n"
    import_roster(store, ann, assessment, text, removing=False)
    (erp,) = [u for u in view_assessment(store, ann, assessment).units if u.unit.name == "ERP"]
    assert (erp.unit.kind, erp.unit.head_name) == ("enterprise-applications", "Eve Head")
    assert erp.people == 8
