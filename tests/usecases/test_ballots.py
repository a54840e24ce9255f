"""How a person's code is made, written and read."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.usecases.ballots import (
    TOKEN_BYTES,
    hash_token,
    make_token,
    read_code,
    tidy_code,
    write_code,
)
from app.usecases.codes import CODE_LENGTH

TOKENS = st.binary(min_size=TOKEN_BYTES, max_size=TOKEN_BYTES)
TOKEN = bytes.fromhex("112233445566778899aabbccddeeff00")
CODE = write_code(TOKEN)


@given(TOKENS)
def test_every_token_is_read_back_from_its_code(token: bytes) -> None:
    code = write_code(token)
    assert read_code(code) == token
    assert tidy_code(code) == code


@given(TOKENS, TOKENS)
def test_two_tokens_never_share_a_code(one: bytes, other: bytes) -> None:
    assert (write_code(one) == write_code(other)) == (one == other)


@pytest.mark.parametrize("token", [bytes(16), b"\xff" * 16])
def test_the_first_and_the_last_token_have_codes(token: bytes) -> None:
    assert read_code(write_code(token)) == token


def test_a_code_has_26_characters_in_groups_and_none_that_is_mistaken() -> None:
    codes = [write_code(bytes([n]) * 16) for n in range(256)]
    assert {tuple(len(part) for part in code.split("-")) for code in codes} == {(5, 5, 5, 5, 5, 1)}
    assert not set("".join(codes)) & set("ILOU")


@given(TOKENS)
def test_small_letters_and_mistaken_ones_make_no_difference(token: bytes) -> None:
    code = write_code(token)
    typed = code.lower().replace("0", "o").replace("1", "l")
    assert read_code(typed) == token
    assert read_code(code.replace("0", "O").replace("1", "I")) == token


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        CODE.replace("-", "\xa0"),
        CODE.replace("-", "–"),
        CODE.replace("-", "\u2011"),
        CODE.replace("-", "\u2212"),
        "\u200b".join(CODE),
        f"\r\n\t {CODE} \n",
        f"https://survey.example.org/s#{CODE}",
        f"<https://survey.example.org/s#{CODE}>.",
        f"“{CODE}”,",
        f"#{CODE}",
        f"##{CODE}",
    ],
)
def test_spaces_marks_and_the_link_around_a_code_make_no_difference(typed: str) -> None:
    assert read_code(typed) == TOKEN
    assert tidy_code(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "#",
        "-----",
        CODE[:-1],
        CODE + "0",
        CODE + CODE,
        "https://survey.example.org/s",
        CODE.replace("-", "U"),
        "U" + CODE.replace("-", "")[1:],
    ],
)
def test_text_of_another_length_or_with_other_letters_is_no_code(typed: str) -> None:
    assert read_code(typed) is None
    assert tidy_code(typed) == ""


@given(st.integers(1 << 128, (1 << 130) - 1))
def test_a_code_for_more_than_128_bits_is_no_code(number: int) -> None:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    digits = [alphabet[(number >> shift) & 31] for shift in range(125, -1, -5)]
    assert len(digits) == CODE_LENGTH
    assert read_code("".join(digits)) is None


@pytest.mark.parametrize("foreign", ["٣", "３", "ı", "ß", "ﬁ", "²", "Ⅷ", "İ", "ſ", "К", "\ud800"])
def test_foreign_digits_and_letters_are_no_part_of_a_code(foreign: str) -> None:
    bare = CODE.replace("-", "")
    for wrong in (foreign * CODE_LENGTH, foreign + bare[1:], foreign + bare[2:], foreign * 13):
        assert read_code(wrong) is None


@given(st.text())
def test_any_text_is_a_code_or_none(text: str) -> None:
    token = read_code(text)
    assert token is None or len(token) == TOKEN_BYTES


@given(st.text(alphabet="0123456789abcdefghijklmnopqrstuvwxyz-", min_size=26, max_size=31))
def test_a_text_that_is_read_is_read_the_same_in_its_tidy_form(text: str) -> None:
    assert read_code(tidy_code(text)) == read_code(text)


@given(st.binary(min_size=32, max_size=32), st.text("0123456789abcdef", min_size=1, max_size=32))
def test_a_token_depends_on_the_key_and_on_the_person(key: bytes, person: str) -> None:
    token = make_token(key, person)
    assert len(token) == TOKEN_BYTES
    assert token == make_token(key, person)
    assert token != make_token(key, person + "0")
    assert token != make_token(bytes([key[0] ^ 1]) + key[1:], person)


def test_only_a_tokens_sha256_is_stored() -> None:
    assert hash_token(TOKEN) == hashlib.sha256(TOKEN).digest()
