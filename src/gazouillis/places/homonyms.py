"""Which place a name means, when several bear it."""

from __future__ import annotations

from collections.abc import Sequence

from gazouillis.places.models import NAMED_EN, NAMED_FR, Kind, Named, Place

WHERE_FRENCH_IS_SPOKEN = {"FR", "BE", "CH", "LU", "MC", "SN", "CI", "RE", "GP", "MQ", "GF", "HT"}
QUEBEC = "CA.10"
OF_THE_LANGUAGE = 20
"""How much more likely a French text means a town where French is spoken."""
OF_THE_WRITERS_COUNTRY = 40
UNNAMED = 0.1
"""How much less likely a name is used that is not the one in the language of the text."""
RIVAL = 0.4
NOTABLE, LARGE, VERY_LARGE = 50_000, 100_000, 200_000
ALWAYS_ASKED = {"Tripoli"}
"""Names of two towns that are known by them alike, though one is much larger."""
OF_ITS_COUNTRY = 0.6
"""A town with this part of its country's people is the country: Singapore, Monaco."""
OF_ITS_REGION, KNOWN_TOWN = 0.08, 50_000
"""A town with this part of the people of a region of its country is meant rather than the region: New York. Kent is a county."""
MOST = 3


def meant(candidates: Sequence[Named], language: str, country: str) -> list[Place]:
    """The place that is most likely meant, and after it its rivals, of which the writer is asked."""
    kind = _kind(candidates)
    ranked = sorted((one for one in candidates if one.place.kind is kind), key=lambda one: -_weight(one, language, country))
    best = ranked[0]
    rivals = [one for one in ranked[1:] if _is_rival(one, best, language, country)]
    return list(dict.fromkeys(one.place for one in (best, *rivals)))[:MOST]


def to_choose_from(candidates: Sequence[Named], language: str) -> list[Place]:
    """The place that a name alone means; several when it may mean more than one, the likeliest first and then all others.

    Beside the rivals of the same kind, a notable place of another kind is one: Québec is a town and a region. A name of another language
    may be meant in that one: Valence, in an English page, is a town of France or Valencia.
    """
    likely = meant(candidates, language, "")
    bit = NAMED_FR if language == "fr" else NAMED_EN
    if not any(one.place == likely[0] and one.flags & bit for one in candidates):
        likely = list(dict.fromkeys([*likely, *meant(candidates, "en" if language == "fr" else "fr", "")]))
    others = [one.place for one in candidates if one.place.kind is not likely[0].kind and one.place.population >= NOTABLE]
    if len(likely) == 1 and all(_is_around(one, likely[0]) for one in others):
        return likely
    by_size = sorted((one.place for one in candidates), key=lambda one: -one.population)
    return list(dict.fromkeys([*likely, *others, *by_size]))


def _is_around(region: Place, town: Place) -> bool:
    """Whether a region or country is the one of a town that is meant rather than it: New York, Singapore."""
    is_there = region.country == town.country and (region.kind is Kind.COUNTRY or region.code in {"", town.code})
    return town.kind is Kind.TOWN and is_there


def lies_in(one: Named, around: Named) -> bool:
    """Whether a place is in a country, or a town in a region."""
    if one.place.id == around.place.id or one.place.kind is Kind.COUNTRY:
        return False
    if around.place.kind is Kind.COUNTRY:
        return one.place.country == around.place.country
    return bool(around.place.code) and one.place.kind is Kind.TOWN and one.place.code == around.place.code


def _kind(allowed: Sequence[Named]) -> Kind:
    """Country, town or region, when the name may be any of them."""
    largest = {kind: max((one.place.population for one in allowed if one.place.kind is kind), default=0) for kind in Kind}
    present = {one.place.kind for one in allowed}
    if Kind.COUNTRY in present:
        is_all = largest[Kind.TOWN] >= OF_ITS_COUNTRY * largest[Kind.COUNTRY]
        return Kind.TOWN if Kind.TOWN in present and is_all else Kind.COUNTRY
    if Kind.REGION not in present:
        return Kind.TOWN
    region = max((one.place for one in allowed if one.place.kind is Kind.REGION), key=lambda one: one.population)
    needed = [
        max(KNOWN_TOWN, region.population * (OF_ITS_REGION if one.place.country == region.country else 1))
        for one in allowed
        if one.place.kind is Kind.TOWN
    ]
    towns = [one.place.population for one in allowed if one.place.kind is Kind.TOWN]
    return Kind.TOWN if any(town >= least for town, least in zip(towns, needed, strict=True)) else Kind.REGION


def _weight(one: Named, language: str, country: str) -> float:
    place, weight = one.place, float(max(one.place.population, 1))
    if country and place.country == country:
        weight *= OF_THE_WRITERS_COUNTRY
    elif language == "fr" and _speaks_french(place):
        weight *= OF_THE_LANGUAGE * (1.5 if place.country == "FR" else 1)
    return weight if one.flags & (NAMED_FR if language == "fr" else NAMED_EN) else weight * UNNAMED


def _is_rival(one: Named, best: Named, language: str, country: str) -> bool:
    is_likely = _weight(one, language, country) >= RIVAL * _weight(best, language, country)
    is_larger = one.place.population >= best.place.population
    if one.place.names.en in ALWAYS_ASKED and one.place.population >= VERY_LARGE:
        return True
    if language != "fr":
        return (is_likely or is_larger) and one.place.population >= LARGE and bool(one.flags & NAMED_EN)
    is_known = _speaks_french(one.place) or one.place.names.fr != one.place.names.local or one.place.population >= VERY_LARGE
    least = NOTABLE if _speaks_french(one.place) else LARGE
    return (is_likely or is_larger) and one.place.population >= least and is_known and bool(one.flags & NAMED_FR)


def _speaks_french(place: Place) -> bool:
    return place.country in WHERE_FRENCH_IS_SPOKEN or place.code == QUEBEC
