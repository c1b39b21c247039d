"""Meetings as iCalendar (RFC 5545): https://www.rfc-editor.org/rfc/rfc5545

Moments are written in UTC, with Z: a zone would need its whole table in the file, and calendars do not agree on how to read one. What is
cancelled stays in the file, with a larger SEQUENCE, so that calendars take it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gazouillis.accounts.urls import authority
from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.basics.messages import _
from gazouillis.places.meetings.models import Answer, ShownMeeting
from gazouillis.web import i18n
from gazouillis.web.place_names import full_place_name

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = lazily("icalendar")

MEDIA_TYPE = "text/calendar"
HEADERS = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


def calendar(meetings: Sequence[ShownMeeting], base_url: str, language: str) -> bytes:
    """Each as its viewer sees it: the exact place only if they may know it."""
    made = icalendar.Calendar()
    for name, value in (("prodid", "-//Gazouillis//Meetings//"), ("version", "2.0"), ("method", "PUBLISH")):
        made.add(name, value)
    made.add("x-wr-calname", i18n.translate(_("Meetings"), language))
    for one in meetings:
        made.add_component(_event(one, base_url, language))
    content: bytes = made.to_ical()
    return content


def _event(one: ShownMeeting, base_url: str, language: str) -> icalendar.Event:
    meeting, url = one.meeting, f"{base_url}/meetings/{one.meeting.id}"
    where = ", ".join(part for part in (one.spot, full_place_name(one.place, language)) if part)
    summary = i18n.translate(_("Coffee with {name}", name=one.account.name), language) if meeting.is_coffee else meeting.title
    event = icalendar.Event()
    for name, value in (
        ("uid", f"meeting-{meeting.id}@{authority(base_url)}"),
        ("dtstamp", meeting.changed_at.replace(microsecond=0)),
        ("last-modified", meeting.changed_at.replace(microsecond=0)),
        ("sequence", meeting.sequence),
        ("dtstart", meeting.starts_at),
        ("dtend", meeting.ends_at),
        ("summary", summary),
        ("location", where),
        ("description", "\n\n".join(part for part in (meeting.about, url) if part)),
        ("url", url),
        ("status", _status(one)),
    ):
        event.add(name, value)
    return event


def _status(one: ShownMeeting) -> str:
    if one.meeting.is_cancelled:
        return "CANCELLED"
    is_sure = one.meeting.is_agreed if one.meeting.is_coffee else one.is_own or (one.answer is Answer.YES and not one.is_waiting)
    return "CONFIRMED" if is_sure else "TENTATIVE"
