"""One Jinja environment for pages and reports; a template reads `page` and nothing else."""

import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup, escape

from app.language import ENGLISH, speaking, template_gettext, template_ngettext
from app.resources import resource


class Page:
    """Base of every page value: frozen, tied to one template, and speaking one language."""

    template: ClassVar[str]
    #: As a page value's own field where it can be another one.
    language: str = ENGLISH


class SpokenTemplates(InternationalizationExtension):
    """Puts translations into a template when it is compiled, not each time it is rendered.

    Looking a sentence up costs ten microseconds, and a page has dozens. Plurals are left to
    Jinja, since their form depends on a number.
    """

    def _make_node(
        self,
        singular: str,
        plural: str | None,
        context: str | None,
        variables: dict[str, nodes.Expr],
        *others: Any,
    ) -> nodes.Output:
        if plural is not None or context is not None:
            return super()._make_node(singular, plural, context, variables, *others)
        said = nodes.MarkSafeIfAutoescape(nodes.Const(template_gettext(singular)))
        values = [nodes.Pair(nodes.Const(name), value) for name, value in variables.items()]
        return nodes.Output([nodes.Mod(said, nodes.Dict(values))])


@lru_cache
def environment(language: str = ENGLISH) -> Environment:
    """Return the environment: autoescape everywhere, and a name that is missing is an error.

    Templates are compiled once for each language.
    """
    found = Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[SpokenTemplates],
    )
    found.policies["ext.i18n.trimmed"] = True
    found.install_gettext_callables(  # type: ignore[attr-defined]
        template_gettext, template_ngettext, newstyle=True
    )
    return found


@lru_cache
def _template(name: str, language: str) -> Template:
    return environment(language).get_template(name)


def render(page: Page) -> str:
    """Return the page as HTML."""
    with speaking(page.language):
        return _template(page.template, page.language).render(page=page)


def render_fragment(page: Page) -> Markup:
    """Return a part of a page, safe to put into another one."""
    return Markup(render(page))  # noqa: S704 - it comes out of an autoescaping template


#: What nobody can write into a text of ours, since nobody knows it.
_EDGE = secrets.token_hex(8)


def hole(name: str) -> str:
    """Return what stands in a mould for a value that differs each time."""
    return f"{_EDGE}{name}{_EDGE}"


@dataclass(frozen=True)
class Mould:
    """A page rendered once, with holes: text and names of holes by turns, a text first."""

    pieces: tuple[str, ...]

    def fill(self, **values: str) -> str:
        """Return the page with a value in every hole, escaped unless it is markup already."""
        page = list(self.pieces)
        given = [values[name] for name in self.pieces[1::2]]
        page[1::2] = [v if isinstance(v, Markup) else escape(v) for v in given]
        return "".join(page)


def mould(page: Page) -> Mould:
    """Return the mould of a page whose values are holes where they will differ."""
    return Mould(tuple(render(page).split(_EDGE)))
