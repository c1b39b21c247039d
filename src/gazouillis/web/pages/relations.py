"""Forms to follow, block and mute accounts, and to answer follow requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts.models import Account
from gazouillis.encounters.reach import act
from gazouillis.graph import block, follow, limit, mute
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.transactions import Tx
from gazouillis.web import lookups, roads
from gazouillis.web.confirmations import ask
from gazouillis.web.pages.profile import people
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, form_of, redirect_back, request_context, site_of, with_flash

LONGEST_MUTE = timedelta(days=3650)

DISTANCE = timedelta(days=14)

Action = Callable[[Tx, Account, Account], Awaitable[None]]

ACTIONS: Mapping[str, tuple[Action, Message | None]] = {
    "follow": (follow.follow, None),
    "unfollow": (follow.unfollow, _("You do not follow this person any more")),
    "remove-follower": (follow.remove_follower, _("This person does not follow you any more")),
    "block": (block.block, _("You and this person no longer see each other")),
    "unblock": (block.unblock, None),
    "unmute": (mute.unmute, None),
    "take-distance": (partial(mute.mute, duration=DISTANCE), _("You will not read this person for two weeks; nobody is told")),
    "limit": (limit.limit, _("What this person says to you waits for you from now on; nobody is told")),
    "unlimit": (limit.unlimit, None),
}
ASKED = frozenset({"block", "remove-follower", "reject"})
"""Actions that the viewer confirms first: see `questions.QUESTIONS`."""
UNDO = {"unfollow": "follow", "mute": "unmute", "take-distance": "unmute", "limit": "unlimit"}
"""What is offered to take an action back."""
UNDO_ACTIONS = frozenset({"unfollow", "remove-follower", "unblock", "unmute", "unlimit", "reject"})
"""Actions that are also possible towards a suspended account: everybody can undo what they did."""
RESPONSES: Mapping[str, tuple[Action, Message | None]] = {"accept": (follow.accept, None), "reject": (follow.reject, None)}


@post("/accounts/{account_id:str}/{action:str}")
async def change(request: AnyRequest, account_id: FromPath[str], action: FromPath[str]) -> Response[Any]:
    if action not in ACTIONS:
        raise NotFound(_("There is nothing here"))
    (command, done), form = ACTIONS[action], await form_of(request)
    if action == "follow":
        command = partial(act.follow, by=roads.by(form))
    return await _do(request, account_id, action, command, done, form)


@post("/accounts/{account_id:str}/mute")
async def mute_for(request: AnyRequest, account_id: FromPath[str]) -> Response[Any]:
    """For `duration` seconds; without it, or with 0, until unmuted."""
    form = await form_of(request)
    seconds = form.get("duration", "") or "0"
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 10 and int(seconds) <= LONGEST_MUTE.total_seconds()):
        raise Invalid(_("Choose for how long"), field="duration")
    action = partial(mute.mute, duration=timedelta(seconds=int(seconds)) or None)
    return await _do(request, account_id, "mute", action, _("You will not read this person for now; nobody is told"), form)


@post("/follow-requests/{account_id:str}/{answer:str}")
async def decide(request: AnyRequest, account_id: FromPath[str], answer: FromPath[str]) -> Response[Any]:
    if answer not in RESPONSES:
        raise NotFound(_("There is nothing here"))
    return await _do(request, account_id, answer, *RESPONSES[answer], await form_of(request))


@get("/follow-requests")
async def requests(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        me = context.member
        page = await people(context, partial(graph.requester_ids, context.reader, me.id))
        relations = await graph.relations(context.reader, me.id, [one.id for one in page.entries])
        return await context.render("accounts.html", kind="requests", account=me, accounts=page.entries, relations=relations, **page.links)


async def _do(request: AnyRequest, account_id: str, name: str, action: Action, done: Message | None, form: Form) -> Response[Any]:
    identifier, is_undoing = AccountId(parse_id(account_id)), name in UNDO_ACTIONS
    async with request_context(request) as context:
        me = context.member
        other = await lookups.account(context.reader, identifier, even_suspended=is_undoing)
        is_asked = name in ASKED and other.id != me.id
        if is_asked and (asked := await ask(context, form, name, default=f"/@{other.acct}", acct=other.acct)):
            return asked
    async with site_of(request).db.write() as tx:
        other = await lookups.account(tx, identifier, even_suspended=is_undoing)
        await action(tx, me, other)
    undo = f"/accounts/{other.id}/{UNDO[name]}" if name in UNDO else ""
    async with request_context(request) as context:
        if not context.is_partial:
            return redirect_back(request, f"/@{other.acct}", flash=done, undo=undo, language=context.language)
        relation = await graph.relation(context.reader, me.id, other.id)
        button = await context.render("_relation.html", account=other, relation=relation, via=roads.asked(form))
        return with_flash(button, done, context.language, undo)


routes = [change, mute_for, decide, requests]
