"""The one code is found in whatever became of a link on its way."""

import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.usecases.ballots import read_code, tidy_code, write_code
from app.usecases.codes import count_digits, find_code

TOKEN = bytes.fromhex("112233445566778899aabbccddeeff00")
CODE = write_code(TOKEN)
OTHER = write_code(bytes(range(16)))
LINK = f"https://survey.example.org/s#{CODE}"
SAFELINK = (
    f"https://eur01.safelinks.protection.outlook.com/?url={quote(LINK, safe='')}"
    "&data=05%7C02%7Cann%40example.org%7C0123456789ABCDEFGHJKMNPQRS%7C0%7C0&sdata=4x%2Fq&reserved=0"
)
V2 = (
    "https://urldefense.proofpoint.com/v2/url?u=https-3A__survey.example.org_s-23"
    f"{CODE.replace('-', '-2D')}&d=DwMFaQ&c=euGZstcaTDllvimEN8b7jXrwqOf&r=x&m=y&s=z&e="
)
V3 = f"https://urldefense.com/v3/__https://survey.example.org/s*{CODE}__;Iw!!Abc_d-1!QwErTy$"


@pytest.mark.parametrize(
    "text",
    [
        f"https://survey.example.org/s%23{CODE}",
        f"https://survey.example.org/s%2523{CODE}",
        f"https://survey.example.org/s/#{CODE}",
        f"https://survey.example.org/S#{CODE.lower()}",
        f"https://survey.example.org/#{CODE}",
        f"{LINK}=20",
        f"{LINK}%20x",
        f"{LINK}?utm_source=mail&utm_campaign=lean",
        f"{LINK}&utm_medium=mail",
        f"{LINK}#",
        f"{LINK}/",
        f"{LINK}%3E",
        f"{LINK})",
        LINK.replace("-", "%2D"),
        LINK.replace("#", "&#35;"),
        LINK.replace("#", "=23"),
        f"{LINK[:40]}=\r\n{LINK[40:]}",
        f"{LINK[:38]}\r\n{LINK[38:]}",
        LINK.replace("-", "\u00ad-\u200b"),
        LINK.replace("0", "o").replace("1", "l"),
        f"Dear Ann, please open {LINK}, it takes nine minutes. Kind regards, Lee",
        f"My code is {CODE.replace('-', ' ')}. Does it work?",
        f"**{CODE}**",
        f"_{CODE}_",
        f"コードは{CODE}です",
        SAFELINK,
        f"<{SAFELINK.replace('&', '&amp;')}>",
        quote(SAFELINK, safe=""),
        V2,
        V3,
        f"{LINK} or {LINK}",
    ],
)
def test_the_code_is_found_in_a_link_that_was_touched(text: str) -> None:
    assert read_code(text) == TOKEN
    assert tidy_code(text) == CODE


@pytest.mark.parametrize(
    "text",
    [
        f"{CODE} {OTHER}",
        f"{LINK} {LINK.replace(CODE, OTHER)}",
        f"{CODE}5",
        f"5{CODE}",
        f"{CODE[:14]}{CODE[16:]}",
        "https://survey.example.org/s",
        "Which of these words might stand where a code should be?",
        "%" * 4_000,
        "%25" * 2_000 + CODE,
    ],
)
def test_two_codes_or_a_part_of_one_are_none(text: str) -> None:
    assert read_code(text) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"https://survey.example.org/s#{CODE[:17]}", 15),
        (f"https://survey.example.org/s%23{CODE[:-2]}", 25),
        (CODE[:6], 5),
        (f"{CODE}7", 27),
        (CODE, 26),
        ("", 0),
        ("Ann", 0),
        ("https://survey.example.org/s", 0),
        ("no code at all, just 1 sentence", 0),
    ],
)
def test_a_code_that_was_cut_is_counted(text: str, count: int) -> None:
    assert count_digits(text) == count


@given(st.text(), st.integers(0, 5))
def test_whatever_is_pasted_fails_nowhere(text: str, layers: int) -> None:
    for _ in range(layers):
        text = quote(text, safe="", errors="replace")
    assert len(find_code(text)) in (0, 26)
    assert count_digits(text) >= 0


@pytest.mark.parametrize("piece", ["0", "-", "0-", "00000-", "%25", "#", "=\r\n", "&amp;", "_-23"])
def test_a_long_text_takes_no_long_time(piece: str) -> None:
    began = time.perf_counter()
    for text in (piece * 20_000, "urldefense.com/v2/" + piece * 20_000, "/v3/__" + piece * 20_000):
        find_code(text)
        count_digits(text)
    assert time.perf_counter() - began < 1
