"""Forms to publish, edit and delete statuses, and to favourite, bookmark and reblog them. They work without the page's script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from gazouillis.accounts.models import Account, User
from gazouillis.accounts.rules import is_language
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.limits import require
from gazouillis.statuses import delete as deleting
from gazouillis.statuses import edit as editing
from gazouillis.statuses import favourite as favouriting
from gazouillis.statuses import publish as publishing
from gazouillis.statuses import reblog as reblogging
from gazouillis.statuses.models import Draft, Status, StatusView, Terms, Visibility
from gazouillis.web.pages import compose, home, thread
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import status_url
from gazouillis.web.request_context import (
    AnyRequest,
    Form,
    RequestContext,
    form_of,
    local_path,
    member,
    redirect,
    redirect_back,
    request_context,
    site_of,
)

LONGEST_KEY = 255
"""Characters of an idempotency key; the rest is cut off."""

# As for apps, and counted with them: https://docs.joinmastodon.org/api/rate-limits/
MOST_PUBLISHED = 300
PUBLISHED_IN = timedelta(hours=3)

Action = Callable[[Tx, Account, StatusId], Awaitable[Status]]

ACTIONS: Mapping[str, Action] = {
    "favourite": favouriting.favourite,
    "unfavourite": favouriting.unfavourite,
    "bookmark": favouriting.bookmark,
    "unbookmark": favouriting.unbookmark,
    "reblog": reblogging.reblog,
    "unreblog": reblogging.unreblog,
}

UNDO_ACTIONS = frozenset({"unfavourite", "unbookmark", "unreblog"})


@post("/statuses")
async def publish(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        (user, author), terms = context.user_and_account, _terms(context)
    await require(site_of(request).limits, f"publish:{author.id}", MOST_PUBLISHED, PUBLISHED_IN)
    try:
        draft = _draft(form, user)
        async with site_of(request).db.write() as tx:
            published = (await publishing.publish(tx, author, draft, terms)).status
    except (Invalid, NotFound) as problem:
        return await _show_form_again(request, form, problem)
    return redirect(await _page_of(request, author, published), request)


@post("/statuses/{status_id:str}/edit")
async def edit(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        author, terms = context.member, _terms(context)
    revision = editing.Revision(form.get("status", ""), form.get("spoiler_text", ""), language=_language(form))
    try:
        async with site_of(request).db.write() as tx:
            edited = await editing.edit(tx, author, StatusId(parse_id(status_id)), revision, terms)
    except Invalid as problem:
        async with request_context(request) as context:
            composer = await compose.with_errors(context, form, problem, editing=await compose.own(context, status_id))
            return await compose.show(context, composer, status_code=422)
    return redirect(f"/@{author.acct}/{edited.id}", request)


@post("/statuses/{status_id:str}/delete")
async def delete(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        author, language = context.member, context.language
    async with site_of(request).db.write() as tx:
        identifier = StatusId(parse_id(status_id))
        if not await deleting.is_deleted_by(tx, author, identifier):
            await deleting.delete(tx, author, identifier)
    return redirect_back(request, flash=_("Your post is deleted"), language=language)


@post("/statuses/{status_id:str}/{action:str}")
async def act(request: AnyRequest, status_id: FromPath[str], action: FromPath[str]) -> Response[Any]:
    identifier, account = StatusId(parse_id(status_id)), await member(request)
    if action not in ACTIONS:
        raise NotFound(_("There is nothing here"))
    try:
        async with site_of(request).db.write() as tx:
            await ACTIONS[action](tx, account, identifier)
        return await _acted(request, status_id)
    except NotFound:
        if action not in UNDO_ACTIONS:
            raise
        return await _undone(request)


async def _acted(request: AnyRequest, status_id: str) -> Response[Any]:
    async with request_context(request) as context:
        view = await compose.readable(context, status_id)
        if context.is_partial:
            return await context.render("_status.html", view=view)
    return redirect(f"{local_path(request.headers.get('referer', '')) or status_url(view)}#s{view.id}", request)


async def _undone(request: AnyRequest) -> Response[Any]:
    """Undoing always succeeds, even twice, and even when the status is no longer visible: it then disappears from the page."""
    async with request_context(request) as context:
        return Response("", media_type="text/html", status_code=200) if context.is_partial else redirect_back(request)


def _draft(form: Form, user: User) -> Draft:
    """What the form leaves open is as the author prefers, as for apps."""
    preferred = user.preferences
    visibility = form.get("visibility", "") or preferred.default_visibility
    if visibility.upper() not in Visibility.__members__:
        raise Invalid(_("This visibility does not exist"), field="visibility", code="ERR_INCLUSION")
    parent = form.get("in_reply_to_id", "")
    return Draft(
        text=form.get("status", ""),
        visibility=Visibility[visibility.upper()],
        in_reply_to_id=StatusId(parse_id(parent)) if parent else None,
        spoiler_text=form.get("spoiler_text", ""),
        is_sensitive=True if preferred.default_sensitive else None,
        language=_language(form) or preferred.default_language or user.language,
        idempotency_key=form.get("idempotency_key", "")[:LONGEST_KEY],
    )


def _language(form: Form) -> str:
    language = form.get("language", "")
    return language if is_language(language) else ""


def _terms(context: RequestContext) -> Terms:
    return Terms(context.site.settings.base_url, context.options.max_characters)


async def _page_of(request: AnyRequest, author: Account, published: Status) -> str:
    """The page to show after publishing: a reply in its conversation, a direct status on its own page, any other at home."""
    if published.in_reply_to_id:
        async with request_context(request) as context:
            return f"{status_url(await compose.readable(context, str(published.in_reply_to_id)))}#s{published.id}"
    return f"/@{author.acct}/{published.id}" if published.visibility is Visibility.DIRECT else "/"


async def _show_form_again(request: AnyRequest, form: Form, problem: Problem) -> Response[Any]:
    """The page that the form was on, with what was typed and the errors."""
    async with request_context(request) as context:
        parent = await _parent(context, form)
        composer = await compose.with_errors(context, form, problem, in_reply_to=parent)
        if parent is not None:
            return await thread.show(context, parent, composer, status_code=422)
        if local_path(request.headers.get("referer", "")).partition("?")[0] == "/":
            return await home.show(context, composer, status_code=422)
        return await compose.show(context, composer, status_code=422)


async def _parent(context: RequestContext, form: Form) -> StatusView | None:
    """The status to reply to. None also when it was deleted meanwhile; the form still keeps what was typed."""
    try:
        return await compose.readable(context, form.get("in_reply_to_id", ""))
    except NotFound:
        return None


routes = [publish, edit, delete, act]
