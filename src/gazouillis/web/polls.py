"""Polls on pages: the fields of the composer for one, and the vote in a form."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.statuses.polls import rules
from gazouillis.statuses.polls.models import MOST_OPTIONS, PollDraft, PollView

HAS_POLL = "has_poll"
"""A field that says that the form has fields for a poll. A form without them leaves the poll of an edited status as it is."""
OPTION, MULTIPLE, HIDE_TOTALS, EXPIRES_IN = "poll_option", "poll_multiple", "poll_hide_totals", "poll_expires_in"
KEEP, NONE, A_DAY = "keep", "none", "86400"


class PollFields(msgspec.Struct, frozen=True):
    """What was typed as a poll. `keeps_end`: whether it may last as long as before."""

    options: tuple[str, ...] = ()
    is_multiple: bool = False
    hides_totals: bool = False
    expires_in: str = A_DAY
    keeps_end: bool = False


def draft_in(form: Mapping[str, str]) -> PollDraft | UnsetType | None:
    """The poll that the form asks for; None when no answer is typed, UNSET when it has no such fields. Raises Invalid."""
    if HAS_POLL not in form:
        return UNSET
    options = tuple(one for one in _options(form) if one)
    if not options:
        return None
    return PollDraft(options, bool(form.get(MULTIPLE)), bool(form.get(HIDE_TOTALS)), _seconds(form.get(EXPIRES_IN, A_DAY)))


def typed(form: Mapping[str, str], *, keeps_end: bool) -> PollFields:
    options = _options(form)
    while options and not options[-1]:
        options.pop()
    return PollFields(tuple(options), bool(form.get(MULTIPLE)), bool(form.get(HIDE_TOTALS)), form.get(EXPIRES_IN, A_DAY), keeps_end)


def of_status(view: PollView | None) -> PollFields:
    """The fields of a form to edit it."""
    if view is None:
        return PollFields()
    return PollFields(view.poll.titles, view.poll.is_multiple, view.poll.hides_totals, KEEP, keeps_end=True)


def vote_in(form: Mapping[str, str], status_id: StatusId) -> list[int]:
    """The answers that the form chooses in the poll of this status: it has fields for each poll of the page."""
    name = f"choice.{status_id}"
    values = [value for each, value in form.items() if each == name or each.startswith(f"{name}.")]
    return [int(one) if one.isdecimal() and len(one) < len("999") else -1 for one in values]


def _options(form: Mapping[str, str]) -> list[str]:
    return [form.get(f"{OPTION}.{number}", "").strip() for number in range(1, MOST_OPTIONS + 1)]


def _seconds(value: str) -> int | UnsetType | None:
    match value:
        case "keep":
            return UNSET
        case "none":
            return None
        case _ if value.isdecimal() and len(value) < len("999999999"):
            return int(value)
        case _:
            raise Invalid(_("{field} is not valid", field=EXPIRES_IN), field=rules.END)
