"""The composer: the form to write a status, a reply or an edit, and the page that shows only this form."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from itertools import islice
from typing import Any

import msgspec
from litestar import Response, get, post

from gazouillis.accounts.models import Account
from gazouillis.conversations import queries as conversations
from gazouillis.graph import circles
from gazouillis.graph.circles import Circle
from gazouillis.infra.basics.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from gazouillis.infra.basics.ids import PlaceId, StatusId, id_or_none
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.dependencies import current_dependencies
from gazouillis.infra.secrets import new_token
from gazouillis.places.chosen import Homonyms
from gazouillis.statuses import composition, replies, views
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.events import Reach
from gazouillis.statuses.idempotency import form_key
from gazouillis.statuses.models import MentionedAccount, ReplyPolicy, Status, StatusView, Terms, Visibility
from gazouillis.statuses.polls import rules
from gazouillis.statuses.protected import NamesProtected
from gazouillis.statuses.readership import Readership, readership
from gazouillis.statuses.rules import MOST_MENTIONS
from gazouillis.text.entities import reply_address
from gazouillis.text.length import counted_length
from gazouillis.web import adjustments, audiences, placing, polls, roads, stay_line
from gazouillis.web.audiences import Audience
from gazouillis.web.pages import attaching, later
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import Composer
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

WARNED = "warned"
"""The field of a form whose author was warned that it names somebody whom they protect."""

CACHED_FOR = timedelta(days=1)
"""A cached page is made anew after this time, since its forms say when they were made."""


@get("/compose")
async def page(request: AnyRequest) -> Response[Any]:
    """`reply_to` and `edit` name a status, `place` the place that a new one is about; `later`: it is for later."""
    async with request_context(request) as context:
        query = request.query_params
        if query.get("reply_to"):
            return await _show_reply(context, await readable(context, query["reply_to"]), roads.asked(query))
        if query.get("edit"):
            return await show(context, await edit(context, await own(context, query["edit"])))
        place = placing.of_status(PlaceId(id_or_none(query.get("place", "")) or 0), context.language)
        field = await later.typed(context, query)
        return await show(context, msgspec.structs.replace(await blank(context), place=place, later=field))


@get(["/compose/readers", "/compose/stay", "/compose/later"])
async def open_again(request: AnyRequest) -> Response[Any]:
    """Forms sent there are answered with the composer: it is opened empty for who opens the address of such an answer."""
    return redirect("/compose?later=1" if request.url.path.endswith("/later") else "/compose", request)


@post("/compose/readers", opt=restorable("status") | attaching.TAKES_FILES, request_max_body_size=None)
async def readers(request: AnyRequest) -> Response[Any]:
    """Who will read what is being written: for the page's script, or on a page with the same form, which keeps the files."""
    async with attaching.form_with_files(request) as sent:
        form = sent.form
        async with request_context(request) as context:
            author = context.member
        try:
            form = attaching.with_attachment_ids(sent, await attaching.accept(site_of(request), author, sent))
        except Invalid as problem:
            async with request_context(request) as context:
                return await show_again(context, form, problem)
    async with request_context(request) as context:
        parent = await parent_of(context, form)
        try:
            found = await _readership(context, form, parent)
        except (Invalid, NotFound) as problem:
            if context.is_partial:
                raise
            return await show_again(context, form, problem)
        if context.is_partial:
            return await context.render("_readers.html", readership=found)
        composer = await typed(context, form, in_reply_to=parent)
        return await show(context, msgspec.structs.replace(composer, readership=found))


async def _show_reply(context: RequestContext, parent: StatusView, via: str) -> Response[Any]:
    """A private message is answered in its conversation."""
    conversation_id = await conversations.of_status(context.reader, context.member.id, parent.id)
    if conversation_id is not None:
        return redirect(f"/messages/{conversation_id}?reply_to={parent.id}#status", context.request)
    reason = await replies.refusal(context.reader, parent.status, context.member.id)
    if reason is not None:
        return await context.render("compose_refused.html", status_code=403, view=parent, reason=context.translate(reason))
    return await show(context, await reply(context, parent, via))


async def show(context: RequestContext, composer: Composer, *, status_code: int = 200) -> Response[Any]:
    return await context.render("compose.html", status_code=status_code, composer=composer)


async def blank(context: RequestContext) -> Composer:
    user, account = context.user_and_account
    preferences = user.preferences
    return Composer(
        idempotency_key=_idempotency_key(context),
        visibility=preferences.default_visibility,
        language=preferences.default_language,
        reply_policy=preferences.default_reply_policy,
        circles=await circles.of_account(context.reader, account.id),
    )


async def reply(context: RequestContext, parent: StatusView, via: str = "") -> Composer:
    """Starts with the mentions of the author and of those they mentioned, and with an audience no wider than the parent's."""
    user, account = context.user_and_account
    participants: list[Account | MentionedAccount] = [parent.account, *parent.mentions]
    mentions = {one.acct: None for one in participants if one.id != account.id}
    own_circles = await circles.of_account(context.reader, account.id)
    return Composer(
        idempotency_key=_idempotency_key(context),
        text="".join(f"@{acct} " for acct in islice(mentions, MOST_MENTIONS)),
        spoiler_text=parent.status.spoiler_text,
        visibility=_answering(parent.status, Visibility[user.preferences.default_visibility.upper()], own_circles).value,
        language=user.preferences.default_language,
        reply_policy=user.preferences.default_reply_policy,
        circles=own_circles,
        addressees=_participants(parent),
        in_reply_to=parent,
        via=via,
    )


async def edit(context: RequestContext, view: StatusView) -> Composer:
    status = view.status
    addressees = await _addressees(context, status.text, view) if status.in_reply_to_id else frozenset[str]()
    return Composer(
        idempotency_key=_idempotency_key(context),
        text=status.text,
        spoiler_text=status.spoiler_text,
        visibility=status.visibility.word,
        language=status.language,
        addressees=addressees,
        remaining=_remaining(context, status.text, status.spoiler_text, addressees),
        editing=view,
        attachments=view.attachments,
        is_sensitive=status.is_sensitive and bool(view.attachments),
        place=placing.of_status(status.place_id, context.language),
        poll=polls.of_status(view.poll),
    )


async def with_errors(
    context: RequestContext,
    form: Form,
    problem: Problem | None,
    *,
    in_reply_to: StatusView | None = None,
    editing: StatusView | None = None,
) -> Composer:
    """The composer of a form that was refused: what was typed, and the error."""
    field = getattr(problem, "field", "")
    if isinstance(problem, NamesProtected):
        form = form | {"visibility": Audience(problem.audience.visibility, problem.audience.circle_id).value, WARNED: "1"}
    return msgspec.structs.replace(
        await typed(context, form, in_reply_to=in_reply_to, editing=editing),
        errors={_FIELDS.get(field, ""): context.translate(problem.public)} if problem else {},
        place=placing.typed(form, context.language, asks=isinstance(problem, Homonyms)),
        is_restored=problem is None,
    )


async def typed(
    context: RequestContext, form: Form, *, in_reply_to: StatusView | None = None, editing: StatusView | None = None
) -> Composer:
    """The composer with what was typed into it."""
    text, warning = form.get("status", ""), form.get("spoiler_text", "")
    parent = in_reply_to or (editing if editing is not None and editing.status.in_reply_to_id else None)
    addressees = await _addressees(context, text, parent) if parent else frozenset[str]()
    return Composer(
        idempotency_key=form.get("idempotency_key", "") or _idempotency_key(context),
        text=text,
        spoiler_text=warning,
        visibility=form.get("visibility", ""),
        language=form.get("language", ""),
        addressees=addressees,
        remaining=_remaining(context, text, warning, addressees),
        reply_policy=form.get("reply_policy", "") or ReplyPolicy.EVERYONE.word,
        circles=await circles.of_account(context.reader, context.member.id),
        in_reply_to=in_reply_to,
        editing=editing,
        attachments=await attaching.attachments(context.reader, context.member, form),
        adjustments=adjustments.typed(form, attaching.ids(form)),
        file_descriptions=attaching.descriptions_without_file(form),
        is_sensitive="sensitive" in form,
        is_warned=bool(form.get(WARNED)),
        place=placing.typed(form, context.language),
        stay=stay_line.typed(form),
        poll=polls.typed(form, keeps_end=editing is not None and editing.poll is not None),
        via=roads.asked(form),
        later=await later.typed(context, form),
    )


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    """Only the composer, with what was typed and the problem, after the form could not be sent."""
    if not is_by(context.member, form):
        problem = written_by_another(context.member)
    parent, editing = await parent_of(context, form), await edited(context, form)
    composer = await with_errors(context, form, problem, in_reply_to=parent, editing=editing)
    return await show(context, composer, status_code=422 if problem else 200)


def is_by(author: Account, form: Form) -> bool:
    """False when the form was opened by another account, which was signed in then."""
    return form.get("author", "") in {"", str(author.id)}


def written_by_another(author: Account) -> Conflict:
    return Conflict(_("You are signed in as {handle} now. Send this again to say it under that name", handle=f"@{author.acct}"))


async def parent_of(context: RequestContext, form: Form) -> StatusView | None:
    """The status to reply to. None also when it was deleted meanwhile; the form still keeps what was typed."""
    try:
        return await readable(context, form.get("in_reply_to_id", ""))
    except NotFound:
        return None


async def edited(context: RequestContext, form: Form) -> StatusView | None:
    try:
        return await own(context, form.get("editing", ""))
    except (NotFound, Forbidden):
        return None


def _answering(parent: Status, widest: Visibility, own_circles: Collection[Circle]) -> Audience:
    """The audience of what is answered, but no wider than the author prefers. That of somebody else's circle has no number."""
    if parent.visibility is not Visibility.CIRCLE:
        return Audience(max(parent.visibility, widest))
    is_own = parent.circle_id in {one.id for one in own_circles}
    return Audience(Visibility.CIRCLE, parent.circle_id if is_own else None)


async def _readership(context: RequestContext, form: Form, parent: StatusView | None) -> Readership:
    chosen, author = audiences.parse(form.get("visibility", "")), context.member
    circle_id = chosen.circle_id
    if chosen.visibility is Visibility.CIRCLE and circle_id is None and parent is not None:
        circle_id = parent.status.circle_id
    elif circle_id is not None:
        await circles.own(context.reader, author.id, circle_id)
    terms = Terms(context.site.settings.base_url, context.options.max_characters)
    composed = await composition.compose(context.reader, form.get("status", ""), terms)
    return await readership(context.reader, Reach(author.id, chosen.visibility, circle_id, tuple(sorted(composed.mentioned_ids))))


_OF_POLL = (rules.POLL, rules.OPTIONS, rules.END)
_OF_FILES = ("file", "media_ids", "description", "turn", "crop")
_FIELDS = (
    {"status": "status", "spoiler_text": "spoiler_text", "place": "place", stay_line.TICKED: stay_line.TICKED, later.TIME: later.TIME}
    | dict.fromkeys(_OF_FILES, "file")
    | dict.fromkeys(_OF_POLL, "poll")
)
"""Beside which field of the form an error is shown, by the field that it names."""


def _idempotency_key(context: RequestContext) -> str:
    """A new idempotency key. No two forms may have the same one, so a cached page gets another nonce each time."""
    nonce, now = new_token(), context.site.db.clock()
    if dependencies := current_dependencies():
        dependencies.add_nonce(nonce)
        dependencies.expire_at(now + CACHED_FOR)
    return form_key(now, nonce)


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


routes = [page, open_again, readers]
