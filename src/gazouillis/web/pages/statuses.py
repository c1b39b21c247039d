"""Forms to delete, favourite, bookmark, reblog and pin statuses, and to vote. They work without the page's script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts.models import Account
from gazouillis.encounters.reach import act as acting
from gazouillis.encounters.reach.act import By
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses import delete as deleting
from gazouillis.statuses import favourite as favouriting
from gazouillis.statuses import queries as statuses
from gazouillis.statuses import reblog as reblogging
from gazouillis.statuses import vote as voting
from gazouillis.statuses.models import Status, StatusView, Visibility
from gazouillis.statuses.mute_thread import mute_thread, unmute_thread
from gazouillis.statuses.pin import pin, unpin
from gazouillis.statuses.withhold import hide_reply, show_reply
from gazouillis.web import filtered, polls, roads
from gazouillis.web.confirmations import ask
from gazouillis.web.pages import compose
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import status_url
from gazouillis.web.request_context import (
    AnyRequest,
    Form,
    RequestContext,
    form_of,
    is_partial,
    local_path,
    member,
    origin,
    redirect,
    redirect_back,
    request_context,
    site_of,
    with_flash,
)

Action = Callable[[Tx, Account, StatusId], Awaitable[Status]]

ACTIONS: Mapping[str, Action] = {
    "unfavourite": favouriting.unfavourite,
    "bookmark": favouriting.bookmark,
    "unbookmark": favouriting.unbookmark,
    "unreblog": reblogging.unreblog,
    "mute": mute_thread,
    "unmute": unmute_thread,
    "pin": pin,
    "unpin": unpin,
    "hide-reply": hide_reply,
    "show-reply": show_reply,
}

ACTIONS_WITH_ROAD: Mapping[str, Callable[[Tx, Account, StatusId, By], Awaitable[Status]]] = {
    "favourite": acting.favourite,
    "reblog": acting.reblog,
}
"""Actions that record by which road one came."""

UNDO_ACTIONS = frozenset({"unfavourite", "unbookmark", "unreblog", "unmute", "unpin", "show-reply"})

TOLD: Mapping[str, tuple[Message, str]] = {
    "unbookmark": (_("Removed from your bookmarks"), "bookmark"),
    "pin": (_("Pinned to your profile"), "unpin"),
    "unpin": (_("No longer pinned to your profile"), "pin"),
}
"""What is told after an action whose button may not be on the page that follows, and the action that takes it back."""


@get("/statuses/{status_id:str}")
async def one(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    """A status as it is now, for an open page that shows it; whoever else comes here is led to its page."""
    async with request_context(request) as context:
        view = await compose.readable(context, status_id)
        if not context.is_partial:
            return redirect(status_url(view), request)
        return await _rendered(context, view, roads.asked(request.query_params), is_asked=False)


@post("/statuses/{status_id:str}/delete")
async def delete(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), StatusId(parse_id(status_id))
    async with request_context(request) as context:
        author, language = context.member, context.language
        if not await deleting.is_deleted_by(context.reader, author, identifier):
            status = await statuses.own(context.reader, identifier, author.id)
            is_message = status.visibility is Visibility.DIRECT
            if asked := await ask(context, form, "delete-for-all" if is_message else "delete"):
                return asked
    async with site_of(request).db.write() as tx:
        if not await deleting.is_deleted_by(tx, author, identifier):
            await deleting.delete(tx, author, identifier)
    return _deleted(request, author, identifier, language)


def _deleted(request: AnyRequest, author: Account, status_id: StatusId, language: str) -> Response[Any]:
    """Back to where the form was; from the page of the status, which is no more, to its author."""
    done, path = _("Your post is deleted"), origin(request)
    if path.startswith(f"/@{author.acct}/{status_id}"):
        return redirect(f"/@{author.acct}", request, flash=done, language=language)
    if is_partial(request):
        return with_flash(Response("", media_type="text/html", status_code=200), done, language)
    return redirect(path or "/", request, flash=done, language=language)


@post("/statuses/{status_id:str}/vote")
async def vote(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    """A vote that is refused keeps the page of who has its script, and tells why."""
    identifier, account, form = StatusId(parse_id(status_id)), await member(request), await form_of(request)
    try:
        async with site_of(request).db.write() as tx:
            await voting.vote(tx, account, identifier, polls.vote_in(form, identifier))
    except Invalid as problem:
        if not is_partial(request):
            raise
        async with request_context(request) as context:
            return with_flash(Response("", media_type="text/html", status_code=422), problem.public, context.language)
    return await _acted(request, status_id, form, "vote")


@post("/statuses/{status_id:str}/{action:str}")
async def act(request: AnyRequest, status_id: FromPath[str], action: FromPath[str]) -> Response[Any]:
    identifier, account, form = StatusId(parse_id(status_id)), await member(request), await form_of(request)
    command = ACTIONS.get(action) or _with_road(action, form)
    if command is None:
        raise NotFound(_("There is nothing here"))
    try:
        async with site_of(request).db.write() as tx:
            await command(tx, account, identifier)
        return await _acted(request, status_id, form, action)
    except NotFound:
        if action not in UNDO_ACTIONS:
            raise
        return await _undone(request)


def _with_road(action: str, form: Form) -> Action | None:
    command, by = ACTIONS_WITH_ROAD.get(action), roads.by(form)
    return (lambda tx, account, status_id: command(tx, account, status_id, by)) if command else None


async def _acted(request: AnyRequest, status_id: str, form: Form, action: str) -> Response[Any]:
    async with request_context(request) as context:
        view = await compose.readable(context, status_id)
        if context.is_partial:
            return await _rendered(context, view, roads.asked(form))
    path = f"{local_path(request.headers.get('referer', '')) or status_url(view)}#s{view.id}"
    if action not in TOLD:
        return redirect(path, request)
    told, undo = TOLD[action]
    return redirect(path, request, flash=told, undo=f"/statuses/{view.id}/{undo}", language=context.language)


async def _rendered(context: RequestContext, view: StatusView, via: str, *, is_asked: bool = True) -> Response[Any]:
    """The status alone. Who began its thread may hide it from there, on whatever page it is. `is_asked`: the viewer has it before them;
    else it is closed when a filter matches what an edit made of it.
    """
    shown = filtered.anywhere(view)
    warning = "" if is_asked or not shown.titles else context.translate(_("Filtered: {title}", title=shown.titles))
    first = await statuses.by_id(context.reader, view.status.conversation_id) if view.status.in_reply_to_id else None
    is_in_own_thread = first is not None and first.account_id == context.viewer_id
    of_filters: dict[str, Any] = {"filtered": warning, "is_blurred": shown.is_blurred}
    return await context.render("_status.html", view=view, is_in_own_thread=is_in_own_thread, via=via, **of_filters)


async def _undone(request: AnyRequest) -> Response[Any]:
    """Undoing always succeeds, even twice, and even when the status is no longer visible: it then disappears from the page."""
    async with request_context(request) as context:
        return Response("", media_type="text/html", status_code=200) if context.is_partial else redirect_back(request)


routes = [one, delete, vote, act]
