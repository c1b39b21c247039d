"""Sentences for people, kept with their parameters until somebody knows in which language to say them.

`_("...")` marks a sentence for the catalogue (`locale/*.po`) where it is written; a door translates it where it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec


class Message(msgspec.Struct, frozen=True):
    """A sentence in English with `{named}` holes; `plural` and `count` when it depends on a number."""

    text: str
    plural: str | None = None
    count: int = 0
    values: dict[str, Any] = {}

    def __str__(self) -> str:
        return self.translated_by(lambda text: text, lambda one, many, count: one if count == 1 else many)

    def translated_by(self, gettext: Callable[[str], str], ngettext: Callable[[str, str, int], str]) -> str:
        chosen = gettext(self.text) if self.plural is None else ngettext(self.text, self.plural, self.count)
        return chosen.format(count=self.count, **self.values)


class Catalogue:
    """How to say a message to somebody, given the languages they ask for (an `Accept-Language` header). `app.py` brings the words."""

    def __init__(self, translate: Callable[[Message, str], str] = lambda message, _languages: str(message)) -> None:
        self.translate = translate


def _(text: str, **values: Any) -> Message:
    return Message(text, values=values)


def counted(one: str, many: str, count: int, **values: Any) -> Message:
    return Message(one, plural=many, count=count, values=values)
