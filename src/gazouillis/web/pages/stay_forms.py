"""What the forms about stays send."""

from __future__ import annotations

from gazouillis.graph import circles
from gazouillis.infra.basics.errors import Faults
from gazouillis.places import days
from gazouillis.places.models import StayDraft
from gazouillis.web.request_context import Form


def stay_draft(form: Form, place_id: int) -> StayDraft:
    """Raises Invalid for what is no day."""
    faults = Faults()
    found = {}
    for field in ("from", "to"):
        with faults.collected():
            found[field] = days.parse(form.get(field, ""), field)
    faults.raise_any()
    return StayDraft(place_id, found["from"], found["to"], form.get("audience", ""), circles.id_of(form.get("circle_id", "")))
