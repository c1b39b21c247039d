"""Tokenizer of statuses for tracks: the words of a text by the keys under which they are tracked, its hashtags and the handles it names.

Addresses, handles and `:shortcodes:` are no words. An elided article is cut off (`l’orage`), a hyphen is a space. A run of a script
without spaces between words (Chinese, Japanese, …) is one token, and is matched inside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec
import regex

from gazouillis.text import inflections
from gazouillis.text.entities import Hashtag, entities, hashtag_key
from gazouillis.text.folding import fold
from gazouillis.text.grammar import UNSPACED

SHORTEST_CUT = 3
"""Letters that must remain after an elided word: `l’eau` is cut, `j’ai` is not. Capitals may be fewer: `l’IA`."""


class Token(msgspec.Struct, frozen=True, gc=False):
    keys: tuple[str, ...]
    is_capitals: bool = False
    is_name: bool = False
    """Whether it has a capital letter that its place in the sentence does not explain."""
    is_run: bool = False
    """Whether it is a run of a script without spaces: its only key is the run."""
    is_apart: bool = False
    """Whether punctuation or something that is no word parts it from the token before."""


def _nowhere() -> frozenset[int]:
    return frozenset()


class SaidWords(msgspec.Struct, frozen=True):
    """What a track asks of a status. `names`: handles of the accounts that it names. `find_places`: which places it means."""

    tokens: Sequence[Token]
    tags: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    language: str = ""
    find_places: Callable[[], frozenset[int]] = _nowhere


def said_words(
    texts: Iterable[str],
    *,
    names: Iterable[str] = (),
    tags: Iterable[str] = (),
    language: str = "",
    find_places: Callable[[], frozenset[int]] = _nowhere,
) -> SaidWords:
    """Of all texts of a status: what it says, its warning, the descriptions of its files. `tags`: keys that its text does not show."""
    tokens: list[Token] = []
    shown = set(tags)
    for text in texts:
        if text:
            tokens += _tokens(text, shown)
    return SaidWords(tokens, frozenset(shown), frozenset(names), language, find_places)


def words_of(text: str) -> list[str]:
    """The words of a text without addresses, as they are written, elided articles cut off."""
    return [word for found in _split(_composed(text))[1::2] for word in _cut(found)]


def is_run(word: str) -> bool:
    return _RUN.match(word) is not None


def is_capitals(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _tokens(text: str, tags: set[str]) -> Iterator[Token]:
    text = _composed(_without_entities(text, tags))
    if ":" in text or "@" in text:
        text = _NOISE.sub(";", text)
    pieces = _split(text)
    for place in range(1, len(pieces), 2):
        gap, word = pieces[place - 1], pieces[place]
        is_apart, begins = (False, False) if gap == " " else (_APART.search(gap) is not None, _BEGINS.search(gap) is not None)
        if place == 1:
            is_apart = begins = True
        if "'" not in word:
            yield _token(word, is_apart, begins)
        else:
            for part in _cut(word):
                yield _token(part, is_apart, begins)
                is_apart = begins = False


def _split(text: str) -> list[str]:
    """What is between words and the words, in turn."""
    return (_ANY_WORD if _MARKS_AND_RUNS.search(text) else _WORD).split(text)


def _without_entities(text: str, tags: set[str]) -> str:
    """A hashtag is the words of its name; addresses and handles part what is before from what follows."""
    parts, position = [], 0
    for entity in entities(text):
        parts.append(text[position : entity.start])
        position = entity.end
        if isinstance(entity, Hashtag):
            tags.add(hashtag_key(entity.name))
            parts.append(entity.name.replace("_", " "))
        else:
            parts.append(";")
    return "".join([*parts, text[position:]]) if parts else text


def _token(word: str, is_apart: bool, begins: bool) -> Token:  # noqa: FBT001 (the cache is slower with names)
    return _cached_token(word, is_apart, begins) if len(word) <= inflections.LONGEST_CACHED else _new_token(word, is_apart, begins)


def _new_token(word: str, is_apart: bool, begins: bool) -> Token:  # noqa: FBT001
    if not word.isascii() and is_run(word):
        return Token((fold(word),), is_run=True, is_apart=is_apart)
    if not word[0].isupper():
        return Token(inflections.keys(word), is_apart=is_apart)
    if is_capitals(word):
        return Token(inflections.keys(word), is_capitals=True, is_name=True, is_apart=is_apart)
    if begins and not inflections.is_listed_name(word):
        return Token(inflections.keys(word), is_apart=is_apart)
    return Token(inflections.keys_of_name(word), is_name=not begins, is_apart=is_apart)


def _cut(word: str) -> list[str]:
    """The parts of a word with apostrophes; a word without any is one part."""
    if "'" not in word:
        return [word]
    elided, _apostrophe, rest = word.partition("'")
    if elided.lower() in _ELIDED and _may_stand_alone(rest, elided):
        return _cut(rest)
    return [word[:-2] if word[-2:].lower() == "'s" else word]


def _may_stand_alone(rest: str, elided: str) -> bool:
    first = rest.partition("'")[0]
    if len(first) >= SHORTEST_CUT:
        return True
    return is_capitals(first) and (elided.islower() or first not in _AUXILIARIES)


_cached_token = lru_cache(maxsize=inflections.MOST_CACHED)(_new_token)


def _composed(text: str) -> str:
    """Composed letters, one kind of apostrophe, nothing invisible."""
    if text.isascii():
        return text
    text = text.replace("’", "'")
    if _UNUSUAL.search(text):
        text = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(_APOSTROPHES)
    return text


_ELIDED = frozenset("l d j n s c m t qu jusqu lorsqu puisqu quoiqu".split())
_AUXILIARIES = frozenset({"AI", "AS", "EN", "UN", "ON", "ES"})
"""In `J'AI FAIM` nobody speaks of AI."""
_APOSTROPHES = str.maketrans(dict.fromkeys("’\u02bc‘\u00b4′\uff07", "'"))
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}]+")
_NOISE = regex.compile(r"(?<![\p{L}\p{N}:]):[A-Za-z0-9_]{2,}:(?![\p{L}\p{N}:])|[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
_RUN = regex.compile(rf"[{UNSPACED}]")
_SPACED = rf"(?:(?![{UNSPACED}])[\p{{L}}\p{{M}}\p{{N}}])"
_ANY_WORD = regex.compile(rf"([{UNSPACED}][{UNSPACED}\p{{M}}]*|{_SPACED}+(?:'{_SPACED}+)*)")
# For nearly all texts, a simpler pattern finds the same words, several times faster.
_WORD = re.compile(r"([^\W_]+(?:'[^\W_]+)*)")
_MARKS_AND_RUNS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0530-\u1dff\u20d0-\u20ff\u2c00-\ud7ff\uf900-\uffef\U00010000-\U0001bfff\U0001e000-\U0001efff\U00020000-\U0010ffff]"
)
_UNUSUAL = re.compile("[^\x00-\xac\xae-\xb3\xb5-\u02bb\u0370-\u0482\u048a-\u052f\u2010-\u2017\u2019-\u2027\u2030\u2039\u203a\u20a0-\u20bf]")
_APART = re.compile(r"[.,;:!?…()\[\]{}|/\u2028\u2029—]|\s[–-]\s")
_BEGINS = re.compile(r"[.:;!?…\n\r•]")
