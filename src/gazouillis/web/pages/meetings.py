"""Meetings: one's own and those to come, the page of one with its answers, and the proposal of another time for a coffee."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid, Problem
from gazouillis.infra.basics.messages import Message, _
from gazouillis.places.meetings import coffee, lists, plan, queries
from gazouillis.places.meetings.answer import answer as give_answer
from gazouillis.places.meetings.feeds import renew
from gazouillis.places.meetings.lists import MeetingsWindow, Position
from gazouillis.places.meetings.models import Answer, People, ShownMeeting
from gazouillis.statuses.rules import MOST_IN_CONVERSATION
from gazouillis.web.calendars import HEADERS, MEDIA_TYPE, calendar
from gazouillis.web.confirmations import ask
from gazouillis.web.pages.meeting_forms import coffee_draft, errors_of, lengths, typed_coffee
from gazouillis.web.pages.meetings_feed import feed_url
from gazouillis.web.pages.profile import HIDDEN_FROM_ROBOTS
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

PATH = "/meetings"
ICS = ".ics"
ON_A_PAGE = 20


@get(PATH)
async def index(request: AnyRequest) -> Response[Any]:
    """`mine` and `to_come` say where each list goes on."""
    async with request_context(request) as context:
        reader, me, query = context.reader, context.member, request.query_params
        user = await accounts.user(reader, me.id)
        mine = await lists.own(reader, me.id, _window(query, "mine"))
        to_come = await lists.to_come(reader, me.id, _window(query, "to_come"), without_own=True)
        pages = {"mine": mine, "to_come": to_come}
        return await context.render(
            "meetings.html",
            mine=mine.meetings,
            to_come=to_come.meetings,
            more={name: f"{PATH}?{urlencode({name: str(one.next)})}#{name}" for name, one in pages.items() if one.next},
            first=PATH if any(name in query for name in pages) else "",
            feed=feed_url(site_of(request).settings.base_url, user) if user else "",
        )


@get(PATH + "/past")
async def past(request: AnyRequest) -> Response[Any]:
    """Those of the viewer that are over. `after` and `before` say which page it is."""
    async with request_context(request) as context:
        page = await lists.past(context.reader, context.member.id, _window(request.query_params, "after", "before"))
        links = {name: f"{PATH}/past?{urlencode({name: str(at)})}" for name, at in (("after", page.next), ("before", page.previous)) if at}
        return await context.render("meetings_past.html", meetings=page.meetings, older=links.get("after"), newer=links.get("before"))


def _window(query: Mapping[str, str], after: str, before: str = "") -> MeetingsWindow:
    """The names of the parameters. What is no cursor is the first page."""
    return MeetingsWindow(ON_A_PAGE, *(Position.parse(query.get(name, "")) for name in (after, before)))


@post(PATH + "/feed")
async def renew_feed(request: AnyRequest) -> Response[Any]:
    """Gives the calendar another address; the one before is dead at once."""
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        user = await accounts.user(context.reader, me.id)
        if user and user.preferences.meetings_feed and (asked := await ask(context, form, "renew-meetings-feed", default=PATH)):
            return asked
    async with site_of(request).db.write() as tx:
        await renew(tx, me.id)
    return redirect(f"{PATH}#calendar", request, flash=_("Your calendar has a new address."), language=language)


@get(PATH + "/{meeting_id:str}")
async def show(request: AnyRequest, meeting_id: FromPath[str]) -> Response[Any]:
    """The page; with `.ics` after the id, the meeting for a calendar."""
    async with request_context(request) as context:
        seen = await queries.seen(context.reader, context.viewer_id, parse_id(meeting_id.removesuffix(ICS)))
        if meeting_id.endswith(ICS):
            content = calendar([seen], site_of(request).settings.base_url, context.language)
            headers = HEADERS | {"Content-Disposition": f'attachment; filename="{meeting_id}"'}
            return Response(content, media_type=MEDIA_TYPE, headers=headers)
        return await _show(context, seen, typed_coffee(seen.meeting), {})


@post(PATH + "/{meeting_id:str}/answer")
async def answer(request: AnyRequest, meeting_id: FromPath[str]) -> Response[Any]:
    identifier, form = parse_id(meeting_id), await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
    try:
        async with site_of(request).db.write() as tx:
            await give_answer(tx, me, identifier, form.get("answer", ""))
            seen = await queries.seen(tx, me.id, identifier)
    except Invalid as problem:
        async with request_context(request) as context:
            seen = await queries.seen(context.reader, me.id, identifier)
            return await _show(context, seen, typed_coffee(seen.meeting), errors_of(context, problem), status_code=422)
    return redirect(f"{PATH}/{identifier}", request, flash=_answered(seen), language=language)


@post(PATH + "/{meeting_id:str}/another-time", opt=restorable("another-time"))
async def another_time(request: AnyRequest, meeting_id: FromPath[str]) -> Response[Any]:
    identifier, form = parse_id(meeting_id), await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
    try:
        async with site_of(request).db.write() as tx:
            await coffee.propose_another_time(tx, me, identifier, lambda before: coffee_draft(form, before.place_id))
    except Invalid as problem:
        async with request_context(request) as context:
            seen = await queries.seen(context.reader, me.id, identifier)
            return await _show(context, seen, form, errors_of(context, problem), status_code=422)
    return redirect(f"{PATH}/{identifier}", request, flash=_("Your proposal is sent."), language=language)


@post(PATH + "/{meeting_id:str}/cancel")
async def cancel(request: AnyRequest, meeting_id: FromPath[str]) -> Response[Any]:
    identifier, form = parse_id(meeting_id), await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        seen = await queries.seen(context.reader, me.id, identifier)
        name = "cancel-coffee" if seen.meeting.is_coffee else "cancel-meeting"
        if not (seen.is_own or seen.meeting.is_coffee):
            raise queries.no_meeting()
        if asked := await ask(context, form, name, default=f"{PATH}/{identifier}"):
            return asked
    async with site_of(request).db.write() as tx:
        await plan.cancel(tx, me.id, identifier)
    return redirect(f"{PATH}/{identifier}", request, flash=_("It is cancelled."), language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    """The form to propose another time."""
    seen = await queries.seen(context.reader, context.member.id, parse_id(form.get("meeting_id", "")))
    return await _show(context, seen, form, errors_of(context, problem))


def _answered(seen: ShownMeeting) -> Message:
    if seen.meeting.is_coffee:
        return _("You have agreed.") if seen.meeting.is_agreed else _("You have declined.")
    if seen.is_waiting:
        return _("All seats are taken: you are on the waiting list, and hear when one is free.")
    match seen.answer:
        case Answer.YES:
            return _("You come.")
        case Answer.MAYBE:
            return _("You come perhaps.")
        case _:
            return _("You do not come.")


async def _show(
    context: RequestContext, seen: ShownMeeting, form: Mapping[str, str], errors: Form, *, status_code: int = 200
) -> Response[Any]:
    people = await queries.people(context.reader, seen)
    response = await context.render(
        "meeting.html",
        status_code=status_code,
        one=seen,
        people=people,
        write_to=_write_to(context.viewer, seen, people),
        form=form,
        lengths=lengths(context),
        errors=errors,
    )
    response.headers.update(HIDDEN_FROM_ROBOTS)
    return response


def _write_to(viewer: Account | None, seen: ShownMeeting, people: People) -> str:
    """The address of a message to those who come, as many as a conversation takes; empty when there is nobody."""
    if viewer is None or not seen.takes_part:
        return ""
    organizer = () if seen.is_own and not seen.meeting.is_coffee else (seen.account,)
    others = [one for one in (*organizer, *people.coming, *people.maybe) if one.id != viewer.id][: MOST_IN_CONVERSATION - 1]
    return f"/messages/new?{urlencode({'to': ' '.join(f'@{one.acct}' for one in others)})}" if others else ""


routes = [index, past, renew_feed, show, answer, another_time, cancel]
