"""The place that somebody means by a name as they type it. By its id: `checks.checked_place`."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.places import gazetteer, homonyms
from gazouillis.places.clue_words import IN_AMERICA
from gazouillis.places.homonyms import lies_in
from gazouillis.places.keys import name_key
from gazouillis.places.models import Kind, Named, Place

LONGEST = 200
"""Characters of a typed name."""
MOST_CHOICES = 12
_SEPARATOR = re.compile(r"[,()]")


class Homonyms(Invalid):
    """Several places bear the name: whoever typed it is asked which one they mean. The likeliest come first."""

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__(_("Several places have this name: choose one"), field="place", code="ERR_AMBIGUOUS")
        self.places = places


def by_name(name: str, language: str, chosen_id: int | None = None) -> Place | None:
    """The place of this name; None for an empty one. What is after a comma says where it lies: "Valence, France", "Paris, TX".

    `chosen_id`: the answer to the question which of several is meant. It counts for a place of this name only.

    Raises `Homonyms` when several may be meant, Invalid when there is none.
    """
    if not name.strip():
        return None
    candidates = _bearers(name)
    if not candidates:
        raise Invalid(_("No town, region or country has this name"), field="place", code="ERR_INCLUSION")
    chosen = next((one.place for one in candidates if one.place.id == chosen_id), None)
    if chosen is not None:
        return chosen
    likely = homonyms.to_choose_from(candidates, language)
    if len(likely) > 1:
        raise Homonyms(likely[:MOST_CHOICES])
    return likely[0]


def choices(name: str, language: str) -> list[Place]:
    """The places of which one is asked to choose; none when the name tells it, or has none."""
    likely = homonyms.to_choose_from(candidates, language) if (candidates := _bearers(name)) else []
    return likely[:MOST_CHOICES] if len(likely) > 1 else []


def _bearers(name: str) -> list[Named]:
    """All places with this name, and in all that is said after it. A comma or parenthesis may be part of the name: Myanmar (Birmanie)."""
    first, *around = [key for part in _SEPARATOR.split(name[:LONGEST]) if (key := name_key(part))] or [""]
    whole = name_key(name[:LONGEST])
    named = gazetteer.named([whole, first, *around])
    return named.get(whole) or [one for one in named.get(first, ()) if all(_lies_there(one, key, named.get(key, ())) for key in around)]


def _lies_there(one: Named, key: str, around: Sequence[Named]) -> bool:
    if one.place.code and one.place.code in {IN_AMERICA.get(key), f"US.{key.upper()}"}:
        return True
    if one.place.region and key in {name_key(name) for name in msgspec.structs.astuple(one.place.region.names)}:
        return True
    return any(other.place.kind is not Kind.TOWN and lies_in(one, other) for other in around)
