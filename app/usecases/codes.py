"""Finds the one code in whatever was linked, typed or pasted, and says how much of one is there.

A link is touched on its way: mail programs encode its "#", gateways wrap it into an address of
their own, trackers add to it, and people paste the sentence around it. Everything here is tried
on text that somebody else wrote, so it is short, and decoded a few times only.
"""

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

#: Crockford's alphabet: no I, L, O or U, so a code read aloud or from paper is not mistaken.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 26  # ceil(128 bits / 5)
#: Longest text that is looked through; a wrapped link has a few hundred characters.
_LONGEST = 4_000
#: How often a text is decoded: a gateway wraps what another one wrapped.
_ROUNDS = 4

_DIGIT = f"[{ALPHABET}OIL]"
_BETWEEN = r"[\W_]{0,4}"
#: In groups of five and one, as codes are written; hyphens may have become anything, or nothing.
_WHOLE = rf"(?:{_DIGIT}{{5}}{_BETWEEN}){{5}}{_DIGIT}(?![0-9A-Z])"
_ANYWHERE = re.compile(rf"(?<![0-9A-Z]){_WHOLE}")
_IN_FRAGMENT = re.compile(rf"#{_BETWEEN}({_WHOLE})")
#: As we write it, which is how nearly all of them come.
_USUAL = re.compile(f"(?:[{ALPHABET}]{{5}}-){{5}}[{ALPHABET}]")
_READ_AS = str.maketrans("OIL", "011")
#: Signs without width, which are pasted along unseen, and the soft hyphen.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_PART = re.compile(r"[0-9A-Za-z]")


def find_code(text: str) -> str:
    """Return the 26 digits of the only code in a text, as they are written; "" if there is none.

    What stands after a "#" goes before what stands elsewhere. Two codes are none: nobody is led
    into the survey of somebody else.
    """
    if _USUAL.fullmatch(text):
        return _digits(text)
    for form in _forms(text):
        for found in (_IN_FRAGMENT.findall(form), _ANYWHERE.findall(form), [_all_of(form)]):
            codes = {_digits(one) for one in found} - {""}
            if codes:
                return codes.pop() if len(codes) == 1 else ""
    return ""


def count_digits(text: str) -> int:
    """Return how many letters and digits stand where a code should, if only those of one do.

    0 if it is something else. Tells a code that was cut, or has one too many, from a wrong one.
    """
    last = _last_form(text).rpartition("#")[2].strip()
    kept = "".join(_PART.findall(last)).upper()
    is_like_one = not set(kept) - set(ALPHABET + "OIL") and any(map(str.isdigit, kept))
    return len(kept) if is_like_one else 0


def _forms(text: str) -> Iterator[str]:
    """The text as it is, then with each layer of what mail programs do to it undone."""
    form = _UNSEEN.sub("", text[:_LONGEST])
    for _round in range(_ROUNDS):
        # Capitals of foreign letters can be two of ours; those stay what they are.
        yield "".join(one.upper() if one.isascii() else one for one in form)
        plainer = _undone(form)
        if plainer == form:
            return
        form = plainer


def _last_form(text: str) -> str:
    return list(_forms(text))[-1]


def _undone(text: str) -> str:
    if re.search(r"urldefense\.[a-z.]+/v2/", text, re.IGNORECASE):
        # "-23" for "%23", "_" for "/"; what was a hyphen is "-2D".
        text = re.sub(r"-([0-9A-Fa-f]{2})", r"%\1", text.replace("_", "/"))
    elif wrapped := re.search(r"/v3/__(.+?)__;", text, re.IGNORECASE | re.DOTALL):
        text = wrapped[1].replace("*", "#")
    text = re.sub(r"=\r?\n", "", text)
    text = re.sub(r"=(20|23|2D|3D|0A|0D)", r"%\1", text, flags=re.IGNORECASE)
    return html.unescape(unquote(text, errors="replace"))


def _all_of(form: str) -> str:
    """All letters and digits after the last "#": spaces may have come in anywhere."""
    return "".join(filter(str.isalnum, form.rpartition("#")[2]))


def _digits(found: str) -> str:
    digits = "".join(_PART.findall(found)).translate(_READ_AS)
    foreign = any(one.isalnum() and not one.isascii() for one in found)
    usable = not foreign and len(digits) == CODE_LENGTH and not set(digits) - set(ALPHABET)
    # 26 digits hold 130 bits, and a token has 128.
    return digits if usable and digits[0] < "8" else ""
