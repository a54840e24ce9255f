"""What goes wrong on our side or in between: a page says so, and what was typed is not lost."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from app.settings import Settings
from app.storage.store import Store
from app.web.limits import FailureLimit, TooManyFailures
from app.web.sign_in import SignInLimits
from tests.builders import KINDS, NOW, all_assessments, roster_text
from tests.usecases.workspace import consultant, launched, set_up
from tests.web.forms import forms_of
from tests.web.visitor import Visitor, start_session

pytestmark = pytest.mark.anyio


@pytest.fixture
def open_wave(client: httpx.AsyncClient, sqlite_store: Store) -> tuple[Visitor, str, str]:
    """A consultant, an assessment of theirs, and its wave that was launched."""
    member = consultant(sqlite_store)
    assessment = set_up(sqlite_store, member)
    wave = launched(sqlite_store, member, assessment)
    token = start_session(sqlite_store, member, member.organisation_id)
    return Visitor(client, f"siloscope-session={token}"), assessment, wave.wave_id


RUNNING = "A wave is open. Groups and people stay as they are"


async def test_a_group_typed_in_while_a_wave_is_open_comes_back_in_its_form(
    open_wave: tuple[Visitor, str, str],
) -> None:
    someone, assessment, _wave = open_wave
    way = f"/assessments/{assessment}/units/new"
    fields = {"name": "Web", "kind": "network", "place-build": "1", "people": "Ann, a@example.org"}
    page = await someone.post(way, **fields)
    assert page.status_code == 409
    assert RUNNING in page.text
    (form,) = forms_of(page.text, way)
    assert form.items() >= {**fields, "head_email": "", "expected": ""}.items()
    assert '<label for="head_email">Address of the head</label>' in page.text
    assert 'aria-label="Workspace"' in page.text


async def test_a_group_changed_or_removed_while_a_wave_is_open_comes_back_in_its_form(
    open_wave: tuple[Visitor, str, str], sqlite_store: Store
) -> None:
    someone, assessment, _wave = open_wave
    with sqlite_store.reading() as work:
        unit = next(one for one in work.units.of(assessment) if one.kind)
    way = f"/assessments/{assessment}/units/{unit.id}"
    for action in ("save", "remove"):
        page = await someone.post(way, name="Other", kind=unit.kind or "", action=action)
        assert page.status_code == 409
        assert RUNNING in page.text
        assert forms_of(page.text, way)[0]["name"] == "Other"
    page = await someone.post(f"{way}/route", route="workshop")
    assert page.status_code == 409
    assert RUNNING in page.text
    assert forms_of(page.text, f"{way}/route")


async def test_heads_named_while_a_wave_is_open_come_back_in_their_form(
    open_wave: tuple[Visitor, str, str],
) -> None:
    someone, assessment, _wave = open_wave
    way = f"/assessments/{assessment}/heads"
    (form,) = forms_of((await someone.get(way)).text, way)
    name = next(name for name in form if name.startswith("head-"))
    page = await someone.post(way, **{name: "Ida Weiß"})
    assert page.status_code == 409
    assert RUNNING in page.text
    assert forms_of(page.text, way)[0][name] == "Ida Weiß"


async def test_a_roster_applied_while_a_wave_is_open_stays_on_its_page(
    open_wave: tuple[Visitor, str, str],
) -> None:
    someone, assessment, _wave = open_wave
    way = f"/assessments/{assessment}/roster"
    await someone.upload(way, "r.csv", roster_text().replace("ERP", "SAP").encode())
    page = await someone.post(f"{way}/apply", others="keep")
    assert page.status_code == 409
    assert RUNNING in page.text
    assert forms_of(page.text, f"{way}/apply")


async def test_a_plan_changed_after_the_launch_comes_back_in_its_form(
    open_wave: tuple[Visitor, str, str],
) -> None:
    someone, _assessment, wave = open_wave
    way = f"/waves/{wave}/plan"
    kinds = {f"kind-{kind}": "1" for kind in KINDS}
    hours = {"quiet_from": "0", "quiet_to": "0"}
    page = await someone.post(way, sender="Ida Weiß", zone="UTC", **hours, **kinds)
    assert "its questions, groups and rules stay" in page.text
    assert forms_of(page.text, way)[0]["sender"] == "Ida Weiß"


async def test_a_form_whose_session_ended_is_sent_again_from_the_page_that_gives_it_back(
    client: httpx.AsyncClient, ann: tuple[Visitor, str], sqlite_store: Store
) -> None:
    someone, assessment = ann
    way = f"/assessments/{assessment}/units/new"
    fields = {"name": "Web & co", "kind": "network", "place-run": "1"}
    people = "Ann, ann@example.org\r\nBo, bo@example.org"
    page = await Visitor(client).post(way, **fields, people=people, action="save", token="old")
    assert page.status_code == 403
    for label in ("Name", "People"):
        assert re.search(f'<label for="field-[0-9]+">{label}</label>', page.text)
    assert ">kind<" not in page.text
    (form,) = forms_of(page.text, way)
    # Signed in again, elsewhere: the first press finds that out, the second is taken.
    again = await someone.post(way, **form)
    assert again.status_code == 403
    (form,) = forms_of(again.text, way)
    taken = await someone.post(way, **form)
    assert taken.headers["location"] == f"/assessments/{assessment}?done=changed"
    with sqlite_store.reading() as work:
        (unit,) = [one for one in work.units.of(assessment) if one.name == "Web & co"]
        assert (unit.kind, unit.places) == ("network", "run")
        assert len(work.people.in_unit(unit.id)) == 2


async def test_what_cannot_be_undone_is_not_sent_again_from_there(
    client: httpx.AsyncClient, ann: tuple[Visitor, str]
) -> None:
    _someone, assessment = ann
    way = f"/assessments/{assessment}/units/0123456789"
    page = await Visitor(client).post(way, name="Web", action="remove", sure="1", token="old")
    (form,) = forms_of(page.text, way)
    assert form == {"token": "", "name": "Web"}


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/x-www-form-urlencoded", b"token=wrong&file=x", 403),
        ("multipart/form-data; boundary=b; charset=undefined", b"", 400),
        ("multipart/form-data; boundary=b; charset=punycode", b"", 400),
        ("multipart/form-data; boundary=b; charset=no-such", b"", 403),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data", 403),
    ],
)
async def test_an_upload_of_no_kind_is_refused_with_a_page(
    client: httpx.AsyncClient, ann: tuple[Visitor, str], kind: str, body: bytes, expected: int
) -> None:
    visitor, assessment = ann
    part = b'--b\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\nx\r\n--b--\r\n'
    headers = {"content-type": kind, "cookie": f"siloscope-session={visitor.session}"}
    answer = await client.post(
        f"/assessments/{assessment}/roster", content=body or part, headers=headers
    )
    assert answer.status_code == expected
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_name_of_halves_of_letters_is_kept_as_it_can_be(ann: tuple[Visitor, str]) -> None:
    visitor, assessment = ann
    body = (
        f'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n{visitor.token}\r\n'
        '--b\r\nContent-Disposition: form-data; name="file"; filename="+2AA-.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
        f"{roster_text()}\r\n--b--\r\n"
    ).encode()
    headers = visitor._headers | {"content-type": "multipart/form-data; boundary=b; charset=utf-7"}
    way = f"/assessments/{assessment}/roster"
    assert (await visitor._client.post(way, content=body, headers=headers)).status_code == 303
    assert (await visitor.get(way)).status_code == 200


async def test_a_file_that_is_too_large_is_told_with_a_page(ann: tuple[Visitor, str]) -> None:
    visitor, assessment = ann
    way = f"/assessments/{assessment}/roster"
    answer = await visitor.upload(way, "x.csv", b"unit," + b"x" * 6_000_000)
    assert answer.status_code == 413
    assert "That is too much" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_deed_that_is_done_is_told_as_done_though_the_logs_head_cannot_be_kept(
    ann: tuple[Visitor, str], sqlite_store: Store, settings: Settings
) -> None:
    visitor, _assessment = ann
    head = settings.secrets / "audit.head"
    head.unlink(missing_ok=True)
    head.mkdir()
    answer = await visitor.post("/assessments", name="Second")
    assert answer.status_code == 303
    assert [one.name for one in all_assessments(sqlite_store)].count("Second") == 1
    assert "is spoilt" in (await visitor.get("/log")).text
    # A head that is whole and old: the log says from where on nothing vouches for it.
    head.rmdir()
    await visitor.post("/assessments", name="Third")
    kept = head.read_text()
    await visitor.post("/assessments", name="Fourth")
    head.write_text(kept)
    assert "Nothing vouches for the entries after" in (await visitor.get("/log")).text


async def test_a_disk_that_takes_no_key_is_told_and_nothing_is_launched(
    client: httpx.AsyncClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    member = consultant(sqlite_store)
    monkeypatch.setattr(sqlite_store.installation_key, "derive", full)
    token = start_session(sqlite_store, member, member.organisation_id)
    someone = Visitor(client, f"siloscope-session={token}")
    answer = await someone.post("/assessments", name="Typed")
    assert answer.status_code == 503
    assert "Its disk may be full" in answer.text
    assert "Typed" in answer.text


def test_of_many_guesses_at_once_none_slips_by() -> None:
    limit = FailureLimit(8, SignInLimits().passwords.within)

    def guess(_number: int) -> bool:
        try:
            with limit.attempt("ann", NOW, failing=ValueError):
                return bool(int("no number"))
        except TooManyFailures:
            return False
        except ValueError:
            return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(guess, range(40))) == 8


def test_only_a_wrong_guess_counts() -> None:
    limit = FailureLimit(1, SignInLimits().passwords.within)
    for _ in range(3):
        with limit.attempt("ann", NOW, failing=ValueError):
            pass
        with pytest.raises(OSError, match="away"), limit.attempt("ann", NOW, failing=ValueError):
            raise OSError("away")
    with pytest.raises(ValueError, match="wrong"), limit.attempt("ann", NOW, failing=ValueError):
        raise ValueError("wrong")
    with pytest.raises(TooManyFailures), limit.attempt("ann", NOW, failing=ValueError):
        pass


@pytest.mark.parametrize(
    ("written", "public"),
    [
        ("HTTP://LocalHost:8207/", "http://localhost:8207"),
        ("https://Culture.Example:443", "https://culture.example"),
        ("http://culture.example:80/It", "http://culture.example/It"),
    ],
)
def test_the_public_address_is_compared_as_browsers_write_it(written: str, public: str) -> None:
    assert Settings(base_url=written).public_url == public
