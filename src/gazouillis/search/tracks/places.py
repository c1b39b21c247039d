"""Places in tracks: `track Bruxelles` finds Brussels and Brussel too, and `track Nice` finds the town only where the town is meant.

Of several places with one name, the one is tracked that somebody of this language most likely means. A name that is also a common word or a
first name asks the finder of places (`places/`); in quotation marks or with #, it is only a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache

import msgspec

from gazouillis.places import gazetteer, homonyms
from gazouillis.places.clue_words import NEVER, NOT_PEOPLE
from gazouillis.places.keys import name_key
from gazouillis.places.models import FIRST_NAME, WORD_EN, WORD_FR, Named, Place
from gazouillis.places.propose_stay import LANGUAGES, propose_stay
from gazouillis.text import track_query
from gazouillis.text.track_query import COMMON, NamedPlace, PlaceName, Shape, TrackQuery, UnreadableQuery

ALSO_NAMED = {2800866: ("Brussel",), 2661513: ("Biel",), 658225: ("Helsingfors",), 3181913: ("Bozen",)}
"""Further names that their inhabitants write, by GeoNames' id: the gazetteer has one local name for each place."""
HARDLY_WORDS = NOT_PEOPLE | frozenset("londres pekin marseille bangkok kiev boston manchester quebec damas alger france japon".split())
"""Names that are also words, but hardly anybody's words."""
LEAST, WELL_KNOWN, OF_MANY_WORDS = 4_000, 20_000, 100_000
"""People of a place that a name means when it has its capital letters; when it has none; when it then has several words, as `le port`."""
MOST_CACHED = 2_000
_ANY_DAY = date(2010, 1, 1)
"""Dates help the finder, but it does not matter which they are."""


class AlsoTracked(msgspec.Struct, frozen=True):
    """A place in a query: `name` is how it is called, `others` its other names. `is_asked`: only where the place is meant."""

    name: str
    others: tuple[str, ...]
    is_asked: bool


def parse(text: str, language: str = "") -> TrackQuery:
    """The query, with its places. Raises `UnreadableQuery`."""
    return track_query.parse(text, language, find_place)


def parse_kept(text: str, language: str) -> TrackQuery | None:
    """The query of a track. None for one that a later version cannot read any more: its owner sees it in the list, and can remove it."""
    try:
        return parse(text, language)
    except UnreadableQuery:
        return None


def find_place(name: str, language: str) -> NamedPlace | None:
    """None for a name that means no place, or that matches the same as a word does."""
    key = name_key(name)
    if not key or len(key) < 3 or key in NEVER | COMMON or len(name) > gazetteer.LONGEST_QUERY:
        return None
    found = _found(key, language)
    if found is None:
        return None
    if all(word[:1].isupper() for word in name.split() if name_key(word) not in COMMON):
        return found.place if found.population >= LEAST else None
    is_known = found.population >= (OF_MANY_WORDS if " " in key else WELL_KNOWN)
    return found.place if is_known and not found.is_word else None


def also_tracked(query: TrackQuery | None, language: str) -> list[AlsoTracked]:
    """What the page of a track says about its places, in this language."""
    if query is None:
        return []
    places = {one.id: one for one in gazetteer.by_ids([term.places[0] for term in query.terms if term.places])}
    said = []
    for term in query.terms:
        if term.places and (place := places.get(term.places[0])):
            name = place.names.in_language(language)
            others = tuple(one for one in dict.fromkeys(_written_names(place)) if one != name)
            said.append(AlsoTracked(name, others, any(words[-1].shape is Shape.PLACE for words in term.names)))
    return said


def places_meant(texts: Sequence[str], language: str) -> Callable[[], frozenset[int]]:
    """Finds the places that a status means: when first asked, since few statuses are."""
    languages = [language[:2].lower()] if language[:2].lower() in LANGUAGES else LANGUAGES

    @cache
    def found() -> frozenset[int]:
        proposals = [propose_stay(text, one, _ANY_DAY) for text in texts if text for one in languages]
        return frozenset(place.id for one in proposals for place in one.places)

    return found


class _Found(msgspec.Struct, frozen=True):
    place: NamedPlace
    population: int
    is_word: bool
    """Whether the name is also a word or a first name."""


@lru_cache(MOST_CACHED)
def _found(key: str, language: str) -> _Found | None:
    candidates = gazetteer.named([_KNOWN_AS.get(key, key)]).get(_KNOWN_AS.get(key, key), [])
    if not candidates:
        return None
    place = homonyms.meant(candidates, language or "en", "")[0]
    alike = [one.place.id for one in candidates if one.place.country == place.country and one.place.id != place.id]
    names = tuple(_names(key, place))
    is_word = any(one.shape is Shape.PLACE and " ".join(one.words) == key for one in names)
    if not names or (len(names) == 1 and not is_word and len(names[0].words) == 1):
        return None
    return _Found(NamedPlace((place.id, *alike), names), place.population, is_word)


def _names(key: str, place: Place) -> Iterator[PlaceName]:
    """The name that was asked for first. Those that are too short or too common are left out."""
    keys = dict.fromkeys([key, *gazetteer.names_of_place(place.id), *map(name_key, ALSO_NAMED.get(place.id, ()))])
    named = gazetteer.named(keys)
    seen = set()
    for one in keys:
        is_word = _is_word(one, place, named.get(one, []))
        for words, shape in _variants(one, Shape.PLACE if is_word else Shape.ANY):
            if words not in seen and not COMMON.issuperset(words) and (len(one) > 2 or len(words) > 1) and one not in NEVER:
                seen.add(words)
                yield PlaceName(words, shape)


def _variants(key: str, shape: Shape) -> Iterator[tuple[tuple[str, ...], Shape]]:
    """A name as texts have it: "St Malo", "au Havre", and without elided articles, which texts have lost too."""
    words = [word for word in key.split() if word not in {"l", "d"}]
    if not words:
        return
    yield tuple(words), shape
    if _SAINTS.keys() & set(words):
        yield tuple(_SAINTS.get(word, word) for word in words), shape
    if len(words) > 1 and words[0] in _CONTRACTED:
        for article in _CONTRACTED[words[0]]:
            yield (article, *words[1:]), Shape.NAME


def _is_word(key: str, place: Place, candidates: Sequence[Named]) -> bool:
    flags = next((one.flags for one in candidates if one.place.id == place.id), 0)
    return bool(flags & (WORD_FR | WORD_EN | FIRST_NAME)) and key not in HARDLY_WORDS


def _written_names(place: Place) -> Iterator[str]:
    yield from (place.names.fr, place.names.en, place.names.local, *ALSO_NAMED.get(place.id, ()))


_KNOWN_AS = {
    name_key(name): known
    for known, name in (("bruxelles", "Brussel"), ("bienne", "Biel"), ("helsinki", "Helsingfors"), ("bolzano", "Bozen"))
}
_SAINTS = {"saint": "st", "sainte": "ste"}
_CONTRACTED = {"le": ("au", "du"), "les": ("aux", "des")}
