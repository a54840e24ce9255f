"""Addresses: as what they are mailed, and which no mail server takes, with why and what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mailing.addresses import Unmailable, on_the_wire
from app.mailing.mail import Mail, Sender
from app.mailing.message import envelope_of, message_of
from tests.builders import NOW


@pytest.mark.parametrize(
    ("typed", "mailed"),
    [
        ("Ann.O'Neill+x@Example.org", "Ann.O'Neill+x@Example.org"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@bu\u0308cher.example", "ann@xn--bcher-kva.example"),
        ("ann@straße.example", "ann@xn--strae-oqa.example"),  # not strasse.example
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("ann@日本語の例abc。jp", "ann@xn--abc-kc4bz60n491ao4bc84j.jp"),
        ("ann@παράδειγμα.δοκιμή", "ann@xn--hxajbheg2az3al.xn--jxalpdlp"),
        (f"{'a' * 64}@{'b' * 63}.org", f"{'a' * 64}@{'b' * 63}.org"),
        ("ann@r3---x.example", "ann@r3---x.example"),
    ],
)
def test_the_domain_goes_out_in_plain_letters(typed: str, mailed: str) -> None:
    assert on_the_wire(typed) == mailed
    mail = Mail("Ann", typed, "x", "x", "", "", answers_to=typed)
    leaving = envelope_of(message_of(mail, Sender("Olive", typed), "<1@x>", NOW))
    assert leaving.sender == leaving.recipient == mailed
    assert leaving.content.isascii()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (f"{'a' * 65}@example.org", "more than 64 characters before the “@”"),
        ("ann@[192.0.2.1]", "names a machine by its number"),
        ("ann@[IPv6:2001:db8::1]", "names a machine by its number"),
        ("ann@192.0.2.1", "names a machine by its number"),
        ("ann@my_firm.example", "has “_” in its domain (“my_firm”)"),
        ("ann@my_bücher.example", "has “_” in its domain"),
        ("ann@ex\u0430mple.org", "mixes letters of several scripts"),
        ("ann@xn--exmple-4nf.org", "mixes letters of several scripts"),
        ("jörg@example.org", "has “ö” before the “@”"),
        ("ann@-firm.example", "a domain that cannot exist (“-firm”)"),
        (f"ann@{'b' * 64}.example", "a domain that cannot exist"),
        (f"ann@{'ü' * 60}.example", "a domain that cannot exist"),
        ("ann@xn--999999999.example", "a domain that cannot exist"),
        ("ann@💩.example", "a domain that cannot exist"),
        (f"ann@{'.'.join(['b' * 60] * 4)}.example", "longer than the 254 characters"),
        (f"ann@{'.'.join(['ü' * 40] * 4)}.{'b' * 60}.example", "longer than the 254 characters"),
    ],
)
def test_what_no_server_takes_is_told_with_a_remedy(address: str, why: str) -> None:
    with pytest.raises(Unmailable) as error:
        on_the_wire(address)
    assert why in str(error.value)
    assert "; " in str(error.value), "says what to do"


@given(st.text(max_size=300) | st.from_regex(r"[a-z.]{1,9}@[a-zäß\u0430_.-]{1,20}\.[a-z1]{1,3}"))
def test_an_address_is_plain_and_stays_itself_or_is_refused(text: str) -> None:
    try:
        mailed = on_the_wire(text)
    except Unmailable:
        return
    assert mailed.isascii()
    assert mailed.count("@") == 1
    assert on_the_wire(mailed) == mailed
