"""The stay that a post speaks of: offered while it is written, by a line of the composer, and else after it was published.

Nothing is stored, and nothing is announced unless the line is ticked, or the form is sent to which the links after a post lead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from litestar import Response, post

from gazouillis.accounts.models import Account
from gazouillis.graph import circles
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import id_or_none
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.transactions import Tx
from gazouillis.places import announce, days, gazetteer, queries
from gazouillis.places.models import Place, StayDraft
from gazouillis.places.propose_stay import propose_stay
from gazouillis.statuses.models import Status
from gazouillis.statuses.rules import is_for_everybody
from gazouillis.web import audiences, i18n, place_names, placing, stay_line
from gazouillis.web.pages.settings_limits import USUAL_ZONES
from gazouillis.web.pages.stay_forms import stay_draft
from gazouillis.web.rendering import Flash
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, request_context
from gazouillis.web.stay_line import StayLine
from gazouillis.web.unsent import restorable

MOST_PROPOSED = 5
"""Places. A post that names more is no announcement, and the cookie that carries the question has a limit."""
LONGEST = 5_000
"""Characters of a text that is read."""
YOUR_STAYS = (_("Your stays"), "/stays")


class _Found(NamedTuple):
    places: tuple[Place, ...]
    first: date
    last: date | None


@post("/compose/stay", opt=restorable("status"))
async def line(request: AnyRequest) -> Response[Any]:
    """The line for what is being written, for the composer's script. Empty when the text speaks of no stay, or of one that was declined."""
    form = await form_of(request)
    async with request_context(request) as context:
        author, language = context.member, context.language
    offered = StayLine(declined=form.get(stay_line.DECLINED, ""))
    if _is_for_everybody(form):
        found = await _found(request, author, form.get("status", "")[:LONGEST], form.get("language", "") or language)
        if found is not None:
            offered = StayLine(
                _decided(found.places, id_or_none(form.get("place_id", ""))), found.first, found.last, declined=offered.declined
            )
    async with request_context(request) as context:
        own_circles = await circles.of_account(context.reader, author.id)
        offered = StayLine() if offered.is_declined else offered
        return await context.render("_stay_line.html", line=offered, circles=own_circles, error="", is_scripted=True)


def ticked(form: Form) -> StayDraft | None:
    """The stay to announce with the post of this form. Raises Invalid for the line."""
    if not form.get(stay_line.TICKED):
        return None
    if not form.get(stay_line.LAST, "").strip():
        raise Invalid(_("Say the last day of your stay, or untick it"), field=stay_line.TICKED)
    audience, _colon, circle_id = form.get(stay_line.AUDIENCE, "").partition(":")
    typed = {"from": form.get(stay_line.FIRST, ""), "to": form[stay_line.LAST], "audience": audience, "circle_id": circle_id}
    try:
        return stay_draft(typed, id_or_none(form[stay_line.TICKED]) or 0)
    except Invalid as problem:
        raise _of_line(problem) from problem


async def announce_with_post(tx: Tx, author: Account, draft: StayDraft) -> None:
    """Raises Invalid for the line."""
    try:
        await announce.announce(tx, author, draft)
    except Invalid as problem:
        raise _of_line(problem) from problem


async def told_after(request: AnyRequest, author: Account, status: Status, form: Form, path: str) -> Flash | None:
    """What to tell the author of a stay on the page at `path`. Who was offered it while writing is not asked again."""
    if not form.get(stay_line.FIRST) and not form.get(stay_line.DECLINED):
        return await _proposed(request, author, status, path)
    if not form.get(stay_line.TICKED):
        return None
    async with request_context(request) as context:
        words, stays = YOUR_STAYS
        return Flash(context.translate(_("Your stay is announced.")), links=((context.translate(words), stays),))


async def _proposed(request: AnyRequest, author: Account, status: Status, path: str) -> Flash | None:
    """A question to its author. None unless the post is for everybody and names a place with a day."""
    if not is_for_everybody(status.visibility):
        return None
    async with request_context(request) as context:
        language = context.language
    found = await _found(request, author, status.text, status.language or language)
    if found is None:
        return None
    places = _decided(found.places, status.place_id)
    links = [(_label(one, places, language), _form(one, found.first, found.last)) for one in places]
    sentence = i18n.translate(_question(places, found.first, found.last, language), language)
    return Flash(sentence, links=(*links, (i18n.translate(_("Not now"), language), path)))


async def _found(request: AnyRequest, author: Account, text: str, language: str) -> _Found | None:
    """Days are counted in the time zone of where the author lives, of their quiet hours, or the usual one of their language."""
    async with request_context(request) as context:
        now, home = context.reader.now, await _home(context, author)
        zone = _zone(author, home, context.language)
    found = await asyncio.to_thread(propose_stay, text, language, days.today(now, zone), home.country if home else "")
    if not found.places or len(found.places) > MOST_PROPOSED or found.dates.first is None:
        return None
    return _Found(found.places, found.dates.first, found.dates.last)


def _is_for_everybody(form: Form) -> bool:
    try:
        return is_for_everybody(audiences.parse(form.get("visibility", "")).visibility)
    except Invalid:
        return False


def _decided(places: tuple[Place, ...], place_id: int | None) -> tuple[Place, ...]:
    """The place of the post decides between homonyms."""
    return tuple(one for one in places if one.id == place_id) or places


def _of_line(problem: Invalid) -> Invalid:
    return Invalid(problem.public, field=stay_line.TICKED, code=problem.code)


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


routes = [line]
