"""Addresses in what somebody pastes: found in every spelling, and in no hurry of a hostile text."""

import html
import quopri
import time
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.usecases.pasted_addresses import find_addresses

KNOWN = ("Ann.Lee@Example.org", "bob@bücher.example", "o'neill_x@example.org", "zoë@example.org")
ANN, BOB, ONEILL, _ZOE = KNOWN


@pytest.mark.parametrize(
    "text",
    [
        "ann.lee@example.org",
        "ANN.LEE@EXAMPLE.ORG.",
        "*ann.lee@example.org*",
        "**ann.lee@example.org** _ann.lee@example.org_",
        "„ann.lee@example.org“",
        "»ann.lee@example.org« ‹ann.lee@example.org›",
        "'ann.lee@example.org'",
        "`ann.lee@example.org`",
        "{ann.lee@example.org} | ann.lee@example.org |",
        "<ann.lee@example.org>: host mx said: 550",
        "Final-Recipient: rfc822;ann.lee@example.org",
        "Ann Lee&lt;ann.lee@example.org&gt;",
        "ann.lee&#64;example.org",
        "ann.lee&#x40;example&period;org",
        "&amp;lt;ann.lee&amp;#64;example.org",
        "mailto:ann.lee@example.org?subject=x",
        '<a href="mailto:ann.lee%40example.org">',
        "https://x.example/?to=ann.lee%40example.org&a=b",
        "https://x.example/?to=ann.lee%2540example.org",
        "to=ann.lee=40example.org",
        "ann.lee=40example=2Eorg",
        "ann.lee@exam=\nple.org",
        "ann.le=\r\ne@example.org",
        "> ann.lee@exam=\n> ple.org",
        "ann.lee\u200b@\u00adexample.org",
        "ann.lee\\@example.org",
        "收件人ann.lee@example.org无法投递",
        "ann.lee@example.org...User unknown",
        "ann.lee@example.org-Zustellung",
        "To=3A=20=3Cann.lee@example.org=3E",
    ],
)
def test_an_address_is_found_in_every_usual_spelling(text: str) -> None:
    found = find_addresses(text, KNOWN)
    assert found.known == {ANN}
    assert found.strangers == ()


@pytest.mark.parametrize(
    "text",
    [
        "bob@bücher.example",
        "BOB@BÜCHER.EXAMPLE",
        "bob@bu\u0308cher.example",
        "bob@xn--bcher-kva.example",
        "bob@b=C3=BCcher.example",
        "bob@b=FCcher.example",
        "bob@b%C3%BCcher.example",
        "bob@b&uuml;cher.example",
        "bob@xn--bcher=\n-kva.example",
    ],
)
def test_a_domain_is_known_in_the_letters_of_people_and_of_servers(text: str) -> None:
    assert find_addresses(text, KNOWN).known == {BOB}
    written = ("bob@xn--bcher-kva.example",)
    assert find_addresses(text, written).known == set(written)


@pytest.mark.parametrize(
    ("text", "stranger"),
    [
        ("joann.lee@example.org", "joann.lee@example.org"),
        ("mary.ann.lee@example.org", "mary.ann.lee@example.org"),
        ("mary-ann.lee@example.org", "mary-ann.lee@example.org"),
        ("ann.lee@example.org.uk", "ann.lee@example.org.uk"),
        ("ann.lee@mail.example.org", "ann.lee@mail.example.org"),
        ("*lee@example.org*", "lee@example.org"),
        ("neill_x@example.org", "neill_x@example.org"),
        ("=3Cbea@example.org=3E", "bea@example.org"),
        ("be=\na@example.o=\nrg", "bea@example.org"),
        ("mailto%3Abea%40example.org", "bea@example.org"),
    ],
)
def test_an_address_of_somebody_else_is_told_and_is_nobody_of_the_list(
    text: str, stranger: str
) -> None:
    found = find_addresses(text, KNOWN)
    assert found.known == frozenset()
    assert found.strangers == (stranger,)


def test_signs_that_belong_to_an_address_stay() -> None:
    assert find_addresses("'o'neill_x@example.org'", KNOWN).known == {ONEILL}
    assert find_addresses("_o'neill_x@example.org", KNOWN).known == {ONEILL}


def test_what_only_looks_like_an_address_is_nobody() -> None:
    text = (
        "Message-ID: <1a2b@mail.example.org>\nReferences: <x@y.example>\n <z@y.example>\n"
        "X-Google-Original-Message-ID: <q@y.example>\n"
        "From: MAILER-DAEMON@mx.example.org\n@ a@ @b.org a@b 3@4.5 x@-.- "
    )
    assert find_addresses(text, KNOWN).strangers == ()


@given(
    st.from_regex(r"\A[a-z0-9]([a-z0-9._+-]{0,20}[a-z0-9])?@[a-z]{1,9}\.(org|example)\Z"),
    st.sampled_from(
        ["{}", "*{}*", "„{}“", "<{}>", "'{}'", "mailto:{}", "rfc822; {}", "({}).", "={}"]
    ),
    st.sampled_from(["as it is", "html", "link", "quoted"]),
)
def test_whatever_stands_around_an_address_and_encodes_it(
    address: str, around: str, encoding: str
) -> None:
    text = f"x {around.format(address)} y"
    if encoding == "html":
        text = "".join(f"&#{ord(sign)};" for sign in html.escape(text))
    elif encoding == "link":
        text = quote(text, safe="")
    elif encoding == "quoted":
        text = quopri.encodestring(text.encode(), quotetabs=True).decode()
    assert find_addresses(text, [address]).known == {address}


def test_a_whole_mail_that_came_back_is_read() -> None:
    mail = EmailMessage()
    mail["To"] = '"Lee, Ann" <ann.lee@example.org>'
    mail.set_content(f"{'ä' * 70} bob@bücher.example {'ö' * 60}\n", cte="quoted-printable")
    found = find_addresses(mail.as_string(), KNOWN)
    assert found.known == {ANN, BOB}
    assert found.strangers == ()


JUNK = [
    *(
        "a@",
        "@",
        "a@b.",
        "%40",
        "&#64;",
        "&#9",
        "&amp",
        " ",
        "\n",
        "=\n",
        "= ",
        "=40",
        "<",
        "*",
        "-",
    ),
    *("message-id:\n ", "a@ü.", "a@b\u0315\u0300", "\u0344", "a.b@c.de ", "a@b.c-", "x=40y.org=\n"),
    f"{'=a' * 31}@example.org ",
    f"{'=é' * 31}@bücher.example ",
]


@pytest.mark.parametrize("junk", JUNK)
def test_a_megabyte_of_junk_holds_nobody_up(junk: str) -> None:
    text = (junk * (1_000_000 // len(junk))) + " ann.lee@example.org"
    people = [*KNOWN, *(f"person.{number}@example.org" for number in range(2000))]
    began = time.process_time()
    find_addresses(text, people)
    # About a quarter of a second; what grows with the square of the length would take minutes.
    assert time.process_time() - began < 5
