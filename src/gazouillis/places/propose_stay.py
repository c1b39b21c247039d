"""The stay that a text speaks of: places and dates. Nothing is kept: it is for the writer to confirm."""

from __future__ import annotations

import unicodedata
from datetime import date

from gazouillis.places import homonyms, mentions
from gazouillis.places.dates import NONE, dates_in
from gazouillis.places.meant_as_place import allowed_kinds, is_meant
from gazouillis.places.mentions import Mention, Text
from gazouillis.places.models import Place, Proposal

LANGUAGES = ("fr", "en")


def propose_stay(text: str, language: str, today: date, country: str = "") -> Proposal:
    """The places that the text names as places, and its dates counted from the writer's day. Empty without a place.

    `language`: that of the text; other ones than French are read as English. `country`: the writer's, if known. It decides
    between homonyms.
    """
    language = language[:2].lower() if language[:2].lower() in LANGUAGES else "en"
    text = unicodedata.normalize("NFC", text)
    dates, spans = dates_in(text, language, today)
    read = mentions.read(text, language, spans)
    places: dict[int, Place] = {}
    for mention in _places_meant(read):
        for place in homonyms.meant(mention.candidates, language, country):
            places[place.id] = place
    return Proposal(tuple(places.values()), dates if places else NONE)


def _places_meant(text: Text) -> list[Mention]:
    accepted: list[Mention] = []
    index = 0
    while index < len(text.tokens):
        mention = mentions.mention_at(text, index)
        if mention is None:
            index += 1
            continue
        mention = mentions.bound(text, mention)
        kinds = allowed_kinds(text, mention)
        meant = [one for one in mention.candidates if kinds is None or one.place.kind in kinds]
        if meant and is_meant(text, mention._replace(candidates=meant), accepted):
            accepted.append(mention._replace(candidates=meant))
        index = mention.end
    return accepted
