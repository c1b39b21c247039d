"""The parts of a text that name days: "mardi", "du 3 au 5 mars", "next week", "for two days". `dates.py` puts them together.

Written for text in lower case without accents (`flat`). The grammar is ours, since dateparser finds days in "je", "sam" and "may", and
none in "ce week-end" (record 0089).
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from gazouillis.places.calendar_words import MONTHS, NUMBERS, SHORT_MONTHS, UNITS, WEEKDAYS, month_number, number, one_of

FARTHEST = timedelta(days=366)
"""A day beyond is not guessed."""
DAY = timedelta(days=1)


class Part(NamedTuple):
    """What some characters of the text say. A duration has `days`; what may mean two things has neither days nor dates."""

    start: int
    end: int
    first: date | None = None
    last: date | None = None
    days: int = 0
    is_single_day: bool = False
    is_range: bool = False
    weekday: int = -1
    """Of a bare name of a day: it may be counted from another day."""


def flat(text: str) -> str:
    """The text in lower case and without accents, character by character, so that places in it stay where they are."""
    return "".join(_flat(one) for one in unicodedata.normalize("NFC", text))


def _flat(character: str) -> str:
    if plain := _SIGNS.get(character):
        return plain
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


_SIGNS = {**dict.fromkeys("’ʼ‘`´", "'"), **dict.fromkeys("‐‑–—−", "-"), **dict.fromkeys("\u00a0\u202f\n\t\r", " ")}  # noqa: RUF001


def find(text: str, language: str, today: date) -> list[Part]:
    """The parts of a flat text, in order. They do not overlap."""
    found: list[Part] = []
    for pattern, read in _GRAMMARS[language]:
        for match in pattern.finditer(text):
            if all(match.end() <= one.start or one.end <= match.start() for one in found):
                found.append(read(match, today, language))
    return sorted(found)


def of_year(day: int, month: int, year: int | None, today: date) -> date | None:
    """The next such day from today on, or that of the year. None: no such day, or one too far to guess."""
    for candidate in (year,) if year else (today.year, today.year + 1):
        if day <= monthrange(candidate, month)[1]:
            found = date(candidate, month, day)
            if year or today <= found <= today + FARTHEST:
                return found
    return None


def next_weekday(today: date, weekday: int) -> date | None:
    """The next day of this name. None for today's: it may be today or in a week."""
    ahead = (weekday - today.weekday()) % 7
    return today + ahead * DAY if ahead else None


def weekend(today: date) -> tuple[date, date]:
    """The weekend that runs, else the next one."""
    saturday = today + (5 - today.weekday()) * DAY
    return max(saturday, today), saturday + DAY


def next_week(today: date) -> date:
    """Monday of the next week."""
    return today + (7 - today.weekday()) * DAY


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or the last one of it."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


Reader = Callable[["re.Match[str]", date, str], Part]


def _part(match: re.Match[str], first: date | None, last: date | None) -> Part:
    return Part(match.start(), match.end(), first, last)


def _day(match: re.Match[str], day: date | None) -> Part:
    return Part(match.start(), match.end(), day, day, is_single_day=True)


def _near(offset: int) -> Reader:
    return lambda match, today, language: _day(match, today + offset * DAY)


def _between_days(match: re.Match[str], today: date, language: str) -> Part:
    """`du 28 mars au 2 avril`, `3-5 March`, `8 et 9 mai`: a month counts for both days; a range that runs is not past."""
    group = match.groupdict()
    last_month = group.get("m2") or group.get("m1")
    year = int(group["y"]) if group.get("y") else None
    days = int(group["d1"].removesuffix("er")), int(group["d2"].removesuffix("er"))
    if last_month is None:
        return _part(match, *_days_of_running_month(days, today))._replace(is_range=True)
    month = month_number(last_month, language)
    last = of_year(days[1], month, year, today)
    first_month = month_number(group["m1"], language) if group.get("m1") and group.get("m2") else _month_of_first(days, month)
    if last is None or days[0] > monthrange(last.year, first_month)[1]:
        return _part(match, None, None)
    first = date(last.year - (first_month > month), first_month, days[0])
    is_list = (group.get("to") or "").strip() in {"et", "and", "&"}
    is_wrong = first >= last or (is_list and last - first > DAY) or (group.get("to") or "").strip() in {"ou", "or"}
    return _part(match, None, None) if is_wrong else _part(match, first, last)._replace(is_range=True)


def _month_of_first(days: tuple[int, int], month: int) -> int:
    """`du 28 au 2 avril` begins in March."""
    return month if days[0] < days[1] else (month - 2) % 12 + 1


def _days_of_running_month(days: tuple[int, int], today: date) -> tuple[date | None, date | None]:
    for start in (today.replace(day=1), add_months(today.replace(day=1), 1)):
        if max(days) <= monthrange(start.year, start.month)[1] and days[0] < days[1] and start.replace(day=days[1]) >= today:
            return start.replace(day=days[0]), start.replace(day=days[1])
    return None, None


def _day_of_month(match: re.Match[str], today: date, language: str) -> Part:
    group = match.groupdict()
    year = int(group["y"]) if group.get("y") else None
    day = int(group["d"].removesuffix("er").replace("premier", "1"))
    if group.get("m"):
        return _day(match, of_year(day, month_number(group["m"], language), year, today))
    for start in (today.replace(day=1), add_months(today.replace(day=1), 1), add_months(today.replace(day=1), 2)):
        if day <= monthrange(start.year, start.month)[1] and start.replace(day=day) >= today:
            return _day(match, start.replace(day=day))
    return _day(match, None)


def _numeric(match: re.Match[str], today: date, language: str) -> Part:
    """`8/5` is the 8th of May, as both languages write it in Europe."""
    day, month, year = int(match["d"]), int(match["m"]), match.groupdict().get("y")
    if not 1 <= month <= 12 or not day:
        return _day(match, None)
    full = None if not year else int(year) + (2000 if len(year) == 2 else 0)
    return _day(match, of_year(day, month, full, today))


def _weekday(match: re.Match[str], today: date, language: str) -> Part:
    day = next_weekday(today, WEEKDAYS[language].index(match["w"]))
    if match.groupdict().get("more"):
        day = day and day + {"huit": 7, "quinze": 14}[match["more"]] * DAY
    if match.groupdict().get("next") and language == "fr" and day is None:
        day = today + 7 * DAY
    if match.groupdict().get("next") and language == "en" and day and day < next_week(today):
        return _day(match, None)
    is_bare = not match.groupdict().get("more") and not match.groupdict().get("next")
    return _day(match, day)._replace(weekday=WEEKDAYS[language].index(match["w"]) if is_bare else -1)


def _month(match: re.Match[str], today: date, language: str) -> Part:
    month, which = month_number(match["m"], language), match.groupdict().get("third")
    year = int(match["y"]) if match.groupdict().get("y") else today.year + (month < today.month)
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    match which:
        case "debut" | "early" | "beginning":
            last = first.replace(day=10)
        case "mi" | "mid":
            first, last = first.replace(day=11), first.replace(day=20)
        case "fin" | "late" | "end":
            first = first.replace(day=21)
        case _:
            pass
    return _part(match, None, None) if last < today else _part(match, max(first, today), last)


def _weekend(match: re.Match[str], today: date, language: str) -> Part:
    return _part(match, *weekend(today))


def _weekend_after(match: re.Match[str], today: date, language: str) -> Part:
    """`le week-end prochain` said on Saturday or Sunday is the one after; said before, it may be either."""
    if today.weekday() < 5:
        return _part(match, None, None)
    saturday = next_week(today) + 5 * DAY
    return _part(match, saturday, saturday + DAY)


def _this_week(match: re.Match[str], today: date, language: str) -> Part:
    return _part(match, today, next_week(today) - DAY)


def _end_of_week(match: re.Match[str], today: date, language: str) -> Part:
    return _day(match, next_week(today) - DAY)


def _week_after(match: re.Match[str], today: date, language: str) -> Part:
    return _part(match, next_week(today), next_week(today) + 6 * DAY)


def _month_after(match: re.Match[str], today: date, language: str) -> Part:
    first = add_months(today.replace(day=1), 1)
    return _part(match, first, add_months(first, 1) - DAY)


def _length(match: re.Match[str], language: str) -> int:
    """Days of a duration; `huit jours` is a week, `quinze jours` two."""
    count, unit = number(match["n"], language), match["unit"]
    if language == "fr" and unit == "jours" and match["n"] in {"huit", "quinze"}:
        return {"huit": 7, "quinze": 14}[match["n"]]
    return count * UNITS[language][unit]


def _later(match: re.Match[str], today: date, language: str) -> Part:
    if UNITS[language][match["unit"]] == 30:
        return _day(match, add_months(today, number(match["n"], language)))
    return _day(match, today + _length(match, language) * DAY)


def _duration(match: re.Match[str], today: date, language: str) -> Part:
    nights = 1 if match["unit"].startswith(("nuit", "night")) else 0
    return Part(match.start(), match.end(), days=_length(match, language) + nights)


def _compiled(rules: list[tuple[str, Reader]], language: str) -> list[tuple[re.Pattern[str], Reader]]:
    pieces = {
        "M": f"(?:{one_of([*MONTHS[language], *SHORT_MONTHS[language]])})\\b\\.?",
        "W": one_of(WEEKDAYS[language]),
        "N": f"\\d{{1,2}}|{one_of(NUMBERS[language])}",
        "U": one_of(UNITS[language]),
        "D": "0?[1-9]er|0?[1-9]|[12]\\d|3[01]",
        "Y": "(?: (?P<y>20\\d\\d))?",
    }
    compiled = []
    for source, read in rules:
        for name, piece in pieces.items():
            source = source.replace(f"<{name}>", piece)
        compiled.append((re.compile(rf"(?<![\w/]){source}(?![\w/])"), read))
    return compiled


_PART_FR = "(?: (?:matin|midi|soir|apres-midi|apres midi|en soiree|dans la matinee|dans la soiree))?"
_FRENCH: list[tuple[str, Reader]] = [
    (r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", _numeric),
    (
        r"(?:du |de |les? |entre le )?(?:(?:<W>) )?(?P<d1><D>)(?: (?P<m1><M>))?(?P<to> au | a | et | ou | ?- ?| et le | jusqu'au )"
        r"(?:(?:<W>) )?(?P<d2><D>) (?P<m2><M>)<Y>",
        _between_days,
    ),
    (r"du (?:(?:<W>) )?(?P<d1><D>)(?P<to> au )(?:(?:<W>) )?(?P<d2><D>)", _between_days),
    (rf"(?:le |au |du )?(?:(?:<W>) )?(?P<d><D>|premier) (?P<m><M>)<Y>{_PART_FR}", _day_of_month),
    (r"(?:le |au |du )?(?P<d>\d{1,2})/(?P<m>\d{1,2})(?:/(?P<y>\d{4}|\d\d))?", _numeric),
    (r"aujourd'hui|ce (?:matin|midi|soir)|cet apres-midi|cet aprem|cette nuit|maintenant|tout a l'heure", _near(0)),
    (rf"apres[- ]demain{_PART_FR}", _near(2)),
    (rf"demain{_PART_FR}", _near(1)),
    (rf"avant[- ]hier{_PART_FR}", _near(-2)),
    (rf"hier{_PART_FR}", _near(-1)),
    (rf"(?:le )?(?P<w><W>) (?P<d><D>){_PART_FR}(?! ?(?:h\b|heures?|personnes|%|€))", _day_of_month),
    (rf"(?P<w><W>)(?: (?P<next>prochain))?{_PART_FR}(?: en (?P<more>huit|quinze))?", _weekday),
    (r"dans (?P<n><N>) (?P<unit><U>)", _later),
    (r"(?:le )?(?:week-end|week end|weekend|we) prochain", _weekend_after),
    (r"(?:ce|pour le|tout le|durant le|pendant le) (?:week-end|week end|weekend|we)", _weekend),
    (r"la semaine prochaine|semaine prochaine", _week_after),
    (r"la fin de la semaine", _end_of_week),
    (r"(?:cette|toute la) semaine", _this_week),
    (r"le mois prochain", _month_after),
    (r"(?:en|(?P<third>fin|debut|mi)[ -]) ?(?P<m><M>)<Y>", _month),
    (r"(?:au|tout le|le) mois d[e'] ?(?P<m><M>)<Y>", _month),
    (r"(?:le|au) (?P<d><D>)(?! ?(?:<M>|h\b|heures?|rue|bis|%|€|e\b|eme|places?|janv|boulevard|avenue))", _day_of_month),
    (r"(?P<n><N>) (?P<unit><U>)", _duration),
]
_PART_EN = "(?: (?:morning|noon|afternoon|evening|night))?"
_TH = "(?:st|nd|rd|th)?"
_TO_EN = r"(?P<to> to | until | till | through | thru | and | or | ?- ?| to the | and the | & )"
_ENGLISH: list[tuple[str, Reader]] = [
    (r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", _numeric),
    (rf"(?:the )?(?P<d1><D>){_TH}(?: (?:of )?(?P<m1><M>))?{_TO_EN}(?P<d2><D>){_TH} (?:of )?(?P<m2><M>)<Y>", _between_days),
    (rf"(?P<m1><M>) (?P<d1><D>){_TH}{_TO_EN}(?P<m2><M>) (?P<d2><D>){_TH}(?:,?<Y>)", _between_days),
    (rf"(?P<m1><M>) (?P<d1><D>){_TH}{_TO_EN}(?P<d2><D>){_TH}(?:,?<Y>)", _between_days),
    (rf"(?:the )?(?P<d><D>){_TH} (?:of )?(?P<m><M>),?<Y>", _day_of_month),
    (rf"(?P<m><M>) (?:the )?(?P<d><D>){_TH}(?:,?<Y>)(?! ?(?:percent|%|people|degrees))", _day_of_month),
    (r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})", _numeric),
    (r"today|tonight|this (?:morning|afternoon|evening)|right now", _near(0)),
    (r"(?:the )?day after tomorrow", _near(2)),
    (rf"tomorrow{_PART_EN}", _near(1)),
    (r"yesterday", _near(-1)),
    (rf"the (?P<d1><D>){_TH}(?P<to> to the | to | until the | through the | - ?the )(?P<d2><D>)(?:st|nd|rd|th)", _between_days),
    (rf"(?:(?P<next>next) |this |coming )?(?P<w><W>){_PART_EN}", _weekday),
    (r"in (?P<n><N>) (?P<unit><U>)(?:'s?)? ?(?:time)?", _later),
    (r"next weekend", _weekend_after),
    (r"(?:this|the|all|whole) weekend|the week-end", _weekend),
    (r"next week", _week_after),
    (r"the end of the week", _end_of_week),
    (r"this week|all week|the whole week|the rest of the week", _this_week),
    (r"next month", _month_after),
    (r"(?:(?P<third>early|late|mid|end of|beginning of)[ -]|in |all |throughout )(?:early |late |mid-)?(?P<m><M>)<Y>", _month),
    (
        r"(?:the|on the) (?P<d><D>)(?:st|nd|rd|th)(?! (?:time|floor|of|century|edition|anniversary|birthday|street|avenue|place))",
        _day_of_month,
    ),
    (r"(?P<n><N>) (?P<unit><U>)", _duration),
]
_GRAMMARS = {"fr": _compiled(_FRENCH, "fr"), "en": _compiled(_ENGLISH, "en")}
