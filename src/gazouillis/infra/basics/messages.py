"""Messages for people: a sentence with its parameters, translated when the language of the reader is known.

`_("...")` marks a sentence for the message catalogue (`locale/*.po`); a door translates it when it answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

Fit = Callable[[str, Mapping[str, Any]], tuple[str, Mapping[str, Any]]]


class Message(msgspec.Struct, frozen=True):
    """A sentence in English with `{named}` placeholders; `plural` and `count` when it depends on a number."""

    text: str
    plural: str | None = None
    count: int = 0
    values: dict[str, Any] = {}

    def __str__(self) -> str:
        return self.translated_by(lambda text: text, lambda one, many, count: one if count == 1 else many)

    def translated_by(self, gettext: Callable[[str], str], ngettext: Callable[[str, str, int], str], fit: Fit = lambda *one: one) -> str:
        """`fit` adapts the translation to the values that will stand in it, as French elision asks."""
        template = gettext(self.text) if self.plural is None else ngettext(self.text, self.plural, self.count)
        sentence, values = fit(template, {"count": self.count, **self.values})
        return sentence.format(**values)


class Catalogue:
    """`translate` turns a message into a text, in a language of an `Accept-Language` header. `app.py` provides the catalogues."""

    def __init__(self, translate: Callable[[Message, str], str] = lambda message, _languages: str(message)) -> None:
        self.translate = translate


def _(text: str, **values: Any) -> Message:
    return Message(text, values=values)


def counted(one: str, many: str, count: int, **values: Any) -> Message:
    return Message(one, plural=many, count=count, values=values)
