"""One Jinja environment for pages and reports; a template reads `page` and nothing else."""

from functools import lru_cache
from typing import ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from app.resources import resource


class Page:
    """Base of every page value: frozen, and tied to one template."""

    template: ClassVar[str]


@lru_cache
def environment() -> Environment:
    """Return the environment: autoescape everywhere, and a name that is missing is an error."""
    return Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@lru_cache
def _template(name: str) -> Template:
    return environment().get_template(name)


def render(page: Page) -> str:
    """Return the page as HTML."""
    return _template(page.template).render(page=page)


def render_fragment(page: Page) -> Markup:
    """Return a part of a page, safe to put into another one."""
    return Markup(render(page))  # noqa: S704 - it comes out of an autoescaping template
