"""Mail servers that hang up, hold back, or refuse at odd places: nobody is lost or flooded."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from app.mailing.server import MailServer
from app.storage.store import Store
from app.storage.tables import Person
from app.usecases.accounts import ask_for_reset
from app.usecases.bounces import Bounces, NoBounces, note_bounces
from app.usecases.field import RoundState, view_wave
from app.usecases.fieldwork import RemindingNow, correct_address, remind_now, retry_mails
from app.usecases.jobs import Worker
from app.usecases.mails import MailWorker
from app.usecases.members import Member, Role, invite_member
from app.usecases.rounds import run_round
from tests.builders import NOW
from tests.journeys.conftest import free_port
from tests.mailing.hostile import HANG_UP, HostileServer, Script
from tests.mailing.sink import Sink, SinkServer, text_of
from tests.usecases.test_mails import PEOPLE, Clock, Post
from tests.usecases.workspace import CHANCE, consultant
from tests.web.visitor import add_account, first_organisation


class HostilePost(Post):
    """The same wave of twelve, and a server that does what a script says."""

    def __init__(self, store: Store, server: HostileServer) -> None:
        super().__init__(store, SinkServer(Sink(), 1))
        self.office = replace(self.office, server=MailServer.read(server.address))

    def spend(self, hours: float, step: timedelta = timedelta(minutes=5)) -> None:
        """Let time pass, and do what is due in it."""
        end = self.clock.now + timedelta(hours=hours)
        while self.clock.now < end:
            self.work()
            self.clock.now += step

    def rounds(self) -> tuple[RoundState, ...]:
        return view_wave(self.store, self.member(), self.wave_id, self.clock.now).rounds

    def member(self) -> Member:
        ann = consultant(self.store, "Other")
        return replace(ann, organisation_id=first_organisation(self.store))

    def people(self) -> list[Person]:
        with self.store.reading() as work:
            wave = work.waves.get(self.wave_id)
            assert wave is not None
            return list(work.people.of(wave.assessment_id))


def test_a_mail_that_may_have_left_is_repeated_once_whatever_comes_between(
    sqlite_store: Store,
) -> None:
    def script(line: str, connection: int, _recipient: str) -> str:
        if line == "HELLO" and connection % 2 == 0:
            return "421 too busy"
        return HANG_UP if line == "." else ""

    with HostileServer(script) as server:
        post = HostilePost(sqlite_store, server)
        post.spend(3)
        assert max(server.took.count(who) for who in server.took) == 2


def test_a_repeated_mail_is_told_as_doubtful(sqlite_store: Store) -> None:
    def script(line: str, connection: int, _recipient: str) -> str:
        if line == "HELLO" and connection == 2:
            return "421 restarting"
        return HANG_UP if line == "." and connection == 1 else ""

    with HostileServer(script) as server:
        post = HostilePost(sqlite_store, server)
        post.spend(1)
        assert len(server.took) == PEOPLE + 1
        assert post.rounds()[0].doubtful == 1


def _held_back(clock: Clock) -> Script:
    start = clock.now
    return lambda line, _c, _r: (
        "450 greylisted"
        if line.startswith("RCPT") and clock.now < start + timedelta(hours=1)
        else ""
    )


def test_reminders_that_a_server_holds_back_for_an_hour_leave_later(sqlite_store: Store) -> None:
    scripts: list[Script] = [lambda _l, _c, _r: ""]

    def script(line: str, connection: int, recipient: str) -> str:
        return scripts[-1](line, connection, recipient)

    with HostileServer(script) as server:
        post = HostilePost(sqlite_store, server)
        post.work()
        assert len(server.took) == PEOPLE
        post.remind()
        scripts.append(_held_back(post.clock))
        post.spend(4, timedelta(minutes=10))
        assert sorted(server.took[PEOPLE:]) == sorted(server.took[:PEOPLE])


def test_reminders_that_are_put_off_for_ever_end_and_the_page_says_so(sqlite_store: Store) -> None:
    with HostileServer(lambda line, _c, _r: "450 no" if line.startswith("RCPT") else "") as server:
        post = HostilePost(sqlite_store, server)
        post.remind()
        post.spend(18, timedelta(minutes=30))
        reminder = post.rounds()[1]
        assert reminder.is_short
        assert not reminder.waiting


def _readdress(post: HostilePost, email: str) -> None:
    with post.store.writing() as work:
        first = min(post.people(), key=lambda person: person.id)
        first.email = email
        work.people.save(first)
        work.commit()


def test_an_address_that_no_server_takes_holds_nobody_up_and_is_listed(
    sqlite_store: Store,
) -> None:
    with HostileServer(lambda _l, _c, _r: "") as server:
        post = HostilePost(sqlite_store, server)
        _readdress(post, "jörg@example.org")
        post.work()
        assert len(server.took) == PEOPLE - 1
        (failed,) = view_wave(post.store, post.member(), post.wave_id, post.clock.now).failed
        assert "has “ö” before the “@”" in failed.reason


def test_a_domain_beyond_ascii_is_mailed_by_a_server_that_knows_plain_letters_only(
    sqlite_store: Store,
) -> None:
    def script(line: str, _connection: int, _recipient: str) -> str:
        if line.startswith("EHLO"):
            return "250-old\r\n250 8BITMIME"
        return "" if line.isascii() and "SMTPUTF8" not in line else "500 what?"

    with HostileServer(script) as server:
        post = HostilePost(sqlite_store, server)
        _readdress(post, "ann@straße.example")
        post.work()
        assert len(server.took) == PEOPLE
        assert "ann@xn--strae-oqa.example" in server.took
        assert "ann@straße.example" in {person.email for person in post.people()}


@pytest.mark.parametrize("answer", ["250 ", "550 never"])
def test_a_greeting_without_words_or_with_none_loses_no_round(
    sqlite_store: Store, answer: str
) -> None:
    answers = [answer]
    with HostileServer(lambda line, _c, _r: answers[-1] if line.startswith("EHLO") else "") as s:
        post = HostilePost(sqlite_store, s)
        post.work()
        answers.append("")
        post.spend(1)
        assert len(s.took) == PEOPLE


def test_a_password_that_mail_cannot_carry_stops_and_loses_nothing(sqlite_store: Store) -> None:
    with HostileServer(lambda _l, _c, _r: "") as server:
        post = HostilePost(sqlite_store, server)
        good = post.office
        named = server.address.replace("//", "//ann:gr%C3%BCn@")
        post.office = replace(good, server=MailServer.read(named))
        post.work()
        assert server.took == []
        post.office = good
        post.spend(1)
        assert len(server.took) == PEOPLE


def test_an_address_corrected_while_its_mail_leaves_gets_one_too(sqlite_store: Store) -> None:
    leaving, go_on = threading.Event(), threading.Event()
    old: list[str] = []

    def script(line: str, _connection: int, recipient: str) -> str:
        if line == "." and not leaving.is_set():
            old.append(recipient)
            leaving.set()
            go_on.wait(20)
        return ""

    with HostileServer(script) as server:
        post = HostilePost(sqlite_store, server)
        worker, mails = Worker(post.office, {"round": run_round}), MailWorker(post.office)
        worker.run_next()
        thread = threading.Thread(target=mails.run_next)
        thread.start()
        assert leaving.wait(20)
        who = post.member()
        correct_address(post.store, who, post.wave_id, old[0], "right@example.org", post.clock.now)
        go_on.set()
        thread.join()
        mails.end()
        post.work()
        assert server.took.count("right@example.org") == 1
        # The old one got the invitation, and a note that the link went elsewhere.
        assert server.took.count(old[0]) == 2


def test_two_rounds_of_reminders_do_not_run_at_once(sqlite_store: Store) -> None:
    with HostileServer(lambda line, _c, _r: "421 away" if line == "HELLO" else "") as server:
        post = HostilePost(sqlite_store, server)
        who = post.member()
        remind_now(post.store, who, post.wave_id, post.clock.now)
        post.work()
        post.clock.now += timedelta(hours=22)
        with pytest.raises(RemindingNow):
            remind_now(post.store, who, post.wave_id, post.clock.now)


def test_a_new_password_does_not_wait_behind_a_round(sqlite_store: Store) -> None:
    with HostileServer(lambda _l, _c, _r: "") as server:
        post = HostilePost(sqlite_store, server)
        account = add_account(sqlite_store)
        Worker(post.office, {"round": run_round}).run_next()
        post.clock.now += timedelta(seconds=5)
        ask_for_reset(sqlite_store, account.email, post.clock.now)
        post.work()
        assert server.took[0] == account.email


@pytest.mark.parametrize("line", ["DATA", "."])
@pytest.mark.parametrize("answer", [HANG_UP, "550 relaying denied"])
def test_reminders_that_never_left_are_not_told_as_sent(
    sqlite_store: Store, line: str, answer: str
) -> None:
    with HostileServer(lambda told, _c, _r: answer if told == line else "") as server:
        post = HostilePost(sqlite_store, server)
        post.remind()
        post.spend(18, timedelta(minutes=30))
        reminder = post.rounds()[1]
        assert reminder.is_short
        assert not reminder.waiting
        tries = [server.took.count(who) for who in set(server.took)]
        assert max(tries, default=0) <= 4  # invitation and reminder, each of them twice


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONSULTANT])
def test_who_is_invited_gets_a_link_and_learns_from_whom(sqlite_store: Store, role: Role) -> None:
    with SinkServer(Sink(), free_port()) as server:
        post = Post(sqlite_store, server)
        ann = consultant(sqlite_store, "Nordwind")
        invite_member(sqlite_store, ann, "new@example.org", role, NOW, CHANCE, has_mail=True)
        post.work()
        mail = post.sink.mails[0]
        assert post.sink.to()[0] == "new@example.org"
        assert "Ann invites you to" in text_of(mail)
        assert ("read the survey results of Nordwind" in text_of(mail)) == (role is Role.VIEWER)
        assert "/join#" in text_of(mail)


def test_mails_that_came_back_are_listed_tried_again_and_corrected(sqlite_store: Store) -> None:
    with HostileServer(lambda _l, _c, _r: "") as server:
        post = HostilePost(sqlite_store, server)
        post.work()
        who, now = post.member(), post.clock.now
        first, second = sorted(server.took)[:2]
        pasted = f"Final-Recipient: rfc822; {first.upper()}\nTo: <{second}>, stranger@example.org"
        for _again in range(2):
            found = note_bounces(sqlite_store, who, post.wave_id, pasted, now)
            assert found == Bounces((first, second), ("stranger@example.org",))
        listed = view_wave(sqlite_store, who, post.wave_id, now).failed
        assert sorted(mail.address for mail in listed) == [first, second]
        retry_mails(sqlite_store, who, post.wave_id, now)
        post.work()
        assert server.took.count(first) == server.took.count(second) == 2
        note_bounces(sqlite_store, who, post.wave_id, first, now)
        correct_address(sqlite_store, who, post.wave_id, first, "new@example.org", now)
        post.work()
        assert view_wave(sqlite_store, who, post.wave_id, now).failed == ()
        assert server.took.count("new@example.org") == 1
        # Whoever reads the old address learns of it, whatever was said of it here.
        assert server.took.count(first) == 3
        with pytest.raises(NoBounces):
            note_bounces(sqlite_store, who, post.wave_id, "nobody@example.org", now)
