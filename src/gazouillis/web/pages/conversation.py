"""One conversation of private messages: its messages, and the form to write one more. Opening the page marks the conversation as read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.conversations import break_glass, extracts, read, remove, send
from gazouillis.conversations import queries as conversations
from gazouillis.conversations.models import ConversationView, MessageView
from gazouillis.graph import contact_cards
from gazouillis.infra.basics.errors import Conflict, Invalid, NotFound, Problem, TooMany, Unavailable
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.statuses import queries as statuses
from gazouillis.statuses import views
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.publish import Published
from gazouillis.web import pagination
from gazouillis.web.confirmations import ask
from gazouillis.web.pages import adjusting, attaching, compose, message_requests, publishing
from gazouillis.web.pages.attaching import TAKES_FILES, Submitted
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import Composer
from gazouillis.web.request_context import (
    AnyRequest,
    Form,
    RequestContext,
    form_of,
    is_partial,
    is_unseen,
    redirect,
    request_context,
    site_of,
    wants_json,
    with_flash,
)
from gazouillis.web.unsent import restorable


@get("/messages/{conversation_id:str}")
async def show(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Any]:
    identifier = parse_id(conversation_id)
    await _mark_read(request, identifier)
    async with request_context(request) as context:
        view = await conversations.conversation_view(context.reader, context.member.id, identifier)
        return await _page(context, view, await _composer(context, view))


@post("/messages/{conversation_id:str}", opt=restorable("message") | TAKES_FILES, request_max_body_size=None)
async def write(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Any]:
    identifier = parse_id(conversation_id)
    async with attaching.form_with_files(request) as sent:
        async with request_context(request) as context:
            author = context.member
            view = await conversations.conversation_view(context.reader, author.id, identifier)
        form = sent.form
        try:
            form = await publishing.attach(request, author, sent)
            if adjusting.SHOW_FILES in form:
                return await _refused(request, form, view, None)
            published = await _send(request, form, sent, view)
        except (Invalid, NotFound, Conflict, TooMany) as problem:
            return await _refused(request, form, view, problem)
    path = f"/messages/{identifier}#s{published.status.id}"
    return publishing.sent_json(published.status, path) if wants_json(request) else redirect(path, request)


@post("/messages/{conversation_id:str}/unread")
async def mark_unread(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        account, language = context.member, context.language
    async with site_of(request).db.write() as tx:
        await read.mark_unread(tx, account, parse_id(conversation_id))
    return redirect("/messages", request, flash=_("The conversation is marked as unread"), language=language)


@post("/messages/{conversation_id:str}/delete")
async def delete(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Any]:
    """For the viewer alone."""
    identifier, form = parse_id(conversation_id), await form_of(request)
    async with request_context(request) as context:
        account, language = context.member, context.language
        await conversations.participant(context.reader, account.id, identifier)
        if asked := await ask(context, form, "delete-conversation", default=f"/messages/{identifier}"):
            return asked
    async with site_of(request).db.write() as tx:
        await remove.delete_conversation(tx, account, identifier)
    return redirect("/messages", request, flash=_("The conversation is deleted for you"), language=language)


@post("/messages/{conversation_id:str}/{status_id:str}/delete")
async def delete_message(request: AnyRequest, conversation_id: FromPath[str], status_id: FromPath[str]) -> Response[Any]:
    """For the viewer alone."""
    identifier, message_id, form = parse_id(conversation_id), StatusId(parse_id(status_id)), await form_of(request)
    async with request_context(request) as context:
        account, language = context.member, context.language
        await conversations.participant(context.reader, account.id, identifier)
        if asked := await ask(context, form, "delete-message", default=f"/messages/{identifier}"):
            return asked
    async with site_of(request).db.write() as tx:
        await remove.delete_message(tx, account, identifier, message_id)
    done = _("The message is deleted for you")
    if is_partial(request):
        return with_flash(Response("", media_type="text/html", status_code=200), done, language)
    return redirect(f"/messages/{identifier}", request, flash=done, language=language)


async def _mark_read(request: AnyRequest, conversation_id: int) -> None:
    """Writes nothing when it is read already, or when a browser fetches the page ahead of time."""
    async with request_context(request) as context:
        account = context.member
        mine = await conversations.participant(context.reader, account.id, conversation_id)
    if mine.is_unread and not is_unseen(request):
        with suppress(Unavailable):  # it is shown all the same, and marked as read the next time
            async with site_of(request).db.write() as tx:
                await read.mark_read(tx, account, conversation_id)


async def _send(request: AnyRequest, form: Form, sent: Submitted, view: ConversationView) -> Published:
    async with request_context(request) as context:
        (user, author), terms = context.user_and_account, publishing.terms(context)
    await publishing.count_published(request, author)
    draft = publishing.draft(form | {"visibility": "direct"}, user)
    async with site_of(request).db.write() as tx:
        await publishing.describe_files(tx, author, sent)
        published = await send.send(tx, author, view.id, draft, terms)
    publishing.check_is_not_another(published, draft)
    return published


async def _page(context: RequestContext, view: ConversationView, composer: Composer | None, *, status_code: int = 200) -> Response[Any]:
    viewer = context.member

    async def load(ids: Sequence[StatusId]) -> list[MessageView]:
        return await conversations.message_views(context.reader, ids, viewer.id)

    page = await pagination.list_page(context, partial(conversations.message_page, context.reader, viewer.id, view.id), load)
    return await context.render(
        "conversation.html",
        live="/live/messages",
        status_code=status_code,
        conversation=view,
        messages=page.entries,
        composer=composer,
        cards=await contact_cards.of_account(context.reader, viewer.id) if composer else [],
        accesses=await break_glass.accesses(context.reader, view.id),
        request=await message_requests.asked(context, view),
        extracts=await extracts.of_conversation(context.reader, viewer.id, view.id),
        **page.links,
    )


async def _composer(context: RequestContext, view: ConversationView) -> Composer | None:
    """`reply_to` in the address: the message to answer; `about`: a post to answer in private. None when nobody is left to read."""
    query = context.request.query_params
    if not _is_writable(view):
        return None
    composer = msgspec.structs.replace(await compose.blank(context), visibility="direct", conversation=view)
    if query.get("about"):
        return msgspec.structs.replace(composer, in_reply_to=await compose.readable(context, query["about"]))
    if query.get("reply_to"):
        return msgspec.structs.replace(composer, in_reply_to=await _message(context, view, query["reply_to"]))
    return composer


async def _message(context: RequestContext, view: ConversationView, identifier: str) -> StatusView:
    status_id, viewer = StatusId(parse_id(identifier)), context.member
    if await conversations.of_status(context.reader, viewer.id, status_id) != view.id:
        raise statuses.no_such_post()
    found = await views.views(context.reader, [status_id], viewer.id)
    if not found:
        raise statuses.no_such_post()
    return found[0]


def _is_writable(view: ConversationView) -> bool:
    return view.is_note or bool(view.readers)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    """The conversation, with what was typed, after the form could not be sent."""
    view = await conversations.conversation_view(context.reader, context.member.id, parse_id(form["conversation_id"]))
    composer = await _with_errors(context, form, view, problem)
    return await _page(context, view, composer, status_code=publishing.status_of(problem))


async def _refused(request: AnyRequest, form: Form, view: ConversationView, problem: Problem | None) -> Response[Any]:
    form = publishing.without_used_key(form, problem)
    async with request_context(request) as context:
        composer = await _with_errors(context, form, view, problem)
        if wants_json(request):
            return publishing.refusal_json(context, composer, problem)
        return publishing.with_retry(await _page(context, view, composer, status_code=publishing.status_of(problem)), problem)


async def _with_errors(context: RequestContext, form: Form, view: ConversationView, problem: Problem | None) -> Composer:
    """The form with what was typed. The message that it answers may have been deleted meanwhile."""
    if not compose.is_by(context.member, form):
        problem = compose.written_by_another(context.member)
    composer, answered = await compose.with_errors(context, form, problem), None
    with suppress(NotFound):
        answered = await compose.readable(context, form.get("in_reply_to_id", ""))
    return msgspec.structs.replace(composer, visibility="direct", conversation=view, in_reply_to=answered)


routes = [show, write, mark_unread, delete, delete_message]
