"""Inflected forms of French and English words: by which keys a word is found, whether in the plural, the feminine or another tense.

The forms come from the tables of https://github.com/adbar/simplemma, never from a stemmer: stems join `port` with `porte` and part
`œil` from `yeux`. Accents are folded after the lookup, since folding first makes other words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from gazouillis.text.folding import fold

LANGUAGES = ("fr", "en")

MOST_CACHED = 30_000
"""Words of texts that are cached with their keys (`tracked_words.py`)."""
LONGEST_CACHED = 64
"""Letters of a word that is cached and looked up. A longer one is only itself."""

_LONGEST_CHAIN = 2
"""`nouvelles` is listed under `nouvelle`, and that under `nouveau`."""
_SHORTEST_PLURAL = 5
_NEVER_INFLECTED = frozenset({"paris", "wales", "athens", "flandres"})
"""Names that the tables take for forms of a common word, and which many write without a capital letter."""


def load() -> None:
    """Reads the tables. It takes a second, so call it in a thread before the first word is asked for."""
    for language in LANGUAGES:
        _table(language)


def keys_of_name(word: str) -> tuple[str, ...]:
    """Names are never inflected."""
    return (fold(word),)


def keys(word: str) -> tuple[str, ...]:
    """The folded word, and the folded words whose form it is, in either language. Two forms of one word share a key."""
    return _keys(word, LANGUAGES) if len(word) <= LONGEST_CACHED else (fold(word),)


def tracked_keys(word: str, language: str) -> tuple[str, ...]:
    """The same for a word that somebody tracks: in their own language, if it has the word; `lit` is then not a form of `light`."""
    knowing = [one for one in LANGUAGES if _table(one).get(_plain(word)) is not None]
    return _keys(word, (language,) if language in knowing else tuple(knowing))


def listed_words(language: str) -> Iterator[str]:
    """All words of the table of this language, in every form."""
    return iter(_table(language))


def is_listed_name(word: str) -> bool:
    """Whether the tables list the word with its capital letter: `Paris` is not a form of `pari`, even at the start of a sentence."""
    return word[:1].isupper() and any(_table(one).get(word) == word for one in LANGUAGES)


def _keys(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    found = fold(word)
    if found in _NEVER_INFLECTED:
        return (found,)
    lemmas = [fold(one) for language in languages for one in _lemmas(_plain(word), language)]
    if not lemmas and found.isascii() and found.isalpha() and found.endswith("s") and not found.endswith("ss"):
        lemmas = [found[:-1]] if len(found) >= _SHORTEST_PLURAL else []  # a word that no table has, or that lost its accents
    return tuple(dict.fromkeys([found, *lemmas]))


def _lemmas(word: str, language: str) -> Iterator[str]:
    for _step in range(_LONGEST_CHAIN):
        lemma = _table(language).get(word)
        if lemma is None:
            return
        yield lemma
        if lemma == word:
            return
        word = lemma


def _plain(word: str) -> str:
    return word.lower().replace("’", "'")


@lru_cache(maxsize=len(LANGUAGES))
def _table(language: str) -> Mapping[str, str]:
    """Imported when it is first needed: many servers never have a track, and it takes a tenth of the start."""
    factory: Any = import_module("simplemma.strategies.dictionaries.dictionary_factory")
    found: Mapping[str, str] = factory.DefaultDictionaryFactory().get_dictionary(language)
    return found
