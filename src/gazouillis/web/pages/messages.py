"""Private messages: the list of conversations, with search in them, and the form to begin one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec
from litestar import Response, get, post

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.conversations import queries as conversations
from gazouillis.conversations import send
from gazouillis.conversations.models import ConversationView, people_key
from gazouillis.infra.basics.errors import Conflict, Invalid, NotFound, Problem, TooMany
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.rules import MOST_IN_CONVERSATION
from gazouillis.web import pagination
from gazouillis.web.message_urls import message_url
from gazouillis.web.pages import adjusting, attaching, compose, conversation, publishing
from gazouillis.web.pages.attaching import TAKES_FILES
from gazouillis.web.rendering import Composer
from gazouillis.web.request_context import (
    AnyRequest,
    Form,
    RequestContext,
    redirect,
    request_context,
    site_of,
    wants_json,
)
from gazouillis.web.unsent import restorable

LONGEST_QUERY = 200
MOST_FOUND = 40
_SEPARATOR = re.compile(r"[\s,;]+")


@get("/messages")
async def index(request: AnyRequest) -> Response[Any]:
    query = request.query_params.get("q", "").replace("\0", "")[:LONGEST_QUERY].strip()
    async with request_context(request, is_long=bool(query)) as context:
        return await (_search_results(context, query) if query else _list(context))


@get("/messages/new")
async def new(request: AnyRequest) -> Response[Any]:
    """Leads to the conversation with these people if there is one. `about`: a post that the message answers in private."""
    async with request_context(request) as context:
        author, to = context.member, request.query_params.get("to", "")
        composer = msgspec.structs.replace(await compose.blank(context), visibility="direct", recipients=handles(to))
        about = request.query_params.get("about", "")
        if about:
            composer = msgspec.structs.replace(composer, in_reply_to=await compose.readable(context, about))
        if to:
            with_whom = await _recipients_or_none(context, to)
            present = await conversations.by_people(context.reader, people_key([author.id, *with_whom])) if with_whom else None
            if present is not None:
                return redirect(f"/messages/{present}?about={about}#status" if about else f"/messages/{present}", request)
        return await context.render("message_new.html", composer=composer)


@post("/messages", opt=restorable("message") | TAKES_FILES, request_max_body_size=None)
async def begin(request: AnyRequest) -> Response[Any]:
    async with attaching.form_with_files(request) as sent:
        async with request_context(request) as context:
            (user, author), terms = context.user_and_account, publishing.terms(context)
        form = sent.form
        try:
            form = await publishing.attach(request, author, sent)
            if adjusting.SHOW_FILES in form:
                return await _refused(request, form, None)
            await publishing.count_published(request, author)
            draft = publishing.draft(form | {"visibility": "direct"}, user)
            async with site_of(request).db.write() as tx:
                await publishing.describe_files(tx, author, sent)
                recipients = await _recipients(tx, site_of(request).settings.authority, form.get("to", ""))
                addressed = msgspec.structs.replace(draft, visibility=Visibility.DIRECT, recipient_ids=recipients)
                published = await send.publish(tx, author, addressed, terms)
                conversation_id = await conversations.of_status(tx, author.id, published.status.id)
        except (Invalid, NotFound, Conflict, TooMany) as problem:
            return await _refused(request, form, problem)
    path = f"/messages/{conversation_id}#s{published.status.id}"
    return publishing.sent_json(published.status, path) if wants_json(request) else redirect(path, request)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    """The form, with what was typed, after it could not be sent: that of a new conversation, or of one that exists."""
    if form.get("conversation_id"):
        return await conversation.show_again(context, form, problem)
    composer = await _with_errors(context, form, problem)
    return await context.render("message_new.html", status_code=publishing.status_of(problem), composer=composer)


async def _list(context: RequestContext) -> Response[Any]:
    viewer, reader = context.member, context.reader

    async def fetch(window: Window) -> Page[int]:
        return await conversations.page(reader, viewer.id, window)

    async def load(ids: Sequence[int]) -> list[ConversationView]:
        return await conversations.conversation_views(reader, ids, viewer.id)

    page = await pagination.list_page(context, fetch, load)
    requests = await conversations.requests_count(reader, viewer.id)
    shown: dict[str, Any] = {"query": "", "conversations": page.entries, "requests": requests, "found": None}
    return await context.render("messages.html", live="/live/messages", **shown, **page.links)


async def _search_results(context: RequestContext, query: str) -> Response[Any]:
    viewer = context.member
    found = await conversations.search(context.reader, viewer.id, query, MOST_FOUND)
    places = await conversations.conversations_of(context.reader, viewer.id, [one.id for one in found])
    results = [(message_url(places[one.id], one.id), one) for one in found if one.id in places]
    return await context.render("messages.html", query=query, conversations=[], requests=None, found=results, older=None, newer=None)


async def _recipients(reader: Reader, authority: str, to: str) -> tuple[AccountId, ...]:
    """The accounts with these handles. Raises Invalid when one does not exist, or when there are too many or none."""
    named = handles(to).split()
    if not named:
        raise Invalid(_("Name whom this is for: @somebody"), field="to", code="ERR_BLANK")
    if len(named) > MOST_IN_CONVERSATION * 2:
        raise Invalid(_("Name fewer people"), field="to", code="ERR_TOO_MANY")
    found: list[Account] = []
    for handle in named:
        account = await accounts.by_handle(reader, handle, authority)
        if account is None or not account.is_visible:
            raise Invalid(_("Nobody here is called {handle}", handle=handle), field="to")
        found.append(account)
    return tuple(dict.fromkeys(one.id for one in found))


async def _recipients_or_none(context: RequestContext, to: str) -> tuple[AccountId, ...]:
    """Nobody instead of an error, for showing the form. The error comes when it is sent."""
    try:
        return await _recipients(context.reader, context.site.settings.authority, to)
    except Invalid:
        return ()


def handles(to: str) -> str:
    """What was typed, as handles separated by spaces: `bob, @carol` gives `@bob @carol`."""
    return " ".join(f"@{one.lstrip('@')}" for one in _SEPARATOR.split(to.replace("\0", "")[:500]) if one.strip("@"))


async def _refused(request: AnyRequest, form: Form, problem: Problem | None) -> Response[Any]:
    form = publishing.without_used_key(form, problem)
    async with request_context(request) as context:
        if wants_json(request):
            return publishing.refusal_json(context, await _with_errors(context, form, problem), problem)
        return publishing.with_retry(await show_again(context, form, problem), problem)


async def _with_errors(context: RequestContext, form: Form, problem: Problem | None) -> Composer:
    if not compose.is_by(context.member, form):
        problem = compose.written_by_another(context.member)
    composer = await compose.with_errors(context, form, problem)
    errors = composer.errors
    if problem is not None and getattr(problem, "field", "") == "to":
        errors = {"to": context.translate(problem.public)}
    with suppress(NotFound):
        composer = msgspec.structs.replace(composer, in_reply_to=await compose.readable(context, form.get("in_reply_to_id", "")))
    return msgspec.structs.replace(composer, visibility="direct", recipients=form.get("to", ""), errors=errors)


routes = [index, new, begin]
