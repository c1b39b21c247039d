"""In which language to speak, and the words for it. English is written in the code; `locale/*/LC_MESSAGES/messages.po` holds the others."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.dates import format_datetime, format_skeleton, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal

from gazouillis.infra.basics.messages import Message

LANGUAGES = {"en": "English", "fr": "Français"}
DEFAULT_LANGUAGE = "en"
LOCALES = {"en": "en_GB", "fr": "fr_FR"}
CATALOGUES = Path(__file__).parent.parent / "locale"

UNITS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))
LONG_AGO = timedelta(days=7)


def choose_language(preferred: str, accept_language: str, default: str) -> str:
    """What the person prefers, else what the browser asks for, else the site's own."""
    return known(preferred) or first_known(accept_language) or known(default) or DEFAULT_LANGUAGE


def first_known(accept_language: str) -> str:
    """The first of ours that a browser asks for; empty when there is none."""
    return next(filter(None, map(known, _asked_for(accept_language))), "")


def known(tag: str) -> str:
    """Which of ours a tag asks for: `fr-CA` is `fr`; empty when it is none."""
    language = tag.lower().partition("-")[0]
    return language if language in LANGUAGES else ""


@lru_cache(8)
def words(language: str) -> NullTranslations:
    """The catalogue of a language, with `gettext` and `ngettext`; what it lacks is said in English."""
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
    return message.translated_by(catalogue.gettext, catalogue.ngettext)


def ago(moment: datetime, now: datetime, language: str) -> str:
    """`5 min ago` within a week, then the day."""
    age = now - moment
    unit = _unit(age)
    if unit is None:
        return words(language).gettext("just now")
    if age < LONG_AGO:
        return _before(age // unit * unit, language)
    return format_skeleton("MMMd" if moment.year == now.year else "yMMMd", moment, locale=LOCALES[language])


def ago_until(moment: datetime, now: datetime) -> datetime:
    """When `ago` will read differently, at the earliest."""
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
    """Day and hour in UTC, for those whose browser does not put it in their own time."""
    return f"{format_datetime(moment, 'd MMMM y, HH:mm', locale=LOCALES[language])} UTC"


def day(moment: datetime, language: str) -> str:
    return format_skeleton("yMMMMd", moment, locale=LOCALES[language])


def month(moment: datetime, language: str) -> str:
    return format_skeleton("yMMMM", moment, locale=LOCALES[language])


def number(value: int, language: str) -> str:
    """Whole up to 9,999, then rounded: 12.3K."""
    if value < 10_000:
        return str(format_decimal(value, locale=LOCALES[language]))
    return str(format_compact_decimal(value, locale=LOCALES[language], fraction_digits=1))


def _asked_for(accept_language: str) -> list[str]:
    """https://www.rfc-editor.org/rfc/rfc9110#name-accept-language, best first; what cannot be read is left out."""
    weighed: list[tuple[float, str]] = []
    for choice in accept_language.split(",")[:20]:
        tag, _, weight = choice.partition(";")
        try:
            weighed.append((float(weight.strip().removeprefix("q=") or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0]
