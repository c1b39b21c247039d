"""What one has written to be published later: the composer with a time, the list, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.infra.basics.errors import Conflict, Invalid, NotFound, Problem, TooMany
from gazouillis.infra.basics.ids import ScheduledId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.statuses import publish_due, schedule
from gazouillis.statuses.models import Draft, Status
from gazouillis.statuses.scheduled import queries, rules
from gazouillis.statuses.scheduled.models import ScheduledStatus
from gazouillis.web import i18n, roads
from gazouillis.web.confirmations import ask
from gazouillis.web.pages import adjusting, attaching, compose, later, publishing
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, RequestContext, form_of, redirect, request_context, site_of, wants_json
from gazouillis.web.unsent import restorable

PATH = later.PATH


class Waiting(msgspec.Struct, frozen=True):
    """One of the list. `written`: its time as the form shows it."""

    id: ScheduledId
    text: str
    warning: str
    visibility: str
    is_reply: bool
    options: tuple[str, ...]
    files_count: int
    due_at: datetime
    zone: str
    written: str
    failure: str
    error: str = ""


@post("/compose/later", opt=restorable("status") | attaching.TAKES_FILES, request_max_body_size=None)
async def choose(request: AnyRequest) -> Response[Any]:
    """The page with the same form and a field for the time, which keeps the files."""
    async with attaching.form_with_files(request) as sent:
        form, problem = sent.form, None
        async with request_context(request) as context:
            author = context.member
        try:
            form = attaching.with_attachment_ids(sent, await attaching.accept(site_of(request), author, sent))
        except Invalid as found:
            problem = found
    async with request_context(request) as context:
        return await compose.show_again(context, form | {later.LATER: "1"}, problem)


@post(PATH, opt=restorable("status") | attaching.TAKES_FILES, request_max_body_size=None)
async def create(request: AnyRequest) -> Response[Any]:
    async with attaching.form_with_files(request) as sent:
        async with request_context(request) as context:
            (user, author), terms, language = context.user_and_account, publishing.terms(context), context.language
        form = sent.form
        try:
            form = await publishing.attach(request, author, sent)
            if adjusting.SHOW_FILES in form:
                return await publishing.refused(request, form, None)
            await publishing.count_published(request, author)
            wanted = publishing.placed_draft(form, user, language)
            async with site_of(request).db.write() as tx:
                await publishing.describe_files(tx, author, sent)
                when = await later.when_in(tx, author, form, language)
                made = await schedule.schedule(tx, author, wanted, when, terms, roads.publish, roads.asked(form))
            check_is_not_another(made, wanted)
        except (Invalid, NotFound, Conflict, TooMany) as problem:
            return await publishing.refused(request, form, _for_script(problem) if wants_json(request) else problem)
    told = _("It will be posted on {when}", when=i18n.hour(when.due_at, when.zone, language))
    return publishing.obeyed(request, PATH, redirect(PATH, request, flash=told, language=language).cookies)


def check_is_not_another(made: ScheduledStatus | Status, wanted: Draft) -> None:
    """Raises AlreadySent when the same form, with another text, came before."""
    if isinstance(made, Status) or made.draft.text != wanted.text:
        raise publishing.AlreadySent


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, {})


@post(PATH + "/{scheduled_id:str}")
async def change(request: AnyRequest, scheduled_id: FromPath[str]) -> Response[Any]:
    """Gives it another time, of the zone in which its own was chosen."""
    identifier, form = _id(scheduled_id), await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        one = await queries.own(context.reader, identifier, me.id)
        zone = one.when.zone or await later.zone_of(context.reader, me, language)
    try:
        async with site_of(request).db.write() as tx:
            await schedule.put_off(tx, me, identifier, rules.at_home(form.get(later.TIME, "").strip(), zone))
    except Invalid as problem:
        return await _refused(request, identifier, problem)
    return redirect(PATH, request, flash=_("The time is changed"), language=language)


@post(PATH + "/{scheduled_id:str}/publish")
async def publish(request: AnyRequest, scheduled_id: FromPath[str]) -> Response[Any]:
    identifier = _id(scheduled_id)
    async with request_context(request) as context:
        me, language, terms = context.member, context.language, publishing.terms(context)
        await queries.own(context.reader, identifier, me.id)
    try:
        await publishing.count_published(request, me)
        async with site_of(request).db.write() as tx:
            await publish_due.publish_now(tx, me, identifier, terms, roads.publish)
    except (Invalid, Conflict, TooMany) as problem:
        return await _refused(request, identifier, problem)
    return redirect(PATH, request, flash=_("It is posted."), language=language)


@post(PATH + "/{scheduled_id:str}/delete")
async def delete(request: AnyRequest, scheduled_id: FromPath[str]) -> Response[Any]:
    identifier, form = _id(scheduled_id), await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        await queries.own(context.reader, identifier, me.id)
        if asked := await ask(context, form, "delete-scheduled", default=PATH):
            return asked
    async with site_of(request).db.write() as tx:
        await schedule.remove(tx, me, identifier)
    return redirect(PATH, request, flash=_("It is deleted, and is not posted"), language=language)


def _for_script(problem: Problem) -> Problem:
    """The composer's script shows what is wrong with the time above the buttons, since it knows no such field."""
    return Invalid(problem.public) if isinstance(problem, Invalid) and problem.field == later.TIME else problem


async def _refused(request: AnyRequest, identifier: ScheduledId, problem: Problem) -> Response[Any]:
    async with request_context(request) as context:
        await queries.own(context.reader, identifier, context.member.id)
        answer = await _show(context, {identifier: context.translate(problem.public)}, status_code=publishing.status_of(problem))
        return publishing.with_retry(answer, problem)


async def _show(context: RequestContext, errors: Mapping[ScheduledId, str], *, status_code: int = 200) -> Response[Any]:
    found = await queries.by_time(context.reader, context.member.id)
    zone = await later.zone_of(context.reader, context.member, context.language)
    listed = [_waiting(context, one, one.when.zone or zone, errors.get(one.id, "")) for one in found]
    failed, to_come = [one for one in listed if one.failure], [one for one in listed if not one.failure]
    return await context.render("scheduled.html", status_code=status_code, failed=failed, to_come=to_come)


def _waiting(context: RequestContext, one: ScheduledStatus, zone: str, error: str) -> Waiting:
    draft, due_at = one.draft, one.when.due_at
    return Waiting(
        one.id,
        draft.text,
        draft.spoiler_text,
        draft.visibility.word if draft.visibility is not None else "public",
        draft.in_reply_to_id is not None,
        draft.poll.options if draft.poll else (),
        len(draft.attachment_ids),
        due_at,
        zone,
        rules.shown_at_home(due_at, zone),
        context.translate(one.failure) if one.failure else "",
        error,
    )


def _id(text: str) -> ScheduledId:
    return ScheduledId(StatusId(parse_id(text)))


routes = [choose, create, show, change, publish, delete]
