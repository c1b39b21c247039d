"""The forms to plan a meeting, in two steps, and to change it. The second step says who will see it, and who is there and will not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.graph import circles
from gazouillis.infra.basics.errors import Invalid, Problem
from gazouillis.infra.basics.messages import _
from gazouillis.places import gazetteer
from gazouillis.places.chosen import Homonyms
from gazouillis.places.meetings import plan, queries
from gazouillis.places.meetings.invite import sight
from gazouillis.places.meetings.models import ShownMeeting
from gazouillis.places.models import Audience
from gazouillis.web import placing
from gazouillis.web.pages.meeting_forms import blank, errors_of, lengths, meeting_draft, typed
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import CSRF_FIELD, AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

PATH = "/meetings"
STEP = "step"
"""The name of the buttons of the second step: `publish` or `change`."""
USUAL = 120


@get(PATH + "/new")
async def new(request: AnyRequest) -> Response[Any]:
    """`place` fills in the town."""
    async with request_context(request) as context:
        context.require_member()
        form = blank(context.reader, request.query_params.get("place", ""), context.language, USUAL)
        return await _show(context, {"audience": Audience.MUTUALS.value, **form}, None)


@post(PATH + "/new", opt=restorable("meeting"))
async def create(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        if form.get(STEP) == "change":
            return await _show(context, form, None)
        try:
            draft = meeting_draft(form, language)
            if form.get(STEP) != "publish":
                meeting, seen_by = await sight(context.reader, me, draft)
                fields = {name: value for name, value in form.items() if name not in {CSRF_FIELD, STEP}}
                fields["place_id"] = str(meeting.place_id)
                place = gazetteer.by_id(meeting.place_id)
                return await context.render("meeting_preview.html", meeting=meeting, place=place, sight=seen_by, fields=fields)
            async with site_of(request).db.write() as tx:
                planned = await plan.plan(tx, me, draft)
        except Invalid as problem:
            return await _show(context, form, problem, status_code=422)
    return redirect(f"{PATH}/{planned.id}", request, flash=_("Your meeting is published."), language=language)


@get(PATH + "/{meeting_id:str}/edit")
async def edit(request: AnyRequest, meeting_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        seen = await _own(context, meeting_id)
        return await _show(context, typed(seen.meeting, context.language), None, seen)


@post(PATH + "/{meeting_id:str}/edit", opt=restorable("meeting-edit"))
async def change(request: AnyRequest, meeting_id: FromPath[str]) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        seen = await _own(context, meeting_id)
        try:
            draft = meeting_draft(form, language)
            async with site_of(request).db.write() as tx:
                await plan.change(tx, me, seen.meeting.id, lambda _before: draft)
        except Invalid as problem:
            return await _show(context, form, problem, seen, status_code=422)
    return redirect(f"{PATH}/{seen.meeting.id}", request, flash=_("It is changed; those who come are told."), language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    context.require_member()
    return await _show(context, form, problem)


async def show_edit_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, form, problem, await _own(context, form.get("meeting_id", "")))


async def _own(context: RequestContext, meeting_id: str) -> ShownMeeting:
    """Raises NotFound for what cannot be changed any more, too."""
    seen = await queries.seen(context.reader, context.member.id, parse_id(meeting_id))
    if not seen.is_own or seen.meeting.is_coffee or seen.meeting.is_cancelled or seen.is_over:
        raise queries.no_meeting()
    return seen


async def _show(
    context: RequestContext, form: Mapping[str, str], problem: Problem | None, seen: ShownMeeting | None = None, *, status_code: int = 200
) -> Response[Any]:
    return await context.render(
        "meeting_form.html",
        status_code=status_code,
        one=seen,
        place=placing.typed(form, context.language, asks=isinstance(problem, Homonyms)),
        circles=await circles.of_account(context.reader, context.member.id),
        form=form,
        lengths=lengths(context),
        errors=errors_of(context, problem),
    )


routes = [new, create, edit, change]
