"""Lists of words and names, and whether a text has one of them: whole words, whatever their case and accents."""

from __future__ import annotations

from collections.abc import Iterable

from gazouillis.text.cleaning import clean_line
from gazouillis.text.folding import words


def first_found(listed: Iterable[str], texts: Iterable[str]) -> str | None:
    """The first of the list that occurs in one of the texts. An entry of several words occurs where they follow each other."""
    said = [f" {' '.join(words(one))} " for one in texts if one]
    return next((one for one in listed if _occurs(" ".join(words(one)), said)), None)


def entries(written: str, separators: str = "\n") -> list[str]:
    """The entries of a list as typed, each once, in the order in which they were written."""
    for one in separators[1:]:
        written = written.replace(one, separators[0])
    by_words: dict[str, str] = {}
    for entry in map(clean_line, written.replace("\r\n", "\n").split(separators[0])):
        if entry:
            by_words.setdefault(" ".join(words(entry)) or entry, entry)
    return list(by_words.values())


def has_words(entry: str) -> bool:
    """False for what no text can have, as `!!!`."""
    return bool(words(entry))


def _occurs(wanted: str, said: list[str]) -> bool:
    return bool(wanted) and any(f" {wanted} " in one for one in said)
