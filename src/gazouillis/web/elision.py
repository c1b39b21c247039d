"""French elision and contraction before an inserted name: `Abonnés d’Alice` but `de Marc`, `Bienvenue au Havre` but `à Lyon`.

The catalogue has one sentence for all names: `Bienvenue à %(name)s`. What stands before the name depends on its first letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import regex
from anyascii import anyascii

ELIDED = {"de": "d’", "que": "qu’"}
CONTRACTED = {("à", "le"): "au ", ("à", "les"): "aux ", ("de", "le"): "du ", ("de", "les"): "des "}


def elide(sentence: str, values: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """A French sentence and its values, to be formatted together. Placeholders are written `%(name)s` or `{name}`."""
    rewritten, places = _places(sentence)
    joined = {f"{word} {key}": _joined(word, values[key]) for word, key in places if key in values}
    return (rewritten, {**values, **joined}) if len(joined) == len(places) > 0 else (sentence, values)


@lru_cache(512)
def _places(sentence: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The sentence with `%(de name)s` for `de %(name)s`, and these words and names."""
    places = tuple((match["word"], match["key"]) for match in _PLACE.finditer(sentence))
    return _PLACE.sub(_with_longer_key, sentence), places


def _with_longer_key(match: regex.Match[str]) -> str:
    word, key = match["word"], match["key"]
    return match[0][len(word) + 1 :].replace(key, f"{word} {key}")


def _joined(word: str, name: Any) -> Any:
    """`name` with its word before it. What is no text, a number for instance, follows the word unchanged."""
    if not isinstance(name, str):
        return f"{word} {name}"
    article, space, rest = name.partition(" ")
    if space and (contraction := CONTRACTED.get((word.lower(), article.lower()))):
        return _like(word, contraction) + rest
    if word.lower() in ELIDED and _OPENS_WITH_VOWEL.match(anyascii(name[:4])):
        return _like(word, ELIDED[word.lower()]) + name
    return word + " " + name


def _like(word: str, replacement: str) -> str:
    return replacement.capitalize() if word[0].isupper() else replacement


_PLACE = regex.compile(r"\b(?P<word>de|que|à)[ \u00a0](?:%\((?P<key>\w+)\)s|\{(?P<key>\w+)\})", regex.IGNORECASE)
_OPENS_WITH_VOWEL = regex.compile(r"[aeiou]|y[^aeiou]|h[eiouy]", regex.IGNORECASE)
"""An `h` before `a` is mostly aspirated (`de Hassan`), before other vowels mostly mute (`d’Hélène`)."""
