"""The gazetteer: towns, regions and countries under their French, English and local names, in an SQLite file that comes with the package.

The file is opened at the first use and never written; `scripts/gazetteer/make.py` makes it from GeoNames' data. All functions are
synchronous: a look-up takes microseconds.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log10
from pathlib import Path
from typing import Any

from gazouillis.places.keys import name_key
from gazouillis.places.models import NAMED_EN, NAMED_FR, Kind, Named, Names, Place, Region

FILE = Path(__file__).parent / "gazetteer.sqlite"
MOST_CANDIDATES = 60
"""How many places of a prefix are ranked. They are the most populous ones."""
LONGEST_QUERY = 100
LARGE, SHORT = 50_000, 2
"""Population of a place that a query of one or two letters finds first: they have an index of their own."""
_BEFORE = (Kind.TOWN, Kind.COUNTRY, Kind.REGION)
_LAST_CHARACTER = "\U0010ffff"

_PLACE = """
SELECT p.id, p.kind, p.country, p.code, p.fr, p.en, p.local, p.population, p.latitude, p.longitude, z.name, r.id, r.fr, r.en, r.local
FROM places AS p JOIN zones AS z ON z.id = p.zone LEFT JOIN places AS r ON r.id = p.region
"""


def search(query: str, *, language: str = "", country: str = "", limit: int = 10) -> list[Place]:
    """Places with a name that is the query or begins with it. Whole names come first, then the more populous place.

    Of places of about the same size, those of the reader's country come first, then towns, countries and regions, then those that are so
    named in the reader's language.
    """
    key = name_key(query[:LONGEST_QUERY])
    if not key:
        return []
    whole = _rows("SELECT place, rank, flags, 1 FROM names WHERE name = ? ORDER BY rank LIMIT ?", (key, MOST_CANDIDATES))
    begun = _begun_with(key)
    best: dict[int, tuple[int, ...]] = {}
    places = {one.id: one for one in by_ids([row[0] for row in whole + begun])}
    for id, rank, flags, is_whole in whole + begun:
        order = (
            -is_whole,
            -_size(-rank),
            places[id].country != country.upper(),
            _BEFORE.index(places[id].kind),
            not flags & _named_in(language),
            rank,
        )
        best[id] = min(order, best.get(id, order))
    return [places[id] for id in sorted(best, key=lambda id: (best[id], id))][:limit]


def _begun_with(key: str) -> list[tuple[Any, ...]]:
    """The most populous places with a name that begins with the key. Of one letter, only large places are read: there are enough."""
    within = (key, key + _LAST_CHARACTER, MOST_CANDIDATES)
    read = "SELECT place, min(rank), max(flags), 0 FROM names {} WHERE name > ? AND name < ? {} GROUP BY place ORDER BY 2 LIMIT ?"
    if len(key) <= SHORT:
        found = _rows(read.format("INDEXED BY names_of_large_places", f"AND rank <= -{LARGE}"), within)
        if len(found) == MOST_CANDIDATES:
            return found
    return _rows(read.format("", ""), within)


def by_ids(ids: Sequence[int]) -> list[Place]:
    """The places with these ids, in order of the ids. Unknown ones are left out."""
    marks = ",".join("?" * len(ids))
    return [_place(row) for row in _rows(f"{_PLACE} WHERE p.id IN ({marks}) ORDER BY p.id", tuple(ids))]


def by_id(id: int) -> Place | None:
    """One place."""
    return next(iter(by_ids([id])), None)


def countries() -> list[Place]:
    """All of them, in order of the ids."""
    return [_place(row) for row in _rows(f"{_PLACE} WHERE p.kind = ? ORDER BY p.id", (Kind.COUNTRY,))]


def named(keys: Iterable[str]) -> dict[str, list[Named]]:
    """The places whose name is one of these keys (see `name_key`), by key, the most populous first."""
    wanted = tuple(dict.fromkeys(keys))
    marks = ",".join("?" * len(wanted))
    rows = _rows(f"SELECT name, place, flags FROM names WHERE name IN ({marks}) ORDER BY name, rank, place", wanted)
    places = {one.id: one for one in by_ids(list({row[1] for row in rows}))}
    found = defaultdict(list)
    for name, id, flags in rows:
        found[name].append(Named(places[id], flags))
    return found


def names_of_place(id: int) -> list[str]:
    """All names of a place, as keys (see `name_key`): what a track of this town looks for. Empty for an unknown id."""
    return [str(row[0]) for row in _rows("SELECT name FROM names WHERE place = ? ORDER BY name", (id,))]


def _named_in(language: str) -> int:
    return {"fr": NAMED_FR, "en": NAMED_EN}.get(language, 0)


def _size(population: int) -> int:
    """The order of magnitude. Places of the same one are rivals."""
    return int(log10(max(population, 1)))


def _place(row: tuple[Any, ...]) -> Place:
    id, kind, country, code, fr, en, local, population, latitude, longitude, zone, region_id, *of_region = row
    region = Region(region_id, _names(*of_region)) if region_id else None
    names = _names(fr, en, local)
    return Place(id, Kind(kind), country, code, names, population, latitude, longitude, zone, region)


def _names(fr: str, en: str | None, local: str | None) -> Names:
    return Names(fr, en or fr, local or fr)


def _rows(statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return _file().execute(statement, values).fetchall()


@lru_cache(1)
def _file() -> sqlite3.Connection:
    """Read only, and used from any thread: SQLite serializes."""
    return sqlite3.connect(f"{FILE.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
