"""Reads posted forms without ever failing on what a hostile client can send."""

from urllib.parse import parse_qsl

from fastapi import Request

URLENCODED = "application/x-www-form-urlencoded"
#: The page on which a roster is mended has most: fifty rows of up to eleven cells.
MOST_FIELDS = 800
#: Bytes of a form of the workspace with long texts or many people: 4,000 characters a mail take up
#: to nine bytes each, and 2,000 people about ninety.
LARGE_FORM = 512 * 1024
#: Bytes of a form with pasted mails: 250,000 characters, of nine bytes at the very most.
PASTED_FORM = 2304 * 1024


class UnreadableForm(Exception):
    """The body is not a form of ours."""


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of an urlencoded form; the last value wins.

    Bytes that are not UTF-8 become replacement characters. Raises UnreadableForm.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URLENCODED:
        raise UnreadableForm
    body = await request.body()
    try:
        pairs = parse_qsl(
            # No form of ours sends a NUL, and PostgreSQL takes none.
            body.decode("utf-8", "replace").replace("\0", "\ufffd").replace("%00", "%EF%BF%BD"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise UnreadableForm from error
    return dict(pairs)
