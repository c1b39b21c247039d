"""Parser of the queries of tracks: words, "phrases", #hashtags, @names, -exclusions and lang:xx. All terms must hold.

Unlike a search, a query that cannot be understood is an error: it would wait for years without finding anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, StrEnum
from typing import Any, TypeAlias

import msgspec
import regex

from gazouillis.text import inflections
from gazouillis.text.cleaning import clean_line
from gazouillis.text.entities import Hashtag, Mention, entities, hashtag_key
from gazouillis.text.folding import fold
from gazouillis.text.tracked_words import is_capitals, is_run, words_of

LONGEST_QUERY = 200
"""Characters."""
MOST_TERMS = 8
MOST_WORDS_OF_PLACE = 5
SHORTEST_WORD = 2
SHORT_CAPITALS = 3
"""A word of so many letters, all of them capitals, matches capitals only: `AI` is not the end of "j’ai"."""


class Wrong(StrEnum):
    """What is wrong with a query."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    TOO_MANY_TERMS = "too many terms"
    UNCLOSED = "unclosed"
    NO_WORD = "no word"
    TOO_SHORT = "too short"
    TOO_COMMON = "too common"
    TAG = "tag"
    NAME = "name"
    LANGUAGE = "language"
    TWO_LANGUAGES = "two languages"
    ONLY_EXCLUSIONS = "only exclusions"
    CONTRADICTION = "contradiction"


class UnreadableQuery(ValueError):
    """`part`: the part of the query that is wrong, as it was typed."""

    def __init__(self, wrong: Wrong, part: str = "") -> None:
        super().__init__(f"{wrong}: {part}")
        self.wrong = wrong
        self.part = part


class Shape(Enum):
    """What a tracked word asks of the letters of a text, beside its key."""

    ANY = 0
    CAPITALS = 1
    NAME = 2
    """A capital letter that its place in the sentence does not explain: "au Havre" is not "au havre"."""
    PLACE = 3
    """A town that is also a common word or a first name: the finder of places is asked whether it is meant."""


class TrackedWord(msgspec.Struct, frozen=True, gc=False):
    keys: tuple[str, ...]
    shape: Shape = Shape.ANY
    is_run: bool = False
    """Whether it is of a script without spaces: it is then matched inside a run."""


class Kind(Enum):
    WORDS = "words"
    TAG = "tag"
    NAME = "name"


class Term(msgspec.Struct, frozen=True, gc=False):
    """One condition. `words` follow each other; `value` is the key of a hashtag, or a handle in lower case."""

    kind: Kind
    words: tuple[TrackedWord, ...] = ()
    value: str = ""
    is_excluded: bool = False
    others: tuple[tuple[TrackedWord, ...], ...] = ()
    """Other names of a place: one of them, or `words`, is enough."""
    places: tuple[int, ...] = ()
    """Places that a word of the shape `PLACE` may mean."""

    @property
    def names(self) -> tuple[tuple[TrackedWord, ...], ...]:
        return (self.words, *self.others)


class PlaceName(msgspec.Struct, frozen=True, gc=False):
    """`words`: folded, one of them at least is no common word."""

    words: tuple[str, ...]
    shape: Shape = Shape.ANY


class NamedPlace(msgspec.Struct, frozen=True):
    """A place under all its names. `ids`: those that its name may mean, first the one whose names these are."""

    ids: tuple[int, ...]
    names: tuple[PlaceName, ...]


FindPlace: TypeAlias = Callable[[str, str], NamedPlace | None]
"""The place that is named so, for a person of this language. This package knows no places: `search/tracks/places.py` does."""


def _no_place(_name: str, _language: str) -> NamedPlace | None:
    return None


class TrackQuery(msgspec.Struct, frozen=True, gc=False):
    text: str
    """As it was typed, without needless spaces."""
    terms: tuple[Term, ...]
    language: str = ""
    """Only statuses in this language; empty: in any."""
    key: str = ""
    """Queries with the same key find the same."""

    @property
    def wanted(self) -> list[Term]:
        return [one for one in self.terms if not one.is_excluded]

    @property
    def names(self) -> list[str]:
        return [one.value for one in self.terms if one.kind is Kind.NAME and not one.is_excluded]


def parse(text: str, language: str = "", find_place: FindPlace = _no_place) -> TrackQuery:
    """`language`: of the person who asks, for words that two languages share. Raises `UnreadableQuery`."""
    typed = clean_line(text)
    if len(typed) > LONGEST_QUERY:
        raise UnreadableQuery(Wrong.TOO_LONG)
    parts = list(_PART.finditer(typed))
    if not parts:
        raise UnreadableQuery(Wrong.EMPTY)
    terms: dict[str, Term] = {}
    written: dict[str, str] = {}
    spoken, start = "", 0
    while start < len(parts):
        part, place = parts[start], _place_at(parts, start, language, find_place)
        start += place.length if place else 1
        if place:
            terms.setdefault(place.key, place.term)
            written.setdefault(place.key, typed[part.start() : parts[start - 1].end()])
        elif part["language"] is not None:
            spoken = _language(part.group(), part["language"], spoken)
        else:
            key, term = _term(part, language)
            terms.setdefault(key, term)
            written.setdefault(key, part.group())
    _check(terms, written)
    key = " ".join([*sorted(terms), *([f"lang:{spoken}"] if spoken else ())])
    return TrackQuery(typed, tuple(terms.values()), spoken, key)


class _FoundPlace(msgspec.Struct, frozen=True):
    """A term that is a place, named by so many parts of the query."""

    key: str
    term: Term
    length: int


def _place_at(parts: Sequence[regex.Match[str]], start: int, language: str, find_place: FindPlace) -> _FoundPlace | None:
    """The longest name of a place that begins at this part. In quotation marks, or with #, it is only a word."""
    minus = parts[start]["minus"] or ""
    names = [parts[start].group().removeprefix("-")] if _is_bare(parts[start]) else []
    for part in parts[start + 1 : start + MOST_WORDS_OF_PLACE] if names and not minus else ():
        if part["minus"] or not _is_bare(part):
            break
        names.append(part.group())
    for length in range(len(names), 0, -1):
        if place := find_place(" ".join(names[:length]), language):
            return _FoundPlace(f"{minus}place:{place.ids[0]}", _place_term(place, is_excluded=bool(minus)), length)
    return None


def _is_bare(part: regex.Match[str]) -> bool:
    return part["phrase"] is None and part["language"] is None and part.group().removeprefix("-")[:1].isalpha()


def _place_term(place: NamedPlace, *, is_excluded: bool) -> Term:
    """Names of one word that need no question are one word with several keys: they are found by one look into a table."""
    simple = [one.words[0] for one in place.names if len(one.words) == 1 and one.shape is Shape.ANY and not is_run(one.words[0])]
    others = [_place_words(one) for one in place.names if one.words[0] not in simple or len(one.words) > 1]
    names = [(TrackedWord(tuple(simple)),), *others] if simple else others
    return Term(Kind.WORDS, names[0], is_excluded=is_excluded, others=tuple(names[1:]), places=place.ids)


def _place_words(name: PlaceName) -> tuple[TrackedWord, ...]:
    """Of several words, the last one has the shape: it is "Havre" in "au Havre" that needs its capital."""
    last = len(name.words) - 1
    return tuple(
        TrackedWord((word,), name.shape if place == last else Shape.ANY, is_run=is_run(word)) for place, word in enumerate(name.words)
    )


def _check(terms: Mapping[str, Term], written: Mapping[str, str]) -> None:
    """`written`: the words of each term in the query."""
    if len(terms) > MOST_TERMS:
        raise UnreadableQuery(Wrong.TOO_MANY_TERMS)
    wanted = [one for one in terms.values() if not one.is_excluded]
    if not wanted:
        raise UnreadableQuery(Wrong.ONLY_EXCLUSIONS)
    for key in terms:
        if f"-{key}" in terms:
            raise UnreadableQuery(Wrong.CONTRADICTION, written[key])
    if not any(_is_selective(one) for one in wanted):
        raise UnreadableQuery(Wrong.TOO_COMMON, " ".join(word.keys[0] for one in wanted for word in one.words))


def may_name_somebody(query: str) -> bool:
    """Whether the query has a sign that begins a handle: those without need not be parsed to know that they name nobody."""
    return not NAME_SIGNS.isdisjoint(query)


def _is_selective(term: Term) -> bool:
    return term.kind is not Kind.WORDS or any(is_selective(one) for one in term.words)


def is_selective(word: TrackedWord) -> bool:
    """Whether a track may wait for this word alone."""
    return word.shape is not Shape.ANY or word.keys[0] not in COMMON


def _language(part: str, language: str, other: str) -> str:
    language = language.lower()
    if not _LANGUAGE.fullmatch(language):
        raise UnreadableQuery(Wrong.LANGUAGE, part)
    if other and other != language:
        raise UnreadableQuery(Wrong.TWO_LANGUAGES)
    return language


def _term(part: regex.Match[str], language: str) -> tuple[str, Term]:
    """The term, with a key that it shares with terms that mean the same."""
    minus, typed = part["minus"] or "", part.group().removeprefix("-")
    first = typed[:1] if part["phrase"] is None else None
    if first in _QUOTES:
        raise UnreadableQuery(Wrong.UNCLOSED, typed)
    if first in {"#", "\uff03"}:
        value = _only(typed, Hashtag, Wrong.TAG)
        term = Term(Kind.TAG, value=hashtag_key(value.name), is_excluded=bool(minus))
        return f"{minus}#{term.value}", term
    if first in NAME_SIGNS:
        handle = _only(typed, Mention, Wrong.NAME).handle
        return f"{minus}@{handle}", Term(Kind.NAME, value=handle, is_excluded=bool(minus))
    content = part["phrase"] if part["phrase"] is not None else typed
    words = tuple(_word(one, language) for one in words_of(content))
    if not words:
        raise UnreadableQuery(Wrong.NO_WORD, typed)
    if len(words) == 1 and len(words[0].keys[0]) < SHORTEST_WORD:
        raise UnreadableQuery(Wrong.TOO_SHORT, typed)
    return minus + "+".join(map(_key, words)), Term(Kind.WORDS, words, is_excluded=bool(minus))


def _only(typed: str, kind: type[Hashtag] | type[Mention], wrong: Wrong) -> Any:
    found = entities(typed)
    if len(found) != 1 or not isinstance(found[0], kind) or found[0].start or found[0].end != len(typed):
        raise UnreadableQuery(wrong, typed)
    return found[0]


def _word(written: str, language: str) -> TrackedWord:
    if is_run(written):
        return TrackedWord((fold(written),), is_run=True)
    if is_capitals(written):
        is_short = len(written) <= SHORT_CAPITALS
        keys = inflections.keys_of_name(written) if is_short else inflections.tracked_keys(written, language)
        return TrackedWord(keys, Shape.CAPITALS if is_short else Shape.ANY)
    if written[0].isupper():
        return TrackedWord(inflections.keys_of_name(written))
    return TrackedWord(inflections.tracked_keys(written, language))


def _key(word: TrackedWord) -> str:
    return f"{word.keys[0]}{'!' if word.shape is not Shape.ANY else ''}"


_PART = regex.compile(r"(?<minus>-)?(?:\"(?<phrase>[^\"]*)\"|“(?<phrase>[^”]*)”|«(?<phrase>[^»]*)»|(?i:lang|langue):(?<language>\S*)|\S+)")
NAME_SIGNS = frozenset("@\uff20")
_QUOTES = frozenset({'"', "“", "«"})
_LANGUAGE = regex.compile(r"[a-z]{2,3}")

COMMON = frozenset(
    """le la les un une des du de et ou où au aux ce ces cet cette il elle on nous vous ils elles je tu me te se ne pas que qui quoi dont
    en dans sur sous par pour avec sans est suis es sont ai as ont mais donc or ni car si oui non plus tres bien tout tous toute toutes
    mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs moi toi lui eux y ca cela ici là
    the an and or of to in on at by for with from is are was were be been am it its this that these those you he she we they me him her
    us them my your his our their not no yes do does did so if as but what which who how when where there here have has had will would
    can could just""".split()
)
"""Words that alone would match nearly every status."""
