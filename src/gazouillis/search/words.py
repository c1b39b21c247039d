"""The words by which a text is found: the same on every database, since we cut and fold them ourselves."""

from __future__ import annotations

import regex

from gazouillis.text.folding import words
from gazouillis.text.grammar import UNSPACED

LONGEST_WORD = 64


def typed(text: str) -> str:
    """What every database accepts of what somebody typed."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")


def indexed(*texts: str) -> list[str]:
    """In order. Chinese, Japanese, Korean, Thai and their like have no spaces between words: each sign counts as one.

    Where a word is cut depends on its own signs alone, so that `3種` is found in `メニュー3種` and `cafe` in `コーヒーcafe`.
    """
    return [part[:LONGEST_WORD] for text in texts for word in words(text) for part in ((word,) if word.isascii() else _SIGN.findall(word))]


def names(username: str) -> list[str]:
    """`jean_paul` is found by the whole and by its parts."""
    parts = [part for part in username.split("_") if part]
    return indexed(" ".join([username, *parts] if len(parts) > 1 else [username]))


_SIGN = regex.compile(rf"[{UNSPACED}]\p{{M}}*|[^{UNSPACED}]+")
