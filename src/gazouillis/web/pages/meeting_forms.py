"""What the forms about meetings and coffees send."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gazouillis.graph import circles
from gazouillis.infra.basics.errors import Faults, Invalid, Problem
from gazouillis.infra.basics.ids import id_or_none
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Reader
from gazouillis.places import gazetteer
from gazouillis.places.meetings import times
from gazouillis.places.meetings.models import CoffeeDraft, Meeting, MeetingDraft
from gazouillis.places.models import Kind
from gazouillis.statuses.models import Area
from gazouillis.web import placing
from gazouillis.web.request_context import Form, RequestContext

_HALF_AN_HOUR, _HOUR = 30, 60
_LENGTHS = (
    (str(_HALF_AN_HOUR), counted("{count} minute", "{count} minutes", _HALF_AN_HOUR)),
    *((str(hours * _HOUR), counted("{count} hour", "{count} hours", hours)) for hours in (1, 2, 3, 4, 6, 8, 12, 24)),
)
"""How long it may take, as the forms offer it: minutes, and how they are called."""


def lengths(context: RequestContext) -> list[tuple[str, str]]:
    return [(minutes, context.translate(name)) for minutes, name in _LENGTHS]


def meeting_draft(form: Form, language: str) -> MeetingDraft:
    """Raises Invalid with all faults, Homonyms when the place is one of several."""
    faults = Faults()
    place_id, starts, minutes, seats = 0, times.NEVER, 0, None
    with faults.collected():
        place_id = _place_id(form, language)
    with faults.collected():
        starts = times.parse(form.get("starts_at", ""), "starts_at")
    with faults.collected():
        minutes = _number(form.get("minutes", ""), "minutes")
    with faults.collected():
        seats = _number(form["seats"], "seats") if form.get("seats", "").strip() else None
    faults.raise_any()
    return MeetingDraft(
        form.get("title", ""),
        place_id,
        starts,
        form.get("audience", ""),
        form.get("about", ""),
        form.get("spot", ""),
        minutes,
        seats,
        circles.id_of(form.get("circle_id", "")),
    )


def coffee_draft(form: Form, place_id: int) -> CoffeeDraft:
    faults = Faults()
    starts, minutes = times.NEVER, 0
    with faults.collected():
        starts = times.parse(form.get("starts_at", ""), "starts_at")
    with faults.collected():
        minutes = _number(form.get("minutes", ""), "minutes")
    faults.raise_any()
    return CoffeeDraft(place_id, starts, form.get("about", ""), form.get("spot", ""), minutes)


def placed_coffee_draft(form: Form, language: str) -> CoffeeDraft:
    """With the place that the form names."""
    return coffee_draft(form, _place_id(form, language))


def typed(meeting: Meeting, language: str) -> Form:
    """The fields of the form that changes this meeting."""
    place = gazetteer.by_id(meeting.place_id)
    return typed_coffee(meeting) | {
        "title": meeting.title,
        "seats": str(meeting.seats or ""),
        "audience": meeting.audience.value,
        "circle_id": str(meeting.circle_id or ""),
        "place": placing.label(place, language) if place else "",
        "place_id": str(meeting.place_id),
    }


def typed_coffee(meeting: Meeting) -> Form:
    return {
        "starts_at": written(meeting),
        "minutes": str(meeting.minutes),
        "spot": meeting.spot,
        "about": meeting.about,
    }


def blank(reader: Reader, place_id: str, language: str, minutes: int) -> Form:
    """Tomorrow at noon, in the town that a link names."""
    place = gazetteer.by_id(id_or_none(place_id) or 0)
    tomorrow = (reader.now + timedelta(days=1)).date()
    named = {"place": placing.label(place, language), "place_id": str(place.id)} if place and place.kind is Kind.TOWN else {}
    return {"starts_at": f"{tomorrow.isoformat()}T12:00", "minutes": str(minutes), **named}


def written(meeting: Meeting) -> str:
    return meeting.local_start.strftime("%Y-%m-%dT%H:%M")


def errors_of(context: RequestContext, problem: Problem | None) -> dict[str, Any]:
    """The form has one field for a place, and none for what is said of the whole meeting."""
    fields = {"place_id": "place"} | dict.fromkeys(("with", "state", "answer"), "")
    return {fields.get(field, field): sentence for field, sentence in context.errors(problem).items()}


def _place_id(form: Form, language: str) -> int:
    found = placing.chosen_in(form, language)
    if not isinstance(found, Area):
        raise Invalid(_("Name the town"), field="place", code="ERR_BLANK")
    return found.place_id


def _number(text: str, field: str) -> int:
    found = id_or_none(text.strip())
    if found is None:
        raise Invalid(_("{field} is not valid", field=field), field=field)
    return found
