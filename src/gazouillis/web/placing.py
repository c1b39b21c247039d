"""Places on pages: the field of a form that names one, and how the place of a status is written."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.infra.basics.ids import PlaceId, id_or_none
from gazouillis.places import chosen, gazetteer
from gazouillis.places.checks import area
from gazouillis.places.models import Kind, Place
from gazouillis.statuses.models import Area
from gazouillis.web.place_names import country_name, place_name

FIELD, CHOICE = "place", "place_id"


class PlaceField(msgspec.Struct, frozen=True):
    """What was typed as a place. `choices`: the places of that name, of which `id` is the one that was chosen, if any."""

    name: str = ""
    id: int | None = None
    choices: tuple[Place, ...] = ()


def chosen_in(form: Mapping[str, str], language: str) -> Area | UnsetType | None:
    """The place that the form names; None when it names none, UNSET when it has no such field.

    Raises `chosen.Homonyms` when several have that name and none was chosen, Invalid when none has.
    """
    if FIELD not in form:
        return UNSET
    found = chosen.by_name(form[FIELD], language, id_or_none(form.get(CHOICE, "")))
    return None if found is None else area(found)


def typed(form: Mapping[str, str], language: str, *, asks: bool = False) -> PlaceField:
    """The field with what was typed into it. `asks`: whether to show the choices although none was chosen yet."""
    name, chosen_id = form.get(FIELD, ""), id_or_none(form.get(CHOICE, ""))
    choices = chosen.choices(name, language) if asks or chosen_id is not None else []
    return PlaceField(name, chosen_id, tuple(choices))


def of_status(place_id: PlaceId | None, language: str) -> PlaceField:
    """The field of a form to edit it."""
    found = named(place_id)
    return PlaceField() if found is None else PlaceField(label(found, language), found.id)


def label(place: Place, language: str) -> str:
    """As somebody may type it: `chosen.by_name` finds the place by it. A region of the same name is in it: Québec, Québec, Canada."""
    region = place.region.names.in_language(language) if place.region else ""
    country = country_name(place.country, language) if place.kind is not Kind.COUNTRY else ""
    return ", ".join(one for one in (place_name(place, language), region, country) if one)


def named(place_id: PlaceId | None) -> Place | None:
    """None also when a later gazetteer has the place no more."""
    return None if place_id is None else gazetteer.by_id(place_id)
