"""The doors that codes come in by, and how an address that was meant for one leads to it.

A code belongs after a "#", where no server sees it. Where it came in an address all the same, the
browser is sent on at once, and the address is forgotten before anybody could write it down.
"""

import re
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.language import gettext as _
from app.usecases.ballots import tidy_code
from app.usecases.codes import CODE_LENGTH, count_digits

SURVEY = "/s"
_DOOR = re.compile(r"/+(s|join|enter)(?![0-9a-z])", re.IGNORECASE)
#: Longest beginning of a code that is taken along, so that the page can say that it was cut.
_LONGEST_CUT = 60


def say_cut(code: str) -> str:
    """Return what to say of a code with too few or too many digits; "" for any other text."""
    count = count_digits(code)
    if count in (0, CODE_LENGTH):
        return ""
    return _(
        "This code is not whole: it has %(count)s letters and digits, and should have 26. Mail "
        "programs cut long links at the end of a line: copy the whole link, or type the code.",
        count=count,
    )


def lead_on(request: Request) -> Response | None:
    """Return the way to the door that an address was meant for; None if it was meant for none.

    An address with a whole code leads to a door even if none is named.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    path = request.scope["path"]
    query = request.scope["query_string"].decode("latin-1")
    named = _DOOR.match(path)
    door = named[1].lower() if named else ""
    code = tidy_code(f"{path[named.end() :] if named else path} {query}")
    if not named and not code:
        return None
    rest = path[named.end() :][:_LONGEST_CUT] if named else ""
    fragment = code or (rest.strip("/#") if count_digits(rest) else "")
    return _to_door(request, f"/{door}" if named else SURVEY, fragment)


def lead_out_of_query(request: Request) -> Response | None:
    """Return the way to the same door with a code of the query in the fragment; else None."""
    query = request.scope["query_string"]
    code = tidy_code(query.decode("latin-1")) if query else ""
    return _to_door(request, request.scope["path"], code) if code else None


def _to_door(request: Request, door: str, code: str) -> Response:
    # Whoever logs this request afterwards finds the door, and no code.
    request.scope.update(path=door, raw_path=door.encode(), query_string=b"")
    address = f"{door}#{quote(code, safe='')}" if code else door
    return RedirectResponse(address, status_code=303)
