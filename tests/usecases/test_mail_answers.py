"""Answers of mail servers at the end of a mail: whether it left, may have left, or did not."""

from app.storage.store import Store
from app.usecases.field import view_wave
from tests.mailing.hostile import HANG_UP, HostileServer
from tests.usecases.test_hostile_mail import HostilePost
from tests.usecases.test_mails import PEOPLE


def test_a_server_that_hangs_up_before_a_word_of_the_mail_leaves_no_doubt(
    sqlite_store: Store,
) -> None:
    def script(line: str, connection: int, _recipient: str) -> str:
        return HANG_UP if line == "DATA" and connection <= PEOPLE else ""

    with HostileServer(script) as server:
        post = HostilePost(sqlite_store, server)
        post.spend(2)
        assert len(server.took) == PEOPLE == len(set(server.took))
        (first,) = post.rounds()
        assert (first.doubtful, first.waiting) == (0, 0)


def test_an_answer_after_the_mail_that_nobody_can_read_is_a_doubt(sqlite_store: Store) -> None:
    def script(line: str, connection: int, _recipient: str) -> str:
        return "yes yes" if line == "." and connection == 1 else ""

    with HostileServer(script) as server:
        post = HostilePost(sqlite_store, server)
        post.spend(1)
        (first,) = post.rounds()
        assert (first.doubtful, first.waiting) == (1, 0)


def test_what_a_server_says_is_kept_without_control_characters(store: Store) -> None:
    def script(line: str, _connection: int, _recipient: str) -> str:
        return "550 no \0 such\x1b[2J user" if line.startswith("RCPT") else ""

    with HostileServer(script) as server:
        post = HostilePost(store, server)
        post.spend(1)
        failed = view_wave(store, post.member(), post.wave_id, post.clock.now).failed
        assert len(failed) == PEOPLE
        assert failed[0].reason == "The mail server said: 550 no such [2J user"
