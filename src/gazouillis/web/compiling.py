"""Templates compiled with all that is the same on every page of their language: words, pictures, addresses of files.

https://jinja.palletsprojects.com/en/stable/extensions/#ast
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

Say = Callable[[str], str]


class OneLanguage(Environment):
    """`said` holds what a template may call with nothing but literals, and gets the same each time."""

    gettext: Say
    said: dict[str, Callable[..., str]]

    def _generate(self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False) -> str:  # noqa: FBT001, FBT002
        """Jinja's hook, called with the whole template before it becomes Python."""
        is_html = self.autoescape(name) if callable(self.autoescape) else self.autoescape
        chosen: nodes.Template = _Sayings(self, is_html=is_html).visit(source)
        return super()._generate(chosen, name, filename, defer_init)


class _Sayings(NodeTransformer):
    def __init__(self, environment: OneLanguage, *, is_html: bool) -> None:
        self._environment = environment
        self._is_html = is_html

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        if not all(isinstance(one, nodes.Const) for one in node.args):
            return node
        given = [one.value for one in node.args if isinstance(one, nodes.Const)]
        said = self._said(node.node.name, given)
        return node if said is None else nodes.Const(said, lineno=node.lineno)

    def _said(self, name: str, given: list[Any]) -> str | None:
        if name == "_":
            words = self._environment.gettext(*given)
            # As `jinja2.ext.i18n` does when the page is rendered: catalogues are trusted, and a percent sign is written twice.
            return Markup(words) % {} if self._is_html else words % {}
        if name in self._environment.said:
            return self._environment.said[name](*given)
        return None
