"""The forms by which one follows and hides people, and answers who asks to follow."""

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
from gazouillis.web.reading import number
from gazouillis.web.request_context import AnyRequest, back, form_of, member, request_context, site_of

LONGEST_MUTE = timedelta(days=3650)

Gesture = Callable[[Tx, Account, Account], Awaitable[None]]

GESTURES: Mapping[str, tuple[Gesture, Message | None]] = {
    "follow": (follow.follow, None),
    "unfollow": (follow.unfollow, None),
    "remove-follower": (follow.remove_follower, _("This person does not follow you any more")),
    "block": (block.block, _("You and this person no longer see each other")),
    "unblock": (block.unblock, None),
    "unmute": (mute.unmute, None),
}
UNDOING = frozenset({"unfollow", "remove-follower", "unblock", "unmute", "reject"})
"""Also towards somebody who is suspended: what one did stays one's own to undo."""
RESPONSES: Mapping[str, tuple[Gesture, Message | None]] = {"accept": (follow.accept, None), "reject": (follow.reject, None)}


@post("/accounts/{account_id:str}/{gesture:str}")
async def change(request: AnyRequest, account_id: FromPath[str], gesture: FromPath[str]) -> Response[Any]:
    if gesture not in GESTURES:
        raise NotFound(_("There is nothing here"))
    return await _do(request, account_id, *GESTURES[gesture], is_undoing=gesture in UNDOING)


@post("/accounts/{account_id:str}/mute")
async def hide(request: AnyRequest, account_id: FromPath[str]) -> Response[Any]:
    """For `duration` seconds; 0, or nothing said: until unmuted."""
    seconds = (await form_of(request)).get("duration", "") or "0"
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 10 and int(seconds) <= LONGEST_MUTE.total_seconds()):
        raise Invalid(_("Choose for how long"), field="duration")
    gesture = partial(mute.mute, duration=timedelta(seconds=int(seconds)) or None)
    return await _do(request, account_id, gesture, _("You will not read this person for now; nobody is told"))


@post("/follow-requests/{account_id:str}/{answer:str}")
async def decide(request: AnyRequest, account_id: FromPath[str], answer: FromPath[str]) -> Response[Any]:
    if answer not in RESPONSES:
        raise NotFound(_("There is nothing here"))
    return await _do(request, account_id, *RESPONSES[answer], is_undoing=answer in UNDOING)


@get("/follow-requests")
async def requests(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        me = context.member
        sheet = await people(context, partial(graph.requester_ids, context.reader, me.id))
        relations = await graph.relations(context.reader, me.id, [one.id for one in sheet.entries])
        return await context.show("accounts.html", kind="requests", account=me, accounts=sheet.entries, relations=relations, **sheet.links)


async def _do(request: AnyRequest, account_id: str, gesture: Gesture, done: Message | None, *, is_undoing: bool = False) -> Response[Any]:
    identifier, me = AccountId(number(account_id)), await member(request)
    async with site_of(request).db.write() as tx:
        other = await _somebody(tx, identifier, even_suspended=is_undoing)
        await gesture(tx, me, other)
    async with request_context(request) as context:
        if not context.is_partial:
            return back(request, f"/@{other.acct}", flash=done, language=context.language)
        relation = await graph.relation(context.reader, me.id, other.id)
        return await context.show("_relation.html", account=other, relation=relation)


async def _somebody(reader: Reader, account_id: AccountId, *, even_suspended: bool) -> Account:
    account = await accounts.by_id(reader, account_id)
    if account is None or not account.is_approved or (account.suspended_at and not even_suspended):
        raise NotFound(_("Nobody here bears this name"))
    return account


routes = [change, hide, decide, requests]
