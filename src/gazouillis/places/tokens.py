"""The words of a text, as the finder of places sees them: without addresses, handles and shortcodes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import regex

from gazouillis.places.keys import name_key


class Token(NamedTuple):
    """A word. `key` is its folded form, `gap` what stands between the word before and this one."""

    text: str
    key: str
    start: int
    end: int
    gap: str
    is_tag: bool = False

    @property
    def has_capital(self) -> bool:
        return self.text[:1].isupper()

    @property
    def begins_sentence(self) -> bool:
        return self.start == len(self.gap) or bool(_SENTENCE_END.search(self.gap))


def tokens_of(text: str) -> list[Token]:
    """The words in order. What is no word of the writer (an address, a handle) is taken for a sign that ends a phrase."""
    text = _NO_WORDS.sub(lambda match: "|" * len(match[0]), text)
    found: list[Token] = []
    end = 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        found.append(Token(match[0], name_key(match[0]), match.start(), match.end(), gap, gap.endswith("#")))
        end = match.end()
    return found


def are_shouted(tokens: Sequence[Token]) -> bool:
    """Whether capitals say nothing: all letters are capitals, or nearly every word of a longer text has one."""
    words = [one for one in tokens if len(one.text) > 1]
    if len(words) > 1 and sum(one.text.isupper() for one in words) >= LARGE_PART * len(words):
        return True
    return len(words) >= MANY and sum(one.has_capital for one in words) >= LARGE_PART * len(words)


MANY = 5
LARGE_PART = 0.8
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_NO_WORDS = re.compile(r"https?://\S+|www\.\S+|@\w+(?:@[\w.-]+)?|(?<!\w):\w+:|\S+@\S+\.\w+")
_SENTENCE_END = re.compile(r"[!?…:;\n|]|\.(?:\s|$)")
