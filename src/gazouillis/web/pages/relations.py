"""Forms to follow, block and mute accounts, and to answer follow requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph import block, follow, mute
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.web.pages.profile import people
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, form_of, member, redirect_back, request_context, site_of

LONGEST_MUTE = timedelta(days=3650)

Action = Callable[[Tx, Account, Account], Awaitable[None]]

ACTIONS: Mapping[str, tuple[Action, Message | None]] = {
    "follow": (follow.follow, None),
    "unfollow": (follow.unfollow, None),
    "remove-follower": (follow.remove_follower, _("This person does not follow you any more")),
    "block": (block.block, _("You and this person no longer see each other")),
    "unblock": (block.unblock, None),
    "unmute": (mute.unmute, None),
}
UNDO_ACTIONS = frozenset({"unfollow", "remove-follower", "unblock", "unmute", "reject"})
"""Actions that are also possible towards a suspended account: everybody can undo what they did."""
RESPONSES: Mapping[str, tuple[Action, Message | None]] = {"accept": (follow.accept, None), "reject": (follow.reject, None)}


@post("/accounts/{account_id:str}/{action:str}")
async def change(request: AnyRequest, account_id: FromPath[str], action: FromPath[str]) -> Response[Any]:
    if action not in ACTIONS:
        raise NotFound(_("There is nothing here"))
    return await _do(request, account_id, *ACTIONS[action], is_undoing=action in UNDO_ACTIONS)


@post("/accounts/{account_id:str}/mute")
async def mute_for(request: AnyRequest, account_id: FromPath[str]) -> Response[Any]:
    """For `duration` seconds; without it, or with 0, until unmuted."""
    seconds = (await form_of(request)).get("duration", "") or "0"
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 10 and int(seconds) <= LONGEST_MUTE.total_seconds()):
        raise Invalid(_("Choose for how long"), field="duration")
    action = partial(mute.mute, duration=timedelta(seconds=int(seconds)) or None)
    return await _do(request, account_id, action, _("You will not read this person for now; nobody is told"))


@post("/follow-requests/{account_id:str}/{answer:str}")
async def decide(request: AnyRequest, account_id: FromPath[str], answer: FromPath[str]) -> Response[Any]:
    if answer not in RESPONSES:
        raise NotFound(_("There is nothing here"))
    return await _do(request, account_id, *RESPONSES[answer], is_undoing=answer in UNDO_ACTIONS)


@get("/follow-requests")
async def requests(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        me = context.member
        page = await people(context, partial(graph.requester_ids, context.reader, me.id))
        relations = await graph.relations(context.reader, me.id, [one.id for one in page.entries])
        return await context.render("accounts.html", kind="requests", account=me, accounts=page.entries, relations=relations, **page.links)


async def _do(request: AnyRequest, account_id: str, action: Action, done: Message | None, *, is_undoing: bool = False) -> Response[Any]:
    identifier, me = AccountId(parse_id(account_id)), await member(request)
    async with site_of(request).db.write() as tx:
        other = await _account(tx, identifier, even_suspended=is_undoing)
        await action(tx, me, other)
    async with request_context(request) as context:
        if not context.is_partial:
            return redirect_back(request, f"/@{other.acct}", flash=done, language=context.language)
        relation = await graph.relation(context.reader, me.id, other.id)
        return await context.render("_relation.html", account=other, relation=relation)


async def _account(reader: Reader, account_id: AccountId, *, even_suspended: bool) -> Account:
    account = await accounts.by_id(reader, account_id)
    if account is None or not account.is_approved or (account.suspended_at and not even_suspended):
        raise NotFound(_("Nobody here bears this name"))
    return account


routes = [change, mute_for, decide, requests]
