"""Parser of the search syntax: words, "phrases", -excluded, from:name, #hashtag. No input is an error."""

from __future__ import annotations

from enum import Enum

import msgspec
import regex

from gazouillis.accounts import handles
from gazouillis.search.words import index_words
from gazouillis.text import grammar
from gazouillis.text.entities import hashtag_key

LONGEST_QUERY = 500
"""Characters of a query that are read."""
MOST_TERMS = 16
"""Terms of a query that are used, the first ones."""


class Kind(Enum):
    WORDS = "words"
    SENDER = "from"
    TAG = "tag"


class Term(msgspec.Struct, frozen=True):
    """One condition of a query. `values`: consecutive words, or one handle, or one hashtag key."""

    kind: Kind
    values: tuple[str, ...]
    is_excluded: bool = False


def parse(text: str, authority: str) -> list[Term]:
    """`authority`: the authority of this server (host and port), which may follow the handles of local accounts."""
    terms = (_term(found, authority) for found in _TERM.finditer(text[:LONGEST_QUERY]))
    return [one for one in terms if one is not None][:MOST_TERMS]


def _term(found: regex.Match[str], authority: str) -> Term | None:
    minus, phrase, sender, tag, word = found.groups()
    if sender:
        return Term(Kind.SENDER, (handles.key(sender, authority),), bool(minus))
    if tag:
        return Term(Kind.TAG, (hashtag_key(tag),), bool(minus))
    if word and handles.names_a_domain(word):
        word = handles.key(word, authority)
    values = tuple(index_words(phrase or word or ""))
    return Term(Kind.WORDS, values, bool(minus)) if values else None


_TERM = regex.compile(
    rf'(-)?(?:"([^"]*)"?|from:([@\uFF20]?[\w@\uFF20.:-]+)|(?=[#\uFF03]){grammar.HASHTAG}[^\s"]*|([^\s"]+))', regex.IGNORECASE
)
