"""When a text says that somebody is somewhere: the first and the last day, both included. Pure, with the writer's day given."""

from __future__ import annotations

import re
from datetime import date

from gazouillis.places.calendar_words import MONTHS
from gazouillis.places.date_parts import DAY, Part, add_months, find, flat, next_weekday
from gazouillis.places.models import Dates

NONE = Dates()


def dates_in(text: str, language: str, today: date) -> tuple[Dates, list[tuple[int, int]]]:
    """The dates, and which characters named them. No dates where the text names none, may mean two things, or tells of the past."""
    plain = flat(text)
    parts = find(plain, language, today)
    spans = [(one.start, one.end) for one in parts]
    found = _together(plain, [one for one in parts if not _is_past(plain, one, today, language)], language, today)
    return (NONE if found.last and found.last < today else found), spans


def _together(text: str, parts: list[Part], language: str, today: date) -> Dates:
    words = _WORDS[language]
    durations = [one for one in parts if one.days]
    days = _counted_from_first([_since(text, one, today, language) for one in parts if not one.days])
    if any(one.first is None for one in days):
        return NONE
    until = [one for one in days if words["until"].search(text[: one.start]) or _ends(text, one, words)]
    since = [one for one in days if _begins_open(text, one, language) and one not in until]
    since_days = [one for one in durations if words["since"].search(text[: one.start])]
    if since_days:
        return Dates(today - since_days[0].days * DAY, None)
    rest = [one for one in days if one not in until and not _begins_open(text, one, language)]
    begins = [*since, *rest]
    if not begins:
        return _without_beginning(text, until, durations, words, today)
    return _from_beginning(text, begins, until, durations, words, is_open=bool(since) and len(begins) == 1)


def _ends(text: str, part: Part, words: dict[str, re.Pattern[str]]) -> bool:
    """`je repars mardi`, `leaving Tuesday`, where no other place is the aim."""
    return bool(words["last"].search(text[: part.start])) and not words["aim"].match(text[part.end :])


def _begins_open(text: str, part: Part, language: str) -> bool:
    return not part.is_range and bool(_WORDS[language]["since"].search(text[: part.start]))


def _since(text: str, part: Part, today: date, language: str) -> Part:
    """`depuis lundi`, `since 1 March`: the one that was, where "à partir de" means the one to come."""
    first = part.first
    if first is None or first <= today or not _WORDS[language]["past"].search(text[: part.start]):
        return part
    if part.weekday >= 0:
        return part._replace(first=first - 7 * DAY, last=first - 7 * DAY)
    names_month = any(word[:3] in text[part.start : part.end] for word in MONTHS[language])
    was = add_months(first, -12 if names_month else -1)
    return part._replace(first=was, last=was)


def _counted_from_first(days: list[Part]) -> list[Part]:
    """`lundi et mardi` said on a Tuesday: a day that follows another is the next one after it."""
    first = days[0].first if days else None
    if first is None:
        return days
    later = [next_weekday(first, one.weekday) if one.weekday >= 0 else None for one in days[1:]]
    return [days[0], *(one._replace(first=day, last=day) if day else one for one, day in zip(days[1:], later, strict=True))]


def _without_beginning(text: str, until: list[Part], durations: list[Part], words: dict[str, re.Pattern[str]], today: date) -> Dates:
    if len(until) == 1:
        return Dates(min(today, until[0].last or today), until[0].last)
    counted = [one for one in durations if words["during"].search(text[: one.start])]
    return Dates(today, _last_day(today, counted[0])) if len(counted) == 1 and not until else NONE


def _from_beginning(
    text: str, begins: list[Part], until: list[Part], durations: list[Part], words: dict[str, re.Pattern[str]], *, is_open: bool
) -> Dates:
    joined = _joined(text, begins, words)
    if joined is None or joined.first is None:
        return NONE
    if len(until) == 1 and until[0].last:
        return Dates(joined.first, until[0].last) if until[0].last >= joined.first else NONE
    if len(durations) == 1 and joined.is_single_day and not until:
        return Dates(joined.first, _last_day(joined.first, durations[0]))
    return Dates(joined.first, None if is_open else joined.last)


def _last_day(first: date, duration: Part) -> date:
    return add_months(first, duration.days // 30) if duration.days % 30 == 0 else first + (duration.days - 1) * DAY


def _joined(text: str, parts: list[Part], words: dict[str, re.Pattern[str]]) -> Part | None:
    """One stay of all parts: the same day twice, days in a row, a first and a last day. None where they are several stays."""
    joined = parts[0]
    for one in parts[1:]:
        between, (first, last) = text[joined.end : one.start], (joined.first, joined.last)
        if first is None or last is None or one.first is None or one.last is None:
            return None
        if one.first == first and one.last == last:
            joined = joined._replace(end=one.end)
        elif words["or"].fullmatch(between):
            return None
        elif first <= one.first and one.last <= last:
            joined = one._replace(start=joined.start)
        elif words["to"].fullmatch(between) or words["leaving"].search(between):
            later = one.last if one.last > first else one.last + 7 * DAY
            joined = Part(joined.start, one.end, first, later)
        elif words["and"].fullmatch(between) and one.first == last + DAY:
            joined = Part(joined.start, one.end, first, one.last)
        else:
            return None
    return joined


def _is_past(text: str, part: Part, today: date, language: str) -> bool:
    return bool(_WORDS[language]["ago"].search(text[: part.start]) or _WORDS[language]["ago_after"].match(text[part.end :]))


def _patterns(words: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(source) for name, source in words.items()}


_WORDS = {
    "fr": _patterns(
        {
            "until": r"(?:jusqu'(?:a|au|en)?|jusque|d'ici)(?: le| la| l')? ?$",
            "since": r"(?:depuis|a partir (?:de|du|d')|des|a compter (?:de|du)) ?(?:le |la )?$",
            "last": r"\b(?:repar\w+|reparti\w*)(?: le)? ?$",
            "aim": r" (?:pour|vers|a|au|en)\b",
            "past": r"depuis ?(?:le |la )?$",
            "during": r"(?:pour|pendant|durant|reste(?:rai|rons|ra|s)?|restons|passe(?:r|rai|rons)?|passons|encore|la) ?$",
            "to": r" ?(?:au|a|jusqu'au|jusqu'a|-|et le|>|->|→) ?",
            "and": r" ?(?:et|,|, puis|puis|&|,? et) ?",
            "or": r" ?,? ?(?:ou|ou bien) ?",
            "leaving": r"\b(?:repar\w*|retour|rentre\w*|quitt\w*|depart)\b(?: le)? ?$",
            "ago": r"il y a ?$",
            "ago_after": r" dernier",
        }
    ),
    "en": _patterns(
        {
            "until": r"\b(?:until|till|til|through|thru|up to)(?: the)? ?$",
            "since": r"\b(?:since|from|starting|starts|as of|beginning)(?: on)?(?: the)? ?$",
            "last": r"\b(?:leav\w+)(?: on)?(?: the)? ?$",
            "aim": r" (?:for|to)\b",
            "past": r"\bsince(?: the)? ?$",
            "during": r"\b(?:for|staying|stay|spending|spend|another|here|next)(?: the next| another| just| about)? ?$",
            "to": r" ?(?:to|until|till|through|thru|-|>|->|→) ?(?:the )?",
            "and": r" ?(?:and|,|, then|then|&|,? and) ?",
            "or": r" ?,? ?or ?",
            "leaving": r"\b(?:leav\w*|back|return\w*|depart\w*|home)\b(?: on)?(?: the)? ?$",
            "ago": r"\blast ?$",
            "ago_after": r" (?:ago|away|off)\b",
        }
    ),
}
