"""What people type in a search box: words, "phrases", -without, from:name, #tag. Nothing typed is an error."""

from __future__ import annotations

from enum import Enum

import msgspec
import regex

from gazouillis.accounts import handles
from gazouillis.search.words import indexed
from gazouillis.text import grammar
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


def parse(text: str, here: str) -> list[Term]:
    """`here`: the authority of this server, which stands behind the handles of those who live in it."""
    terms = (_term(found, here) for found in _TERM.finditer(text[:LONGEST_QUERY]))
    return [one for one in terms if one is not None][:MOST_TERMS]


def _term(found: regex.Match[str], here: str) -> Term | None:
    minus, phrase, sender, tag, word = found.groups()
    if sender:
        return Term(Kind.SENDER, (handles.key(sender, here),), bool(minus))
    if tag:
        return Term(Kind.TAG, (hashtag_key(tag),), bool(minus))
    if word and handles.names_a_domain(word):
        word = handles.key(word, here)
    values = tuple(indexed(phrase or word or ""))
    return Term(Kind.WORDS, values, bool(minus)) if values else None


_TERM = regex.compile(
    rf'(-)?(?:"([^"]*)"?|from:([@\uFF20]?[\w@\uFF20.:-]+)|(?=[#\uFF03]){grammar.HASHTAG}[^\s"]*|([^\s"]+))', regex.IGNORECASE
)
