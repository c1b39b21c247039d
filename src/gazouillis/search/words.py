"""Tokenizer of the search index: the words by which a text is found.

We split and fold texts ourselves instead of letting the database do it, so that every database finds the same.
"""

from __future__ import annotations

import regex

from gazouillis.text.folding import words
from gazouillis.text.grammar import UNSPACED

LONGEST_WORD = 64
"""Characters of a word that are indexed."""


def storable(text: str) -> str:
    """The text without what a database refuses: NUL becomes a space, lone surrogates are dropped."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")


def index_words(*texts: str) -> list[str]:
    """The folded words of the texts, in order. In scripts without spaces between words (Chinese, Japanese, Thai, …), each character is
    a word.

    Where a word is split depends on its own characters alone, so that `3種` is found in `メニュー3種` and `cafe` in `コーヒーcafe`.
    """
    return [
        part[:LONGEST_WORD] for text in texts for word in words(text) for part in ((word,) if word.isascii() else _CHARACTER.findall(word))
    ]


def username_words(username: str) -> list[str]:
    """`jean_paul` is found by the whole name and by its parts."""
    parts = [part for part in username.split("_") if part]
    return index_words(" ".join([username, *parts] if len(parts) > 1 else [username]))


_CHARACTER = regex.compile(rf"[{UNSPACED}]\p{{M}}*|[^{UNSPACED}]+")
