"""Reads forms of a page as a browser would send them."""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._text = self._choice = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((known.get("action", ""), {}))
        elif tag == "input" and self.found and "name" in known:
            is_choice = known.get("type") in ("checkbox", "radio")
            if not is_choice or "checked" in known:
                self._fields[known["name"]] = known.get("value", "")
        elif tag == "textarea":
            self._text = known["name"]
            self._fields[self._text] = ""
        elif tag == "select":
            self._choice = known["name"]
        elif tag == "option" and ("selected" in known or self._choice not in self._fields):
            self._fields[self._choice] = known.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A browser passes over the first line end.
            self._fields[self._text] = self._fields[self._text].removeprefix("\n")
            self._text = ""
        elif tag == "select":
            self._choice = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self._fields[self._text] += data

    @property
    def _fields(self) -> dict[str, str]:
        return self.found[-1][1]


def forms_of(page: str, action: str) -> list[dict[str, str]]:
    """Return the fields of the forms that lead to an address, without their buttons."""
    reader = _Forms()
    reader.feed(page)
    return [fields for where, fields in reader.found if where == action]
