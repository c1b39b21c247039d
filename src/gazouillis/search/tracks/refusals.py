"""What is wrong with the query of a track, in words for a person."""

from __future__ import annotations

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import Message, _, counted
from gazouillis.search.tracks import places
from gazouillis.text.track_query import LONGEST_QUERY, MOST_TERMS, TrackQuery, UnreadableQuery, Wrong

CODES = {Wrong.EMPTY: "ERR_BLANK", Wrong.TOO_LONG: "ERR_TOO_LONG", Wrong.TOO_MANY_TERMS: "ERR_TOO_MANY", Wrong.TOO_SHORT: "ERR_TOO_SHORT"}


def readable(text: str, language: str) -> TrackQuery:
    """Raises Invalid."""
    try:
        return places.parse(text, language)
    except UnreadableQuery as fault:
        raise Invalid(_sentence(fault), field="query", code=CODES.get(fault.wrong, "ERR_INVALID")) from fault


def _sentence(fault: UnreadableQuery) -> Message:
    part = fault.part
    match fault.wrong:
        case Wrong.EMPTY:
            return _("Say what you want to track")
        case Wrong.TOO_LONG:
            return counted("At most {count} character", "At most {count} characters", LONGEST_QUERY)
        case Wrong.TOO_MANY_TERMS:
            return counted("At most {count} word or phrase", "At most {count} words and phrases", MOST_TERMS)
        case Wrong.UNCLOSED:
            return _("The quotation mark before {part} is not closed", part=part.strip('"“« '))
        case Wrong.NO_WORD:
            return _("There is no word in “{part}”", part=part)
        case Wrong.TOO_SHORT:
            return _("“{part}” is too short", part=part)
        case Wrong.TOO_COMMON:
            return _("“{part}” is in nearly every post: add a rarer word", part=part)
        case Wrong.TAG:
            return _("“{part}” is not a hashtag", part=part)
        case Wrong.NAME:
            return _("“{part}” is not a name", part=part)
        case Wrong.LANGUAGE:
            return _("“{part}” names no language: write lang:fr or lang:en, for instance", part=part)
        case Wrong.TWO_LANGUAGES:
            return _("A post is in one language: name only one")
        case Wrong.ONLY_EXCLUSIONS:
            return _("Say what you want to track, beside what you do not want")
        case Wrong.CONTRADICTION:
            return _("“{part}” cannot be both wanted and excluded", part=part)
