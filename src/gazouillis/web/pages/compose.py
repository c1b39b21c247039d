"""Where one writes: the page for it, and the form as other pages hold it."""

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
from gazouillis.web.reading import number
from gazouillis.web.rendering import Composer
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, request_context


@get("/compose")
async def page(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        asked = request.query_params
        if asked.get("reply_to"):
            return await show(context, reply(context, await readable(context, asked["reply_to"])))
        if asked.get("edit"):
            return await show(context, await edit(context, await own(context, asked["edit"])))
        return await show(context, blank(context))


async def show(context: RequestContext, composer: Composer, *, status_code: int = 200) -> Response[Any]:
    return await context.show("compose.html", status_code=status_code, composer=composer)


def blank(context: RequestContext) -> Composer:
    user, _account = context.user_and_account
    preferences = user.preferences
    return Composer(idempotency_key=_draft_key(), visibility=preferences.default_visibility, language=preferences.default_language)


def reply(context: RequestContext, parent: StatusView) -> Composer:
    """Speaks to the author and to those they named, and no louder than they did."""
    user, account = context.user_and_account
    concerned: list[Account | MentionedAccount] = [parent.account, *parent.mentions]
    named = {one.acct: None for one in concerned if one.id != account.id}
    loudest = Visibility[user.preferences.default_visibility.upper()]
    return Composer(
        idempotency_key=_draft_key(),
        text="".join(f"@{acct} " for acct in islice(named, MOST_MENTIONS)),
        spoiler_text=parent.status.spoiler_text,
        visibility=max(parent.status.visibility, loudest).word,
        language=user.preferences.default_language,
        addressees=_heard_in(parent),
        in_reply_to=parent,
    )


async def edit(context: RequestContext, view: StatusView) -> Composer:
    status = view.status
    addressees = await _addressees(context, status.text, view) if status.in_reply_to_id else frozenset[str]()
    return Composer(
        idempotency_key=_draft_key(),
        text=status.text,
        spoiler_text=status.spoiler_text,
        visibility=status.visibility.word,
        language=status.language,
        addressees=addressees,
        remaining=_remaining(context, status.text, status.spoiler_text, addressees),
        editing=view,
    )


async def typed(
    context: RequestContext, form: Form, problem: Problem, *, in_reply_to: StatusView | None = None, editing: StatusView | None = None
) -> Composer:
    """The form as it was sent, with what must be mended."""
    text, warning = form.get("status", ""), form.get("spoiler_text", "")
    field = getattr(problem, "field", "")
    heard = in_reply_to or (editing if editing is not None and editing.status.in_reply_to_id else None)
    addressees = await _addressees(context, text, heard) if heard else frozenset[str]()
    return Composer(
        idempotency_key=form.get("idempotency_key", "") or _draft_key(),
        text=text,
        spoiler_text=warning,
        visibility=form.get("visibility", ""),
        language=form.get("language", ""),
        addressees=addressees,
        remaining=_remaining(context, text, warning, addressees),
        in_reply_to=in_reply_to,
        editing=editing,
        errors={field if field in {"status", "spoiler_text"} else "": context.say(problem.public)},
    )


def _draft_key() -> str:
    """What is written with it is said once: no two pages may have the same."""
    key = new_token()
    if dependencies := current_dependencies():
        dependencies.add_nonce(key)
    return key


async def readable(context: RequestContext, identifier: str) -> StatusView:
    """The words one would answer: of a reblog, the original's."""
    status = await statuses.visible(context.reader, StatusId(number(identifier)), context.viewer_id)
    return (await views.view(context.reader, status, context.viewer_id)).shown


async def own(context: RequestContext, identifier: str) -> StatusView:
    status = await statuses.visible(context.reader, StatusId(number(identifier)), context.member.id)
    if status.account_id != context.member.id or status.reblog_of_id:
        raise Forbidden(_("This post is not yours"))
    return await views.view(context.reader, status, context.member.id)


def _heard_in(view: StatusView) -> frozenset[str]:
    """The handles of those who speak or are named in it."""
    heard: list[Account | MentionedAccount] = [view.account, *view.mentions]
    return frozenset(one.acct.lower() for one in heard)


async def _addressees(context: RequestContext, text: str, heard: StatusView) -> frozenset[str]:
    """Also those known here whom the text opens with: the page cannot know of them until the server has read it."""
    handles = reply_address(text)[0][:MOST_MENTIONS]
    terms = Terms(context.site.settings.base_url, context.options.max_characters)
    return _heard_in(heard).union(await composition.known(context.reader, handles, terms))


def _remaining(context: RequestContext, text: str, warning: str, addressees: frozenset[str]) -> int:
    return context.options.max_characters - counted_length(text, addressees=addressees) - counted_length(warning)


routes = [page]
