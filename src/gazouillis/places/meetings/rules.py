"""Rules of meetings: who sees one, and who has a seat. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from gazouillis.accounts.models import Account
from gazouillis.graph.models import Relation
from gazouillis.places.meetings.models import Answer, Counts, Given, Meeting
from gazouillis.places.rules import is_in_audience


def can_see_meeting(meeting: Meeting, other: Account, relation: Relation, *, is_over: bool, reads_circle: bool, takes_part: bool) -> bool:
    """`other`: the organizer; of a coffee, the one of the two who is not the viewer. `relation`: of the viewer to them.

    A meeting that is over is seen by those who took part, and by nobody else: there is no history of whom one met. A mute hides it only
    from who does not take part: nobody would learn that what they go to is cancelled.
    """
    if relation.is_apart or not (other.is_visible or relation.is_self):
        return False
    if meeting.is_coffee:
        return relation.viewer_id in {meeting.account_id, meeting.guest_id}
    if relation.is_self:
        return True
    if not is_in_audience(meeting, relation, reads_circle=reads_circle):
        return False
    return takes_part or not (is_over or relation.mutes)


def has_seat(place_in_line: int, seats: int | None) -> bool:
    """`place_in_line`: how many said yes before."""
    return seats is None or place_in_line < seats


def counts(yes: int, maybe: int, seats: int | None) -> Counts:
    coming = yes if seats is None else min(yes, seats)
    return Counts(coming, yes - coming, maybe)


def waiting(given: Sequence[Given], seats: int | None) -> list[Given]:
    """Those who said yes and have no seat, the first of the line first."""
    line = sorted((one for one in given if one.answer is Answer.YES), key=lambda one: one.line)
    return [one for number, one in enumerate(line) if not has_seat(number, seats)]
