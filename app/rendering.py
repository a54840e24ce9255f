"""One Jinja environment for pages and reports; a template reads `page` and nothing else."""

from functools import lru_cache
from typing import ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from app.language import ENGLISH, speaking, template_gettext, template_ngettext
from app.resources import resource


class Page:
    """Base of every page value: frozen, tied to one template, and speaking one language."""

    template: ClassVar[str]
    #: As a page value's own field where it can be another one.
    language: str = ENGLISH


@lru_cache
def environment() -> Environment:
    """Return the environment: autoescape everywhere, and a name that is missing is an error."""
    found = Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    found.policies["ext.i18n.trimmed"] = True
    found.install_gettext_callables(  # type: ignore[attr-defined]
        template_gettext, template_ngettext, newstyle=True
    )
    return found


@lru_cache
def _template(name: str) -> Template:
    return environment().get_template(name)


def render(page: Page) -> str:
    """Return the page as HTML."""
    with speaking(page.language):
        return _template(page.template).render(page=page)


def render_fragment(page: Page) -> Markup:
    """Return a part of a page, safe to put into another one."""
    return Markup(render(page))  # noqa: S704 - it comes out of an autoescaping template
