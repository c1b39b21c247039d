"""Who will see a meeting that is not published yet; and who is in the place then, as far as its organizer sees, and is not invited."""

from __future__ import annotations

from collections.abc import Mapping

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.infra.database.transactions import Reader
from gazouillis.places import gazetteer
from gazouillis.places import queries as places
from gazouillis.places.meetings.checks import checked_meeting
from gazouillis.places.meetings.line import seeing_among
from gazouillis.places.meetings.models import Meeting, MeetingDraft, Sight
from gazouillis.places.models import Audience
from gazouillis.places.queries import LARGEST_PAGE, START
from gazouillis.statuses.events import Reach
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.readership import readership

AS_VISIBILITY: Mapping[Audience, Visibility] = {
    Audience.EVERYONE: Visibility.PUBLIC,
    Audience.FOLLOWERS: Visibility.PRIVATE,
    Audience.MUTUALS: Visibility.MUTUALS,
    Audience.CIRCLE: Visibility.CIRCLE,
}


async def sight(reader: Reader, account: Account, draft: MeetingDraft) -> tuple[Meeting, Sight]:
    """The meeting as it would be, and who would see it. Raises Invalid, as planning it would."""
    meeting = await checked_meeting(reader, account.id, draft)
    seeing = await readership(reader, Reach(account.id, AS_VISIBILITY[meeting.audience], meeting.circle_id))
    is_for_everyone = meeting.audience is Audience.EVERYONE
    not_invited = () if is_for_everyone else await _there_and_not_invited(reader, account, meeting)
    return meeting, Sight(is_for_everyone, seeing.count, seeing.is_more, seeing.named, not_invited)


async def _there_and_not_invited(reader: Reader, account: Account, meeting: Meeting) -> tuple[Account, ...]:
    place = gazetteer.by_id(meeting.place_id)
    if place is None:
        return ()
    here = await places.here(reader, account.id, place, language="", limit=LARGEST_PAGE, after=START)
    coming = await places.coming(reader, account.id, place, language="", limit=LARGEST_PAGE, after=START)
    living = await places.residents(reader, account.id, place, language="", limit=LARGEST_PAGE, after=0)
    staying = [one.account.id for one in (*here.stays, *coming.stays) if one.stay.first <= meeting.day <= one.stay.last]
    there = list(dict.fromkeys([*staying, *(one.account.id for one in living.residents)]))
    seeing = await seeing_among(reader, meeting, there)
    left_out = [one for one in there if one not in seeing and one != account.id]
    known = await accounts.by_ids(reader, left_out)
    return tuple(known[one] for one in left_out if one in known)
