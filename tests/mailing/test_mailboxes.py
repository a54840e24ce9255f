"""Who a mail is from and to: read from its bytes as they leave, by the rules of mail programs."""

import email
import email.policy
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.mailing.mail import Mail, Sender
from app.mailing.message import envelope_of, message_of
from tests.builders import NOW

HOSTILE = 'Lean, Consulting "X" <boss@evil.example> \\ (and more), =?utf-8?q?a?= ; : [x]'
#: Names of every length, of letters of all scripts and of what means something in a header.
NAMES = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(["Ann", "O’Neill", ",", '"', "@", "<a@b.org>", "\r\nBcc: x@y.org"]))
    .map(" ".join)
    .map(lambda name: name * 3),
    st.text(st.sampled_from('ab ,"@<>()\\:;[].=?_Äß漢\r\n\t'), max_size=300),
)


def sent(name: str, to_name: str, sender: str = "survey@example.org", to: str = "ann@x.org"):  # type: ignore[no-untyped-def]
    """Return the bytes of a mail as they leave, and them read without any policy of ours."""
    mail = Mail(to_name, to, "Hello", "Text", "", "", answers_to="questions@example.org")
    content = envelope_of(message_of(mail, Sender(name, sender), "<1@example.org>", NOW)).content
    return content, email.message_from_bytes(content)


def read(raw: str) -> list[tuple[str, str]]:
    return [(str(make_header(decode_header(name))), at) for name, at in getaddresses([raw])]


def spoken(name: str) -> str:
    """Return a name as a header can say it: on one line, of what can be seen."""
    spaced = "".join(" " if c.isspace() else c for c in name)
    seen = "".join(c for c in spaced if c.isprintable() or c in "\u200c\u200d")
    return " ".join(seen.split())


@given(NAMES, NAMES)
@example(HOSTILE * 3, HOSTILE)
@example("a" * 500, "Änn " * 200)
@example("Lean Consulting, " * 8, "")
def test_headers_give_back_exactly_name_and_address(name: str, to_name: str) -> None:
    content, message = sent(name, to_name)
    assert read(message["From"]) == [(spoken(name), "survey@example.org")]
    assert read(message["To"]) == [(spoken(to_name), "ann@x.org")]
    assert read(message["Reply-To"]) == [("", "questions@example.org")]
    kinds = ["Subject", "From", "To", "Reply-To", "Date", "Message-ID"]
    kinds += ["Auto-Submitted", "X-Auto-Response-Suppress"]
    assert message.keys() == [*kinds, "MIME-Version", "Content-Type"]
    head = content.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert head.isascii()


#: Words of all scripts and lengths; a subject has one blank between two.
SUBJECTS = st.lists(
    st.one_of(
        st.sampled_from(
            ["Until", "Übergabe", "Network", "é", "漢字", "=?utf-8?q?a?=", "Operations"]
        ),
        st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40),
    ),
    max_size=25,
).map(lambda words: " ".join(words)[:150].strip())


@given(SUBJECTS)
@example("Until 4 May: your view of Network Operations Services and Operations  ")
@example(
    "Wie arbeitet Ihre Gruppe Netzwerk? Zehn Minuten für Übergabe Ärzte Änderung Öffentlichkeit"
)
def test_a_subject_is_read_as_it_was_written(text: str) -> None:
    subject = text.strip()
    mail = Mail("Ann", "ann@x.org", subject, "Text", "", "")
    made = message_of(mail, Sender("Ann", "survey@example.org"), "<1@example.org>", NOW)
    content = envelope_of(made).content
    read_back = email.message_from_bytes(content, policy=email.policy.default)["Subject"]
    assert str(read_back) == subject
    raw = email.message_from_bytes(content)["Subject"]
    assert str(make_header(decode_header(raw.replace("\r\n", "")))) == subject
    head = content.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert head.isascii()


@given(NAMES)
def test_an_address_of_any_length_stays_one_address(name: str) -> None:
    for address in (
        f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.org",
        "jorg@xn--bcher-kva.example",
    ):
        message = message_of(
            Mail(name, address, "x", "x", "", ""), Sender(name, address), "<1@x>", NOW
        )
        leaving = envelope_of(message)
        assert (leaving.sender, leaving.recipient) == (address, address)
        for line in leaving.content.partition(b"\r\n\r\nx")[0].decode().split("\r\n"):
            assert len(line) <= 998
        arrived = email.message_from_string(leaving.content.decode())
        assert read(arrived["From"]) == read(arrived["To"]) == [(spoken(name), address)]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Olive", "Olive <survey@example.org>"),
        ("Lean, Inc.", '"Lean, Inc." <survey@example.org>'),
        ('The "Lab"', r'"The \"Lab\"" <survey@example.org>'),
        ("", "survey@example.org"),
    ],
)
def test_a_short_name_is_written_as_people_write_it(name: str, written: str) -> None:
    assert sent(name, "Ann")[1]["From"] == written


@pytest.mark.parametrize("address", ["a@x.org\r\nBcc: b@x.org", "a@x.org, b@x.org", "a", ""])
def test_what_is_no_address_is_written_into_no_header(address: str) -> None:
    with pytest.raises(Exception, match=r"."):
        sent("Ann", "Bob", to=address)
