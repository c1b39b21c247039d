"""Pages of places: the search, and for each who is there, who comes, who lives there and what is said; with the forms to say so."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts.rules import is_language
from gazouillis.graph import circles
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem
from gazouillis.infra.basics.ids import id_or_none
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.paging import Window
from gazouillis.places import announce, days, gazetteer, queries, reside, said
from gazouillis.places.meetings import lists as meetings
from gazouillis.places.meetings.lists import MeetingsWindow
from gazouillis.places.meetings.lists import Position as Next
from gazouillis.places.models import Audience, Place, ResidenceDraft
from gazouillis.places.queries import START, Position
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views
from gazouillis.text.blank import unless_blank
from gazouillis.web import pagination
from gazouillis.web.page_cache import Timeline
from gazouillis.web.pages.stay_forms import stay_draft
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

PATH = "/places"
ON_A_PAGE = 20
NEWEST_SAID = 3
"""Posts on the page of a place; a page of their own has all."""
FOUND = 20


@get(PATH)
async def search(request: AnyRequest) -> Response[Any]:
    query = unless_blank(request.query_params.get("q", "").replace("\0", "").strip()[: gazetteer.LONGEST_QUERY])
    async with request_context(request) as context:
        found = gazetteer.search(query, language=context.language, limit=FOUND)
        return await context.render("places.html", query=query, places=found)


@get(PATH + "/home")
async def home(request: AnyRequest) -> Response[Any]:
    """Leads to the place where the viewer says to live."""
    async with request_context(request) as context:
        residence = await queries.residence(context.reader, context.member.id)
    return redirect(f"{PATH}/{residence.place_id}" if residence else "/stays", request)


@get(PATH + "/{place_id:str}")
async def show(request: AnyRequest, place_id: FromPath[str]) -> Response[Any]:
    """`language` keeps those who speak it. `here`, `coming`, `meetings` and `residents` say where each list goes on.

    `from` and `to` fill the form of a stay.
    """
    place = _place(place_id)
    async with request_context(request) as context:
        return await _show(context, place, _proposed_days(context.request.query_params), {})


@get(PATH + "/{place_id:str}/said", opt=CACHEABLE)
async def all_said(request: AnyRequest, place_id: FromPath[str]) -> Response[Any]:
    """The public posts that carry the place, or a place in it."""
    place = _place(place_id)
    async with request_context(request) as context:
        page = await pagination.status_page(context, partial(said.said, context.reader, place), hides_muted=True)
        return await context.render_timeline("place_said.html", Timeline(page.entries, page.older, page.newer), place=place)


@post(PATH + "/{place_id:str}/stay", opt=restorable("stay-in"))
async def stay(request: AnyRequest, place_id: FromPath[str]) -> Response[Any]:
    place, form = _place(place_id), await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        try:
            draft = stay_draft(form, place.id)
            async with site_of(request).db.write() as tx:
                await announce.announce(tx, me, draft)
        except Invalid as problem:
            return await _show(context, place, form, context.errors(problem), status_code=422)
    return redirect(f"{PATH}/{place.id}", request, flash=_("Your stay is announced."), language=language)


@post(PATH + "/{place_id:str}/residence")
async def live(request: AnyRequest, place_id: FromPath[str]) -> Response[Any]:
    place, form = _place(place_id), await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        draft = ResidenceDraft(place.id, form.get("audience", ""), circles.id_of(form.get("circle_id", "")), "hears" in form)
        try:
            async with site_of(request).db.write() as tx:
                await reside.reside(tx, me, draft)
        except Invalid as problem:
            errors = {f"home_{field}": sentence for field, sentence in context.errors(problem).items()}
            return await _show(context, place, {f"home_{name}": value for name, value in form.items()}, errors, status_code=422)
    return redirect(f"{PATH}/{place.id}", request, flash=_("You live here now."), language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, _place(form.get("place_id", "")), form, context.errors(problem))


async def _show(context: RequestContext, place: Place, form: Mapping[str, str], errors: Form, *, status_code: int = 200) -> Response[Any]:
    reader, viewer_id, query = context.reader, context.viewer_id, context.request.query_params
    language = query.get("language", "").lower() if is_language(query.get("language", "").lower()) else ""
    after = {name: Position.parse(query.get(name, "")) or START for name in ("here", "coming")}
    here = await queries.here(reader, viewer_id, place, language=language, limit=ON_A_PAGE, after=after["here"])
    coming = await queries.coming(reader, viewer_id, place, language=language, limit=ON_A_PAGE, after=after["coming"])
    after_resident = id_or_none(query.get("residents", "")) or 0
    living = await queries.residents(reader, viewer_id, place, language=language, limit=ON_A_PAGE, after=after_resident)
    meeting = await meetings.in_place(reader, viewer_id, place, MeetingsWindow(ON_A_PAGE, Next.parse(query.get("meetings", ""))))
    following = {"here": here.next, "coming": coming.next, "residents": living.next, "meetings": meeting.next}
    residence = await queries.residence(reader, viewer_id) if viewer_id else None
    chosen = {"audience": Audience.MUTUALS.value, "home_audience": Audience.MUTUALS.value}
    today = days.today(reader.now, place.time_zone).isoformat()
    return await context.render(
        "place.html",
        status_code=status_code,
        place=place,
        here=here.stays,
        coming=coming.stays,
        residents=living.residents,
        meetings=meeting.meetings,
        statuses=await _newest_said(context, place),
        more={name: _address(place, language, name, str(one)) for name, one in following.items() if one is not None},
        first=_first_page(place, language) if any(name in query for name in following) else "",
        spoken=language,
        residence=residence,
        circles=await circles.of_account(reader, viewer_id) if viewer_id else (),
        form={**chosen, "from": today, "to": today, **form},
        errors=errors,
    )


async def _newest_said(context: RequestContext, place: Place) -> list[StatusView]:
    """Of one page of what is said, the newest that the viewer may see."""
    page = await said.said(context.reader, place, Window())
    return (await views(context.reader, page.items, context.viewer_id, hides_muted=True))[:NEWEST_SAID]


def _first_page(place: Place, language: str) -> str:
    return f"{PATH}/{place.id}" + (f"?{urlencode({'language': language})}" if language else "")


def _proposed_days(query: Mapping[str, str]) -> dict[str, str]:
    """The days with which a link fills the form of a stay. Of a stay whose last day is not known, the last one is empty."""
    found = {}
    for name in ("from", "to"):
        with suppress(Invalid):
            found[name] = days.parse(query.get(name, ""), name).isoformat()
    return {"to": ""} | found if "from" in found else {}


def _address(place: Place, language: str, name: str, after: str) -> str:
    query = {"language": language} if language else {}
    return f"{PATH}/{place.id}?{urlencode({**query, name: after})}#{name}"


def _place(place_id: str) -> Place:
    place = gazetteer.by_id(parse_id(place_id))
    if place is None:
        raise NotFound(_("There is no such place"))
    return place


routes = [search, home, show, all_said, stay, live]
