"""The stay that a post speaks of, proposed after it was published. Nothing is stored: links lead to a form that is filled already."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.messages import Message, _
from gazouillis.places import days, gazetteer, queries
from gazouillis.places.models import Place
from gazouillis.places.propose_stay import propose_stay
from gazouillis.statuses.models import Status
from gazouillis.statuses.rules import is_for_everybody
from gazouillis.web import i18n, place_names, placing
from gazouillis.web.pages.settings_limits import USUAL_ZONES
from gazouillis.web.rendering import Flash
from gazouillis.web.request_context import AnyRequest, RequestContext, request_context

MOST_PROPOSED = 5
"""Places. A post that names more is no announcement, and the cookie that carries the question has a limit."""


async def proposed(request: AnyRequest, author: Account, status: Status, path: str) -> Flash | None:
    """What to ask its author on the page at `path`. None unless the post is for everybody and names a place with a day.

    Days are counted in the time zone of where they live, of their quiet hours, or the usual one of their language.
    """
    if not is_for_everybody(status.visibility):
        return None
    async with request_context(request) as context:
        language, now = context.language, context.reader.now
        home = await _home(context, author)
    today = days.today(now, _zone(author, home, language))
    found = await asyncio.to_thread(propose_stay, status.text, status.language or language, today, home.country if home else "")
    if not found.places or len(found.places) > MOST_PROPOSED or found.dates.first is None:
        return None
    places = [one for one in found.places if one.id == status.place_id] or found.places
    first, last = found.dates.first, found.dates.last
    links = [(_label(one, places, language), _form(one, first, last)) for one in places]
    sentence = i18n.translate(_question(places, first, last, language), language)
    return Flash(sentence, links=(*links, (i18n.translate(_("Not now"), language), path)))


async def _home(context: RequestContext, author: Account) -> Place | None:
    residence = await queries.residence(context.reader, author.id)
    return gazetteer.by_id(residence.place_id) if residence else None


def _zone(author: Account, home: Place | None, language: str) -> str:
    if home is not None:
        return home.time_zone
    return author.boundaries.quiet.zone if author.boundaries.quiet else USUAL_ZONES.get(language, "UTC")


def _question(places: Sequence[Place], first: date, last: date | None, language: str) -> Message:
    when = place_names.period(first, last or first, language)
    if len(places) > 1:
        return _("{days}: announce a stay? In which place? Your post stays public.", days=when)
    place = place_names.place_name(places[0], language)
    return _("{place}, {days}: announce this stay? Your post stays public.", place=place, days=when)


def _label(place: Place, places: Sequence[Place], language: str) -> str:
    return i18n.translate(_("Choose the days and who sees it"), language) if len(places) == 1 else placing.label(place, language)


def _form(place: Place, first: date, last: date | None) -> str:
    """The form on the page of the place. The last day is for its author to say when the post does not."""
    query = {"from": first.isoformat(), "to": last.isoformat() if last else ""}
    return f"/places/{place.id}?{urlencode(query)}#stay"
