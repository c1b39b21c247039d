"""The composer: the form to write a status, a reply or an edit, and the page that shows only this form."""

from __future__ import annotations

from itertools import islice
from typing import Any

from litestar import Response, get

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Forbidden, Problem
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.dependencies import current_dependencies
from gazouillis.infra.secrets import new_token
from gazouillis.statuses import composition, views
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.models import MentionedAccount, StatusView, Terms, Visibility
from gazouillis.statuses.rules import MOST_MENTIONS
from gazouillis.text.entities import reply_address
from gazouillis.text.length import counted_length
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import Composer
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, request_context


@get("/compose")
async def page(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        query = request.query_params
        if query.get("reply_to"):
            return await show(context, reply(context, await readable(context, query["reply_to"])))
        if query.get("edit"):
            return await show(context, await edit(context, await own(context, query["edit"])))
        return await show(context, blank(context))


async def show(context: RequestContext, composer: Composer, *, status_code: int = 200) -> Response[Any]:
    return await context.render("compose.html", status_code=status_code, composer=composer)


def blank(context: RequestContext) -> Composer:
    user, _account = context.user_and_account
    preferences = user.preferences
    return Composer(idempotency_key=_idempotency_key(), visibility=preferences.default_visibility, language=preferences.default_language)


def reply(context: RequestContext, parent: StatusView) -> Composer:
    """Starts with the mentions of the author and of those they mentioned. Its visibility is never wider than the parent's."""
    user, account = context.user_and_account
    participants: list[Account | MentionedAccount] = [parent.account, *parent.mentions]
    mentions = {one.acct: None for one in participants if one.id != account.id}
    widest = Visibility[user.preferences.default_visibility.upper()]
    return Composer(
        idempotency_key=_idempotency_key(),
        text="".join(f"@{acct} " for acct in islice(mentions, MOST_MENTIONS)),
        spoiler_text=parent.status.spoiler_text,
        visibility=max(parent.status.visibility, widest).word,
        language=user.preferences.default_language,
        addressees=_participants(parent),
        in_reply_to=parent,
    )


async def edit(context: RequestContext, view: StatusView) -> Composer:
    status = view.status
    addressees = await _addressees(context, status.text, view) if status.in_reply_to_id else frozenset[str]()
    return Composer(
        idempotency_key=_idempotency_key(),
        text=status.text,
        spoiler_text=status.spoiler_text,
        visibility=status.visibility.word,
        language=status.language,
        addressees=addressees,
        remaining=_remaining(context, status.text, status.spoiler_text, addressees),
        editing=view,
    )


async def with_errors(
    context: RequestContext, form: Form, problem: Problem, *, in_reply_to: StatusView | None = None, editing: StatusView | None = None
) -> Composer:
    """The composer of a form that was refused: what was typed, and the error."""
    text, warning = form.get("status", ""), form.get("spoiler_text", "")
    field = getattr(problem, "field", "")
    parent = in_reply_to or (editing if editing is not None and editing.status.in_reply_to_id else None)
    addressees = await _addressees(context, text, parent) if parent else frozenset[str]()
    return Composer(
        idempotency_key=form.get("idempotency_key", "") or _idempotency_key(),
        text=text,
        spoiler_text=warning,
        visibility=form.get("visibility", ""),
        language=form.get("language", ""),
        addressees=addressees,
        remaining=_remaining(context, text, warning, addressees),
        in_reply_to=in_reply_to,
        editing=editing,
        errors={field if field in {"status", "spoiler_text"} else "": context.translate(problem.public)},
    )


def _idempotency_key() -> str:
    """A new idempotency key. No two pages may have the same one, so a cached page gets a fresh one each time."""
    key = new_token()
    if dependencies := current_dependencies():
        dependencies.add_nonce(key)
    return key


async def readable(context: RequestContext, identifier: str) -> StatusView:
    """A status that the viewer may read; of a reblog, the original. Raises NotFound."""
    status = await statuses.visible(context.reader, StatusId(parse_id(identifier)), context.viewer_id)
    return (await views.view(context.reader, status, context.viewer_id)).shown


async def own(context: RequestContext, identifier: str) -> StatusView:
    """A status of the signed-in account. Raises NotFound or Forbidden."""
    status = await statuses.visible(context.reader, StatusId(parse_id(identifier)), context.member.id)
    if status.account_id != context.member.id or status.reblog_of_id:
        raise Forbidden(_("This post is not yours"))
    return await views.view(context.reader, status, context.member.id)


def _participants(view: StatusView) -> frozenset[str]:
    """The handles of its author and of those it mentions, in lower case."""
    accounts: list[Account | MentionedAccount] = [view.account, *view.mentions]
    return frozenset(one.acct.lower() for one in accounts)


async def _addressees(context: RequestContext, text: str, parent: StatusView) -> frozenset[str]:
    """The parent's participants, and the known accounts that the text begins with, which only the server can look up."""
    handles = reply_address(text)[0][:MOST_MENTIONS]
    terms = Terms(context.site.settings.base_url, context.options.max_characters)
    return _participants(parent).union(await composition.known(context.reader, handles, terms))


def _remaining(context: RequestContext, text: str, warning: str, addressees: frozenset[str]) -> int:
    return context.options.max_characters - counted_length(text, addressees=addressees) - counted_length(warning)


routes = [page]
