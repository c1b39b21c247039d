"""Names of places, countries and spoken languages in the language of the reader, and periods of days."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_datetime, format_interval

from gazouillis.places.models import Kind, Place
from gazouillis.web import i18n

SPOKEN = (
    *("ar", "bg", "bn", "br", "ca", "cs", "da", "de", "el", "en", "es", "eu", "fa", "fi", "fr", "ga", "he", "hi", "hr", "hu", "id", "it"),
    *("ja", "ko", "nl", "no", "oc", "pl", "pt", "ro", "ru", "sk", "sr", "sv", "ta", "tr", "uk", "vi", "wo", "zh"),
)
"""The languages that the pages offer. The API takes any other, too."""


def place_name(place: Place, language: str) -> str:
    return place.names.in_language(language)


def full_place_name(place: Place, language: str) -> str:
    """`Lyon, Auvergne-Rhône-Alpes, France`: there are several of nearly every name."""
    parts = [place_name(place, language)]
    if place.region and place.region.names.in_language(language) != parts[0]:
        parts.append(place.region.names.in_language(language))
    if place.kind is not Kind.COUNTRY:
        parts.append(country_name(place.country, language))
    return ", ".join(parts)


def country_name(code: str, language: str) -> str:
    return str(_locale(language).territories.get(code, code))


def language_name(code: str, language: str) -> str:
    """Of a language that CLDR does not know, the code."""
    return str(_locale(language).languages.get(code, code))


def spoken(language: str) -> list[tuple[str, str]]:
    """Codes and names of `SPOKEN`, in the order of their names for this reader."""
    return sorted(((one, language_name(one, language)) for one in SPOKEN), key=lambda pair: i18n.sort_key(pair[1]))


def period(first: date, last: date, language: str) -> str:
    """`6 March 2026`, `6–8 March 2026`, `28 December 2026 – 3 January 2027`."""
    return i18n.day(first, language) if first == last else str(format_interval(first, last, "yMMMd", locale=i18n.LOCALES[language]))


def hours(start: datetime, end: datetime, language: str) -> str:
    """`Wed 11 Mar 2026, 12:30–14:30`, as the clocks of the place show it; of an end on another day, its day too."""
    locale = i18n.LOCALES[language]
    until = format_datetime(end, "HH:mm" if start.date() == end.date() else "EEE d MMM, HH:mm", locale=locale)
    return f"{format_datetime(start, 'EEE d MMM y, HH:mm', locale=locale)}–{until}"


@lru_cache(4)
def _locale(language: str) -> Locale:
    return Locale.parse(i18n.LOCALES[language])
