"""Opening a link tells nobody whether it was used, not even who holds the list of all links."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import event, text

from app.storage.ballots import BallotFacts
from app.storage.sealing import mark_of
from app.storage.store import Store
from app.usecases.ballots import hash_token, read_code
from app.usecases.errors import BallotUsed
from app.usecases.launches import LaunchedWave
from app.usecases.responses import OpenBallot, ResponseDesk
from tests.builders import NOW, launch, roster_text
from tests.usecases.workspace import consultant, launched, set_up
from tests.web.test_responses import send, stored

pytestmark = pytest.mark.anyio

#: What is drawn anew at each opening: the mark of the form and the order of its questions.
DRAWN = re.compile(r'(name="(?:form|order)" value=")[^"]*')
OF_A_GROUP = 4


async def opening(client: httpx.AsyncClient, code: str) -> tuple[object, ...]:
    """All that comes back at the opening of a link, apart from what is drawn each time."""
    answer = await client.post("/s", data={"code": code})
    headers = {**answer.headers, "content-length": ""}
    page = DRAWN.sub(r"\1", answer.text).replace(code, "")
    return answer.status_code, page, tuple(sorted(headers.items()))


async def openings(
    client: httpx.AsyncClient, wave: LaunchedWave
) -> dict[str, set[tuple[object, ...]]]:
    """What comes back for the links of each group, half of which are used before."""
    for number, invited in enumerate(wave.invitations):
        if number % 2:
            await send(client, invited.code, VS1="3")
    found: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for invited in wave.invitations:
        found[invited.unit].add(await opening(client, invited.code))
    return found


async def test_the_answers_to_used_and_unused_links_are_the_same(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store)
    found = await openings(client, wave)
    assert len(found) == OF_A_GROUP
    assert {len(answers) for answers in found.values()} == {1}
    assert len(stored(sqlite_store)) == len(wave.invitations) // 2


async def test_an_opening_that_tells_is_seen(
    client: httpx.AsyncClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = ResponseDesk.open_ballot

    async def telling(desk: ResponseDesk, code: str, now: object) -> OpenBallot:
        token = read_code(code)
        assert token is not None
        with sqlite_store.reading() as work:
            ballot = await desk._store.ballot_reader.find(hash_token(token))
            assert ballot is not None
            spend = sqlite_store.wave_keys.read(ballot.wave_id, "spend") or b""
            if work.sealed.among(ballot.wave_id, mark_of(spend, hash_token(token))):
                raise BallotUsed
        return await opened(desk, code, now)  # type: ignore[arg-type]

    monkeypatch.setattr(ResponseDesk, "open_ballot", telling)
    found = await openings(client, launch(sqlite_store))
    assert {len(answers) for answers in found.values()} == {2}


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Collect what the database is asked."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield asked
    event.remove(store.engine, "before_cursor_execute", note)


async def test_what_the_database_is_asked_at_an_opening_reads_no_use(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store)
    used, unused = (invited.code for invited in wave.invitations[:2])
    await send(client, used, VS1="3")
    seen = []
    for code in (used, unused, used):
        with statements(sqlite_store) as asked:
            await opening(client, code)
        seen.append(tuple(asked))
    assert seen[1] == seen[2] != ()
    assert not re.search("used|receipt", " ".join(seen[2]))
    assert "used" not in BallotFacts.__annotations__


async def test_a_shared_code_never_says_at_the_opening_that_it_is_spent(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    member = consultant(sqlite_store)
    roster = roster_text({("ERP", "", "enterprise-applications"): 8})
    roster = roster.replace("about", "about,seats") + "Night,,service-desk,,,,6\n"
    assessment = set_up(sqlite_store, member, roster)
    (shared,) = launched(sqlite_store, member, assessment).codes
    seen = {await opening(client, shared.code)}
    for number in range(7):
        last = await send(client, shared.code, f"form {number}", VS1="3", ME2="4")
        seen.add(await opening(client, shared.code))
    assert len(seen) == 1
    assert last.status_code == 409
    assert "All answers that this code takes were given" in last.text
    assert '<input type="hidden" name="VS1" value="3">' in last.text


async def test_another_form_is_told_and_keeps_all_that_it_holds(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    code = launch(sqlite_store).invitations[0].code
    await send(client, code, VS1="3")
    again = await send(client, code, "another form", VS1="1", ME2="4")
    assert again.status_code == 409
    assert "sent with this link already" in again.text
    assert '<input type="hidden" name="VS1" value="1">' in again.text
    assert re.search(r'name="ME2" value="4" checked', again.text)
    assert "Thank you" in (await send(client, code, VS1="3")).text
    assert stored(sqlite_store) == ["3" + "-" * 20]


async def test_after_the_last_day_sending_does_not_tell_used_links_from_others(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store, closes_at=NOW + timedelta(days=1))
    used, unused = (invited.code for invited in wave.invitations[:2])
    await send(client, used, VS1="3")
    with sqlite_store.engine.begin() as connection:  # the day is over, and the close is to come
        connection.execute(text("UPDATE wave SET closes_at = :then"), {"then": NOW - timedelta(1)})
    late = [await send(client, code, "another form", VS1="1") for code in (used, unused)]
    assert [answer.status_code for answer in late] == [410, 410]
    assert late[0].text == late[1].text
    assert "Thank you" in (await send(client, used, VS1="3")).text
