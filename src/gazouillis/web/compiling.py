"""Constant folding in Jinja templates: calls whose result never changes are made once, when a template is compiled.

These are translations without variables, icons and addresses of static files. There is one environment per language.

https://jinja.palletsprojects.com/en/stable/extensions/#ast
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

Translate = Callable[[str], str]


class LocalizedEnvironment(Environment):
    """`constant_functions`: functions that return the same each time they are called with the same literals."""

    gettext: Translate
    constant_functions: dict[str, Callable[..., str]]

    def _generate(self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False) -> str:  # noqa: FBT001, FBT002
        """Jinja's hook, called with the whole template before it becomes Python."""
        is_html = self.autoescape(name) if callable(self.autoescape) else self.autoescape
        folded: nodes.Template = _ConstantCalls(self, is_html=is_html).visit(source)
        return super()._generate(folded, name, filename, defer_init)


class _ConstantCalls(NodeTransformer):
    """Replaces calls with literal arguments by their result."""

    def __init__(self, environment: LocalizedEnvironment, *, is_html: bool) -> None:
        self._environment = environment
        self._is_html = is_html

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        if not all(isinstance(one, nodes.Const) for one in node.args):
            return node
        arguments = [one.value for one in node.args if isinstance(one, nodes.Const)]
        result = self._constant(node.node.name, arguments)
        return node if result is None else nodes.Const(result, lineno=node.lineno)

    def _constant(self, name: str, arguments: list[Any]) -> str | None:
        """None: the function is not known to be constant."""
        if name == "_":
            translated = self._environment.gettext(*arguments)
            # As `jinja2.ext.i18n` does when the page is rendered: catalogues are trusted, and a percent sign is written twice.
            return Markup(translated) % {} if self._is_html else translated % {}
        if name in self._environment.constant_functions:
            return self._environment.constant_functions[name](*arguments)
        return None
