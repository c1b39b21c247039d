"""Whether a name in a text is meant as a place. Precision before recall: a friend called Nancy is never a town.

A preposition tells most: "à Sens", "in Reading". Names that are first names or ordinary words need a second clue: a date, a movement, an
occasion. A name without a preposition needs what stands right beside it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gazouillis.places.clue_words import AFTER_IN, FROM_MOVEMENT, MOVEMENT, PREPOSITIONS, SCENE, TO_MOVEMENT, VISITS
from gazouillis.places.mentions import SMALL, Mention, Text
from gazouillis.places.models import Kind

BIG, HUGE = 100_000, 500_000
LARGER = frozenset({Kind.REGION, Kind.COUNTRY})
MANY_WORDS = 3
"""A name of so many words is recognised however it is typed."""
NEAR = 5
"""How many words before a preposition are looked at."""
SKIPPED = {
    "fr": frozenset({"le", "la", "l", "les"}),
    "en": frozenset("the sunny rainy lovely beautiful old central downtown snowy cold hot good dear northern southern east west".split()),
}
FEELINGS = re.compile(r" (?:me|te|nous|lui|leur) manqu|, me voila|, enfin|, nous voila")
_ARROW = re.compile(r" ?(?:-|–|—|→|->|>) ?")
_LINKS = frozenset("et ou puis and or then a en in to at vers towards via".split())


class Preposition(NamedTuple):
    """The preposition of a name, at a token. `has_article`: "dans le Jura", "in the Netherlands"."""

    key: str
    at: int
    has_article: bool = False


def is_meant(text: Text, mention: Mention, accepted: list[Mention]) -> bool:
    """Whether the name is meant as a place, given the names before it that are."""
    if text.tokens[mention.start].is_tag:
        return _is_tag_of_place(text, mention)
    before = preposition(text, mention)
    if mention.may_be_person and _is_owner(text, mention):
        return False
    if mention.is_bound:
        return mention.has_capital(text) and (before is None or before.key not in {"avec", "with", "chez"})
    if _continues(text, mention, accepted):
        return True
    if before is None:
        return _is_bare_place(text, mention)
    return _AFTER[text.language](text, mention, before)


def allowed_kinds(text: Text, mention: Mention) -> frozenset[Kind] | None:
    """What the preposition says about the kind: "au Québec" is the region, "à Québec" the town. None: nothing."""
    before = preposition(text, mention)
    if before is None or text.language != "fr":
        return None
    if mention.is_contracted:
        return frozenset({Kind.TOWN})
    if before.key in {"au", "aux", "en"} or before.has_article:
        return LARGER
    has_town = any(one.place.kind is Kind.TOWN for one in mention.candidates)
    return frozenset({Kind.TOWN}) if before.key == "a" and has_town else None


def preposition(text: Text, mention: Mention) -> Preposition | None:
    """The preposition before the name, beyond an article or an adjective."""
    index, has_article = mention.start - 1, False
    if index > 0 and text.tokens[index].key in SKIPPED[text.language] and not text.tokens[index].begins_sentence:
        has_article = text.tokens[index].key in SKIPPED["fr"]
        index -= 1
    if index < 0 or not _is_close(text, index + 1):
        return None
    key = text.tokens[index].key
    return Preposition(key, index, has_article) if key in PREPOSITIONS[text.language] else None


def _is_close(text: Text, index: int) -> bool:
    return not text.tokens[index].gap.strip(" '’«\"(-")


def _after_french(text: Text, mention: Mention, before: Preposition) -> bool:
    match before.key:
        case "a":
            return _is_read_as_a(text, before) and _after_locative(text, mention, before)
        case "au" | "aux" if mention.is_contracted:
            return mention.has_capital(text) or text.has_date
        case "au" | "aux" | "en":
            return _is_larger(text, mention)
        case "dans":
            return _is_larger(text, mention) if before.has_article else mention.has_capital(text) and mention.is_plain("fr")
        case "de" | "d" | "du" | "des":
            return _after_from(text, mention, before) or _goes_on(text, mention, "a")
        case "pour":
            return mention.has_capital(text) and text.has_before(TO_MOVEMENT["fr"], before.at, NEAR)
        case "par":
            return mention.has_capital(text) and text.has_before(_PASSING, before.at, NEAR)
        case "vers" | "depuis" | "entre" | "via" | "jusqu" | "pres":
            return mention.has_capital(text) and not mention.may_be_person
        case "sur":
            return mention.has_capital(text) and mention.is_plain("fr") and text.has_clue(before.at)
        case _:
            return False


def _after_english(text: Text, mention: Mention, before: Preposition) -> bool:
    is_name = mention.has_capital(text)
    match before.key:
        case "in" | "inside" | "within":
            return not text.has_before(_in(AFTER_IN), before.at, 1) and _after_locative(text, mention, before)
        case "to":
            is_given = mention.may_be_person and text.has_dative(before.at, 4)
            is_known = is_name or (mention.is_plain("en") and mention.population >= BIG)
            return is_known and not is_given and text.has_before(MOVEMENT["en"], before.at, NEAR)
        case "from":
            return _after_from(text, mention, before) or (is_name and mention.is_plain("en")) or _goes_on(text, mention, "to")
        case "near" | "around" | "over" | "via" | "across" | "through" | "into" | "towards" | "toward" | "outside" | "between":
            return is_name and not mention.may_be_person
        case "at":
            return is_name and mention.is_plain("en") and text.has_after(_STOPS, mention.end)
        case "of":
            return is_name and mention.is_plain("en") and text.has_before(_OUT, before.at, 1)
        case "for":
            return is_name and text.has_before(TO_MOVEMENT["en"], before.at, NEAR)
        case _:
            return False


_AFTER = {"fr": _after_french, "en": _after_english}


def _after_locative(text: Text, mention: Mention, before: Preposition) -> bool:
    """After "à" or "in". Those that may be people need a second clue, and no verb of giving or saying; those typed small as well."""
    language = text.language
    if mention.has_capital(text):
        if not mention.may_be_person:
            return True
        if _next_is_name(text, mention) or (language == "fr" and text.has_dative(before.at)):
            return False
        return language == "en" or mention.population >= BIG or text.has_clue(before.at)
    if mention.end - mention.start >= MANY_WORDS:
        return True
    if mention.may_be_person and mention.population < HUGE:
        return text.has_date and mention.population >= BIG and not text.has_dative(before.at)
    if mention.is_word(language) and before.has_article:
        return False
    if mention.is_word(language):
        return mention.population >= HUGE or (text.has_date and language == "fr" and _is_at_end_or_date(text, mention))
    return mention.population >= SMALL


def _is_read_as_a(text: Text, before: Preposition) -> bool:
    """Whether "a" is "à", typed without its accent: not after a subject, which makes it a verb."""
    if text.tokens[before.at].text in {"à", "À", "A"}:
        return True
    return text.has_before(MOVEMENT["fr"], before.at, 2) or text.has_before(_IS, before.at, 1)


def _is_larger(text: Text, mention: Mention) -> bool:
    """A region or country, after "en", "au", "dans le"."""
    if not any(one.place.kind in LARGER for one in mention.candidates):
        return False
    return mention.has_capital(text) or (not mention.is_word("fr") and not mention.may_be_person)


def _after_from(text: Text, mention: Mention, before: Preposition) -> bool:
    is_known = mention.has_capital(text) or (mention.is_plain(text.language) and mention.population >= BIG)
    return is_known and text.has_before(FROM_MOVEMENT[text.language], before.at, 4)


def _goes_on(text: Text, mention: Mention, word: str) -> bool:
    """`de Rennes à Nantes`, `from Leipzig to Hamburg`."""
    after = text.tokens[mention.end : mention.end + 2]
    is_way = len(after) == 2 and after[0].key == word and after[1].has_capital and after[1].key in text.named
    return is_way and mention.has_capital(text)


def _is_tag_of_place(text: Text, mention: Mention) -> bool:
    if mention.is_plain("fr") and mention.is_plain("en"):
        return mention.population >= SMALL
    return mention.population >= BIG and text.has_clue(mention.start) and not mention.may_be_person


def _continues(text: Text, mention: Mention, accepted: list[Mention]) -> bool:
    """`à Lyon et Marseille`, `Paris-Montréal`: what goes on from a place is one."""
    if not accepted or not mention.has_capital(text) or mention.may_be_person:
        return False
    between = text.tokens[accepted[-1].end : mention.start]
    if not between and _ARROW.fullmatch(text.tokens[mention.start].gap):
        return True
    gaps = "".join(one.gap for one in (*between, text.tokens[mention.start]))
    return 0 < len(between) <= 2 and all(one.key in _LINKS for one in between) and not gaps.strip(" ,")


def _is_bare_place(text: Text, mention: Mention) -> bool:
    """A name without a preposition: what stands right beside it decides."""
    language, before = text.language, text.tokens[mention.start - 1] if mention.start else None
    is_visited = before is not None and _is_close(text, mention.start) and bool(VISITS[language].fullmatch(before.key))
    is_part_of_name = before is not None and before.has_capital and not TO_MOVEMENT[language].fullmatch(before.key)
    if not mention.has_capital(text) or _next_is_name(text, mention):
        return False
    if is_part_of_name and not is_visited and _is_close(text, mention.start) and mention.start - 1 not in text.dated:
        return False
    if is_visited:
        return mention.is_plain(language) or mention.population >= HUGE
    after = text.flat[text.tokens[mention.end - 1].end :]
    if scene := SCENE[language].match(after):
        return mention.is_plain(language) or bool(_WEATHER.search(scene[0]))
    is_known = not mention.may_be_person and (not mention.is_word(language) or (mention.population >= HUGE and mention.is_named(language)))
    return is_known and (_is_beside_date(text, mention) or bool(FEELINGS.match(after)) or _begins_way(text, mention))


def _is_beside_date(text: Text, mention: Mention) -> bool:
    """`Genève lundi et mardi`; `demain Liège`."""
    if mention.end in text.dated and not text.tokens[mention.end].gap.strip(" ,:("):
        return True
    return mention.start - 1 in text.dated and _is_close(text, mention.start) and _ends_phrase(text, mention)


def _begins_way(text: Text, mention: Mention) -> bool:
    """`vol Paris-Montréal`, `Lyon → Turin`."""
    if mention.end >= len(text.tokens) or not _ARROW.fullmatch(text.tokens[mention.end].gap):
        return False
    other = text.tokens[mention.end]
    is_way = "-" not in text.tokens[mention.end].gap.strip(">") or text.has_before(TO_MOVEMENT[text.language], mention.start, 2)
    return other.has_capital and other.key in text.named and is_way


def _next_is_name(text: Text, mention: Mention) -> bool:
    """Whether a capital follows at once, as in Paris Hilton."""
    if mention.end >= len(text.tokens) or mention.end in text.dated:
        return False
    after = text.tokens[mention.end]
    return after.gap == " " and after.has_capital and after.text != "I"


def _is_owner(text: Text, mention: Mention) -> bool:
    """Whether something of hers follows, as in Victoria's opinion."""
    return text.has_after(_S, mention.end) and text.tokens[mention.end].gap in {"'", "’"}


def _ends_phrase(text: Text, mention: Mention) -> bool:
    return mention.end >= len(text.tokens) or bool(text.tokens[mention.end].gap.strip())


def _is_at_end_or_date(text: Text, mention: Mention) -> bool:
    return _ends_phrase(text, mention) or mention.end in text.dated


def _in(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(words)))


_PASSING = re.compile(r"pass\w*|transit\w*|escale|via|retour|detour|crochet|coup|saut")
_S = re.compile("s")
_IS = re.compile("est|sont|etait")
_STOPS = re.compile(r"airport|station|university|harbour|port|zoo")
_OUT = re.compile(r"out|outskirts|centre|center|north|south|east|west|city|town|streets|middle|heart")
_WEATHER = re.compile(r"sous|cote|puis|by |in the|under|airport")
