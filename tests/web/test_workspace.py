"""The workspace over HTTP: sign-in with its limits, forms of other sites, files, refusals."""

import re
from io import BytesIO
from random import Random

import httpx
import pyotp
import pytest

from app.storage.store import Store
from app.usecases.accounts import create_owner
from app.usecases.members import Role
from tests.builders import NOW, launch, roster_text
from tests.submissions import marks_of
from tests.usecases.workspace import consultant, launched, plan, set_up
from tests.web.visitor import PASSWORD, Visitor, add_account, member_in, start_session, visitor

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("gone", ["session", "token"])
async def test_what_was_typed_when_the_session_had_ended_can_be_copied(
    client: httpx.AsyncClient, ann: tuple[Visitor, str], gone: str
) -> None:
    someone, assessment = ann
    people = "\n".join(f"Person {n}, p{n}@example.org" for n in range(1500))
    fields = {"name": "Web <b>", "kind": "network", "people": people, "token": "old"}
    who = Visitor(client) if gone == "session" else someone
    way = f"/assessments/{assessment}/units/new"
    page = await who.post(way, **fields)
    assert page.status_code == 403
    assert "Web &lt;b&gt;" in page.text
    assert "Person 1499, p1499@example.org" in page.text
    assert 'value="old"' not in page.text
    abroad = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert "Person 1" not in (await client.post(way, data=fields, headers=abroad)).text


async def test_the_first_owner_joins_signs_out_and_in_again(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    code = create_owner(sqlite_store, "o@example.org", NOW, Random(1))
    page = await client.post("/join", data={"code": code})
    assert "o@example.org" in page.text
    weak = await client.post("/join/password", data={"code": code, "password": "short"})
    assert weak.status_code == 422
    joined = await client.post(
        "/join/password", data={"code": code, "name": "Olive", "password": PASSWORD}
    )
    assert joined.headers["location"] == "/assessments"
    assert (await client.get("/clients")).headers["location"] == "/account/second-factor"
    page = await client.get("/account/second-factor")
    secret = re.findall(r"<code>([A-Z2-7 ]+)</code>", page.text)[0].replace(" ", "")
    token = re.findall(r'name="token" value="(\w+)"', page.text)[0]
    fields = {"token": token, "code": pyotp.TOTP(secret).at(NOW)}
    codes = await client.post("/account/second-factor", data=fields)
    recovery = re.findall(r"<li><code>([\w-]+)</code>", codes.text)
    assert len(recovery) == 10
    await client.post("/leave", data={"x": ""})
    assert (await client.get("/clients")).headers["location"] == "/sign-in"
    await client.post("/sign-in", data={"email": "o@example.org", "password": PASSWORD})
    assert (await client.get("/clients")).headers["location"] == "/sign-in/code"
    await client.post("/sign-in/code", data={"code": recovery[0]})
    assert (await client.get("/clients")).status_code == 200


async def test_wrong_passwords_are_slowed_down_for_whoever_guesses(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    account = add_account(sqlite_store, totp=False)
    for number in range(10):
        answer = await client.post(
            "/sign-in", data={"email": account.email, "password": f"wrong {number}"}
        )
        assert answer.status_code == (403 if number < 8 else 429)
    right = {"email": account.email, "password": PASSWORD}
    assert (await client.post("/sign-in", data=right)).status_code == 429
    other = httpx.ASGITransport(client._transport.app, client=("192.0.2.7", 1))  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=other, base_url="http://127.0.0.1") as elsewhere:
        assert (await elsewhere.post("/sign-in", data=right)).status_code == 303


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, "wrong"),
        ({}, ""),
        ({"sec-fetch-site": "cross-site"}, None),
        ({"sec-fetch-site": "same-site"}, None),
        ({"origin": "https://evil.example"}, None),
    ],
)
async def test_a_form_of_another_site_is_refused(
    client: httpx.AsyncClient,
    ann: tuple[Visitor, str],
    headers: dict[str, str],
    token: str | None,
) -> None:
    visitor, _ = ann
    data = {"name": "Qwerty", "token": visitor.token if token is None else token}
    cookie = {"cookie": f"siloscope-session={visitor.session}"}
    answer = await client.post("/assessments", data=data, headers=cookie | headers)
    assert answer.status_code == 403
    assert "Qwerty" not in (await visitor.get("/assessments")).text


async def test_signing_out_ends_the_session_itself(
    client: httpx.AsyncClient, ann: tuple[Visitor, str]
) -> None:
    visitor, _ = ann
    await visitor.post("/leave")
    assert (await visitor.get("/assessments")).headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("quiet_from", "0" * 5000, "Quiet hours"),
        ("quiet_to", "0099999", "Quiet hours"),
        ("reminders", "1, 2, 3, 4", "Reminders"),
        ("reminders", "00019999", "Reminders"),
        ("closes", "9999-12-31", "Last day"),
        ("closes", "soon", "Last day"),
        ("zone", "../etc/passwd", "Time zone"),
        ("retention", "-1", "Erasure"),
        ("invitation-text", "x" * 5000, "Mails"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    ann: tuple[Visitor, str], sqlite_store: Store, field: str, value: str, said: str
) -> None:
    visitor, assessment = ann
    made = await visitor.post(f"/assessments/{assessment}/waves")
    way = made.headers["location"]
    page = (await visitor.get(way)).text
    fields = dict(re.findall(r'<input[^>]* name="([\w-]+)"[^>]* value="([^"]*)"', page))
    fields |= {"invitation-text": "Hello {link}", "reminder-text": "Again {link}"}
    fields |= {"sender": "My own team", field: value}
    fields.pop("token", None)
    answer = await visitor.post(way, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert "My own team" in answer.text
    assert "My own team" not in (await visitor.get(way)).text, "half of it was kept"


async def test_a_stale_page_overruns_no_plan_and_launches_none(
    ann: tuple[Visitor, str], sqlite_store: Store
) -> None:
    visitor, assessment = ann
    way = (await visitor.post(f"/assessments/{assessment}/waves")).headers["location"]
    page = (await visitor.get(way)).text
    fields = dict(re.findall(r'<input[^>]* name="([\w-]+)"[^>]* value="([^"]*)"', page))
    fields |= {"invitation-text": "Hello {link}", "reminder-text": "Again {link}"}
    fields |= {"invitation-subject": "a", "reminder-subject": "b"}
    fields.pop("token")
    kept = await visitor.post(way, **(fields | {"sender": "First tab"}))
    assert kept.status_code == 303
    stale = await visitor.post(way, **(fields | {"sender": "Second tab", "action": "see sheet"}))
    assert stale.status_code == 422
    assert "changed meanwhile" in stale.text
    assert "Second tab" in stale.text
    assert "First tab" in (await visitor.get(way)).text
    launched = await visitor.post(f"{way}/launch", seen=fields["seen"])
    assert launched.headers["location"] == f"{way}/launch?done=moved"
    assert (await visitor.get(way)).status_code == 200, "it was launched"


@pytest.mark.parametrize("value", ["\0", "\ud800", "x" * 5000, "{0.__class__}", "<script>alert(1)"])
async def test_no_text_breaks_a_page(ann: tuple[Visitor, str], value: str) -> None:
    visitor, assessment = ann
    text = value.encode("utf-8", "replace").decode()
    for path, name in (
        ("/assessments", "name"),
        (f"/assessments/{assessment}/units/new", "name"),
        (f"/assessments/{assessment}/units/new", "people"),
        ("/sign-in", "email"),
        ("/forgot", "email"),
    ):
        answer = await visitor.post(path, **{name: text})
        assert answer.status_code < 500
        assert "<script>alert" not in answer.text


async def test_a_launch_and_a_close_go_through_their_pages(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    member = consultant(sqlite_store)
    assessment = set_up(sqlite_store, member)
    wave_id = plan(sqlite_store, member, assessment)
    token = start_session(sqlite_store, member, member.organisation_id)
    one = Visitor(client, f"siloscope-session={token}")
    refused = await one.post(f"/waves/{wave_id}/plan/launch")
    assert refused.headers["location"] == f"/waves/{wave_id}/plan?done=unready"
    assert "No mail server" in (await one.get(f"/waves/{wave_id}/plan")).text
    wave = launched(sqlite_store, member, assessment)
    unsure = await one.post(f"/waves/{wave.wave_id}/close")
    assert unsure.status_code == 422
    await one.post(f"/waves/{wave.wave_id}/close", sure="1")
    assert "is being closed" in (await one.get(f"/waves/{wave.wave_id}")).text


@pytest.mark.usefixtures("shared_fonts")
async def test_letters_and_shared_codes_are_printed_and_open_the_survey(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    from pypdf import PdfReader

    member = consultant(sqlite_store)
    text = roster_text({("ERP", "", "enterprise-applications"): 8}).replace("about", "about,seats")
    text += "ERP,,enterprise-applications,Lee,letter,,\nNight,,service-desk,,,,6\n"
    assessment = set_up(sqlite_store, member, text)
    wave = launched(sqlite_store, member, assessment)
    token = start_session(sqlite_store, member, member.organisation_id)
    one = Visitor(client, f"siloscope-session={token}")
    for file, name in (("letters", "Lee"), ("codes", "Night")):
        answer = await one.post(f"/waves/{wave.wave_id}/{file}.pdf")
        page = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
        assert name in page
        code = re.search(r"(?:[0-9A-Z]{5}-){5}[0-9A-Z]", page)
        assert code
        opened = await client.post("/s", data={"code": code[0]})
        assert "How does your group work?" in opened.text
    (shared,) = wave.codes
    for number in range(7):
        form = {"code": shared.code, "form": f"form{number}", "asked": "1", "VS1": "3"}
        for _again in range(2):
            answer = await client.post("/s/send", data=form)
            assert answer.status_code == (200 if number < 6 else 409)
    assert marks_of(sqlite_store, wave.wave_id) == 6


async def test_a_viewer_reads_results_and_changes_nothing(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    launch(sqlite_store)
    viewer = visitor(client, sqlite_store, Role.VIEWER)
    page = (await viewer.get("/assessments")).text
    assert "Wave 1" in page
    assert "New assessment" not in page
    assert (await viewer.post("/assessments", name="x")).status_code == 403


async def test_mails_that_came_back_are_pasted_and_what_is_unknown_stays(
    ann: tuple[Visitor, str], sqlite_store: Store
) -> None:
    visitor, assessment = ann
    with sqlite_store.reading() as work:
        organisation = work.assessments.organisation_of(assessment)
        email = work.people.of(assessment)[0].email
    assert organisation is not None
    member = member_in(sqlite_store, organisation.id, Role.CONSULTANT, add_account(sqlite_store))
    way = f"/waves/{launched(sqlite_store, member, assessment).wave_id}"
    hostile = await visitor.post(f"{way}/bounces", text="a@" + "b." * 15_000)
    assert hostile.status_code == 422
    unknown = await visitor.post(f"{way}/bounces", text="nobody@example.org came back")
    assert unknown.status_code == 422
    assert "nobody@example.org came back</textarea>" in unknown.text
    done = await visitor.post(f"{way}/bounces", text=f"550 no such user: <{email}>")
    assert done.status_code == 200
    assert "One person of this wave stands in that text" in done.text
    listed = f"listed under “Not delivered”: {email}."
    assert listed in done.text
    assert "belongs to nobody" not in done.text
    page = (await visitor.get(way)).text
    assert "Not delivered" in page
    assert email in page
    await some_are_strangers(visitor, way, email)


async def some_are_strangers(visitor: Visitor, way: str, email: str) -> None:
    """Of three mails one is of this wave: the page names all, and does not say that all is well."""
    pasted = f"*{email}* came back\n„ann.li@example.org“\nmailto:bob=40example.org"
    some = await visitor.post(f"{way}/bounces", text=pasted)
    assert f": {email}." in some.text
    assert "2 addresses in that text belong to nobody of this wave" in some.text
    assert "ann.li@example.org and bob@example.org" in some.text
    assert "mailto:bob=40example.org</textarea>" in some.text
    long = await visitor.post(f"{way}/bounces", text="ä " * 130_000 + email)
    assert long.status_code == 422
    assert "paste it in parts" in long.text
