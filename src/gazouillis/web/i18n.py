"""Internationalisation: chooses the language of an answer, translates, and formats dates and numbers.

English sentences are in the code; `locale/*/LC_MESSAGES/messages.po` holds the translations.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_skeleton, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from gazouillis.infra.basics.messages import Message
from gazouillis.text.folding import fold
from gazouillis.web import elision

LANGUAGES = {"en": "English", "fr": "Français"}
DEFAULT_LANGUAGE = "en"
LOCALES = {"en": "en_GB", "fr": "fr_FR"}
CATALOGUES = Path(__file__).parent.parent / "locale"

UNITS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))
LONG_AGO = timedelta(days=7)


def choose_language(preferred: str, accept_language: str, default: str) -> str:
    """The person's preference, else the browser's, else the site's."""
    return known(preferred) or first_known(accept_language) or known(default) or DEFAULT_LANGUAGE


def first_known(accept_language: str) -> str:
    """The best of a browser's languages that we have; empty when we have none of them."""
    return next(filter(None, map(known, _languages_of(accept_language))), "")


def known(tag: str) -> str:
    """Our language for a tag: `fr` for `fr-CA`; empty when we do not have it."""
    language = tag.lower().partition("-")[0]
    return language if language in LANGUAGES else ""


@lru_cache(8)
def words(language: str) -> NullTranslations:
    """The catalogue of a language, with `gettext` and `ngettext`. A sentence without translation stays English."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translate(message: Message, language: str) -> str:
    catalogue = words(language)
    return message.translated_by(catalogue.gettext, catalogue.ngettext, partial(elide, language=language))


def elide(sentence: str, values: Mapping[str, Any], language: str) -> tuple[str, Mapping[str, Any]]:
    """The sentence and its values, to be formatted together."""
    return elision.elide(sentence, values) if language == "fr" else (sentence, values)


def ago(moment: datetime, now: datetime, language: str) -> str:
    """`5 min ago` within a week, then the date."""
    age = now - moment
    unit = _unit(age)
    if unit is None:
        return words(language).gettext("just now")
    if age < LONG_AGO:
        return _before(age // unit * unit, language)
    return format_skeleton("MMMd" if moment.year == now.year else "yMMMd", moment, locale=LOCALES[language])


def ago_until(moment: datetime, now: datetime) -> datetime:
    """Until when `ago` surely returns the same text."""
    age = now - moment
    unit = _unit(age)
    if unit is None:
        return moment + UNITS[-1]
    if age < LONG_AGO:
        return moment + (age // unit + 1) * unit
    return datetime(now.year + 1, 1, 1, tzinfo=now.tzinfo)


def _unit(age: timedelta) -> timedelta | None:
    return next((unit for unit in UNITS if age >= unit), None)


@lru_cache(512)
def _before(age: timedelta, language: str) -> str:
    return format_timedelta(-age, threshold=1, add_direction=True, format="short", locale=LOCALES[language])


def full_date(moment: datetime, language: str) -> str:
    """Date and time in UTC. The page's script replaces it by local time."""
    return f"{format_datetime(moment, 'd MMMM y, HH:mm', locale=LOCALES[language])} UTC"


def day(moment: date, language: str) -> str:
    return format_skeleton("yMMMMd", moment, locale=LOCALES[language])


def hour(moment: datetime, zone: str, language: str) -> str:
    """Day and hour in a time zone: 5 March, 14:00."""
    day_and_hour = (format_skeleton(one, moment, tzinfo=ZoneInfo(zone), locale=LOCALES[language]) for one in ("MMMd", "Hm"))
    return ", ".join(day_and_hour)


def day_of(moment: datetime, zone: str, language: str) -> str:
    """The day that it is in a time zone: 5 March."""
    return format_skeleton("MMMEd", moment, tzinfo=ZoneInfo(zone), locale=LOCALES[language])


def month(moment: datetime, language: str) -> str:
    return format_skeleton("yMMMM", moment, locale=LOCALES[language])


def short_month(moment: date, language: str) -> str:
    return str(format_datetime(moment, "MMM", locale=LOCALES[language]))


def number(value: int, language: str) -> str:
    """In full up to 9,999, then rounded: 12.3K."""
    if value < 10_000:
        return str(format_decimal(value, locale=LOCALES[language]))
    return str(format_compact_decimal(value, locale=LOCALES[language], fraction_digits=1))


def percent(value: int, language: str) -> str:
    """Of a number from 0 to 100: `60%`, in French `60 %`."""
    return str(format_percent(value / 100, locale=LOCALES[language]))


def sort_key(name: str) -> str:
    """Names sort without regard to case and accents."""
    return fold(name)


def _languages_of(accept_language: str) -> list[str]:
    """https://www.rfc-editor.org/rfc/rfc9110#name-accept-language, best first. Parts that cannot be parsed are left out."""
    weighed: list[tuple[float, str]] = []
    for choice in accept_language.split(",")[:20]:
        tag, _, weight = choice.partition(";")
        try:
            weighed.append((float(weight.strip().removeprefix("q=") or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0]
