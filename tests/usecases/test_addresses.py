"""Where an address is typed or imported, one that can never be mailed is told in its place."""

import pytest

from app.storage.store import Store
from app.usecases.accounts import BadAddress, tidy_email
from app.usecases.addresses import address_key
from app.usecases.assessments import view_assessment
from app.usecases.checklist import check_launch
from app.usecases.members import Member
from app.usecases.planning import find_plan
from app.usecases.units import UnitForm, UnitRefused, people_in, save_unit
from app.web.plan_form import read_plan
from tests.builders import NOW
from tests.usecases.roster_files import said, table
from tests.usecases.workspace import CHANCE, plan

NEVER = [
    (f"{'a' * 65}@example.org", "more than 64 characters"),
    ("ann@[192.0.2.1]", "by its number"),
    ("ann@my_firm.example", "“_” in its domain"),
    ("ann@ex\u0430mple.org", "several scripts"),
    ("jörg@example.org", "“ö” before the “@”"),
]


@pytest.mark.parametrize(("address", "why"), NEVER)
def test_an_import_names_line_and_column_of_what_cannot_be_mailed(address: str, why: str) -> None:
    (fault,) = said(table(f"Servers,,data-centre,Bob,{address}"))
    assert fault.startswith("line 2, email: “")
    assert why in fault


@pytest.mark.parametrize(("address", "why"), NEVER)
def test_a_form_says_so_where_the_address_is_typed(
    store: Store, ann: Member, assessment: str, address: str, why: str
) -> None:
    form = UnitForm("Net", kind="network", people=f"Bob, {address}", head="H", head_email=address)
    with pytest.raises(UnitRefused) as error:
        save_unit(store, ann, assessment, None, form, {"network": False}, NOW, CHANCE)
    people, head = str(error.value).splitlines()
    assert people.startswith("People: “")
    assert head.startswith("Address of the head: “")
    assert why in people
    assert why in head
    with pytest.raises(BadAddress, match=why):
        tidy_email(address)


def test_the_roster_keeps_what_was_typed_and_knows_its_other_spellings(
    store: Store, ann: Member, assessment: str
) -> None:
    form = UnitForm("Net", kind="network", people="Bob, bob@Bücher.example", head="H")
    net = save_unit(store, ann, assessment, None, form, {"network": False}, NOW, CHANCE)
    assert people_in(store, ann, assessment, net) == "Bob, bob@Bücher.example"
    again = UnitForm("Two", kind="network", people="B, bob@xn--bcher-kva.example", head="H")
    with pytest.raises(UnitRefused, match="in another group"):
        save_unit(store, ann, assessment, None, again, {"network": False}, NOW, CHANCE)
    rows = [f"Servers,,data-centre,Bob,{one}" for one in ("b@bücher.example", "B@BÜCHER.example")]
    assert said(table(*rows))[0].endswith("is in line 2 already; each person is invited once.")


def test_addresses_of_different_domains_are_not_the_same() -> None:
    assert address_key("ann@straße.example") != address_key("ann@strasse.example")
    assert address_key(" Ann@Example.org") == address_key("ann@example.org")


def test_an_old_address_that_cannot_be_mailed_stands_against_the_launch(
    store: Store, ann: Member, assessment: str
) -> None:
    wave_id = plan(store, ann, assessment)
    _, planned = find_plan(store, ann, wave_id)
    with store.writing() as work:
        person = work.people.of(assessment)[0]
        before, person.email = person.email, "jörg@example.org"
        work.people.save(person)
        work.commit()
    view = view_assessment(store, ann, assessment)
    found = check_launch(view, planned, wave_id, NOW, has_mail=True, is_local=False)
    (blocking,) = [check.text for check in found if check.is_blocking]
    assert "no mail server takes “jörg@example.org”" in blocking
    with store.writing() as work:
        person = work.people.of(assessment)[0]
        person.email = before
        work.people.save(person)
        work.commit()
    view = view_assessment(store, ann, assessment)
    found = check_launch(view, planned, wave_id, NOW, has_mail=True, is_local=False)
    assert not [check for check in found if check.is_blocking]


def test_the_contact_of_a_plan_may_have_any_domain_that_can_be_mailed(
    store: Store, ann: Member, assessment: str
) -> None:
    _, known = find_plan(store, ann, plan(store, ann, assessment))
    changed, problems = read_plan(known, {"contact": "ann@bücher.example"}, set())
    assert changed.contact == "ann@bücher.example"
    assert not [one for one in problems if "Questions" in one]
    _, problems = read_plan(known, {"contact": "jörg@bücher.example"}, set())
    assert [one for one in problems if "Questions go to: “jörg@bücher.example” has “ö”" in one]
