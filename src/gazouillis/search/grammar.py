"""What people type in a search box: words, "phrases", -without, from:name, #tag. Nothing typed is an error."""

from __future__ import annotations

from enum import Enum

import msgspec
import regex

from gazouillis.search.words import indexed
from gazouillis.text.entities import hashtag_key

LONGEST_QUERY = 500
MOST_TERMS = 16


class Kind(Enum):
    WORDS = "words"
    SENDER = "from"
    TAG = "tag"


class Term(msgspec.Struct, frozen=True):
    """`values`: words that follow each other, or one handle or tag key."""

    kind: Kind
    values: tuple[str, ...]
    is_excluded: bool = False


def parse(text: str) -> list[Term]:
    terms = (_term(found) for found in _TERM.finditer(text[:LONGEST_QUERY]))
    return [one for one in terms if one is not None][:MOST_TERMS]


def _term(found: regex.Match[str]) -> Term | None:
    minus, phrase, sender, tag, word = found.groups()
    if sender:
        return Term(Kind.SENDER, (sender.lower(),), bool(minus))
    if tag:
        return Term(Kind.TAG, (hashtag_key(tag),), bool(minus))
    values = tuple(indexed(phrase or word or ""))
    return Term(Kind.WORDS, values, bool(minus)) if values else None


_TERM = regex.compile(r'(-)?(?:"([^"]*)"?|from:@?([\w@.:-]+)|[#\uFF03]([\p{L}\p{M}\p{N}_·・]+)[^\s"]*|([^\s"]+))', regex.IGNORECASE)
