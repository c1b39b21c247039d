"""Follows, follow requests, blocks, mutes and private notes. https://docs.joinmastodon.org/methods/accounts/#follow"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Raw

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account as AccountModel
from gazouillis.api import lookups, paging, respond, roads
from gazouillis.api.bind import bind
from gazouillis.api.caller import Member, authorised
from gazouillis.api.entities.account import MutedAccount, muted_account
from gazouillis.api.entities.relationship import Relationship
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.encounters.reach import act
from gazouillis.graph import block as blocking
from gazouillis.graph import follow as following
from gazouillis.graph import limit as limiting
from gazouillis.graph import mute as muting
from gazouillis.graph import note as noting
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.database.transactions import Reader, Tx

LONGEST_MUTE = 100 * 365 * 24 * 3600

Command = Callable[[Tx, AccountModel, AccountModel], Awaitable[None]]


class FollowForm(msgspec.Struct, frozen=True):
    reblogs: bool | None = None
    notify: bool | None = None
    languages: list[str] = []
    via: str = ""
    """Of our own: see `api/roads.py`."""

    def check(self) -> None:
        """Refuses `languages`: to ignore it would show statuses that the caller asked not to see."""
        if self.languages:
            raise Invalid(_("One cannot follow some languages of somebody only"), field="languages")


class MuteForm(msgspec.Struct, frozen=True):
    notifications: bool = True
    duration: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_MUTE)] = 0
    """In seconds; 0: without end."""


class NoteForm(msgspec.Struct, frozen=True):
    comment: str = ""


@post("/api/v1/accounts/{account_id:str}/follow", status_code=200)
async def follow(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    caller, form = await authorised(request, "write:follows"), await bind(request, FollowForm)
    form.check()
    command = partial(act.follow, by=roads.by(form.via), shows_reblogs=form.reblogs, notifies=form.notify)
    return await change(request, account_id, caller, command)


@post("/api/v1/accounts/{account_id:str}/unfollow", status_code=200)
async def unfollow(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    return await change(request, account_id, await authorised(request, "write:follows"), following.unfollow)


@post("/api/v1/accounts/{account_id:str}/remove_from_followers", status_code=200)
async def remove_from_followers(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    return await change(request, account_id, await authorised(request, "write:follows"), following.remove_follower)


@post("/api/v1/accounts/{account_id:str}/block", status_code=200)
async def block(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    return await change(request, account_id, await authorised(request, "write:blocks"), blocking.block)


@post("/api/v1/accounts/{account_id:str}/unblock", status_code=200)
async def unblock(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    return await change(request, account_id, await authorised(request, "write:blocks"), blocking.unblock)


@post("/api/v1/accounts/{account_id:str}/mute", status_code=200)
async def mute(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    caller, form = await authorised(request, "write:mutes"), await bind(request, MuteForm)
    command = partial(muting.mute, duration=timedelta(seconds=form.duration), hides_notifications=form.notifications)
    return await change(request, account_id, caller, command)


@post("/api/v1/accounts/{account_id:str}/unmute", status_code=200)
async def unmute(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    return await change(request, account_id, await authorised(request, "write:mutes"), muting.unmute)


@post("/api/v1/accounts/{account_id:str}/limit", status_code=200)
async def limit(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    """Of our own, as the two after it: what this account says to the caller waits."""
    return await change(request, account_id, await authorised(request, "write:blocks"), limiting.limit)


@post("/api/v1/accounts/{account_id:str}/unlimit", status_code=200)
async def unlimit(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    return await change(request, account_id, await authorised(request, "write:blocks"), limiting.unlimit)


@get("/api/v1/limits")
async def limits(request: AnyRequest) -> Response[list[Raw]]:
    return await _listed(request, graph.limited_ids)


@post("/api/v1/accounts/{account_id:str}/note", status_code=200)
async def note(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, NoteForm)
    return await change(request, account_id, caller, partial(noting.note, text=form.comment))


@get("/api/v1/follow_requests")
async def follow_requests(request: AnyRequest) -> Response[list[Raw]]:
    caller, form = await authorised(request, "read:follows"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await graph.requester_ids(reader, caller.account.id, form.window(paging.ACCOUNTS))
        return await respond.accounts(request, reader, page, caller)


@post("/api/v1/follow_requests/{account_id:str}/authorize", status_code=200)
async def authorize(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    return await change(request, account_id, await authorised(request, "write:follows"), following.accept)


@post("/api/v1/follow_requests/{account_id:str}/reject", status_code=200)
async def reject(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    return await change(request, account_id, await authorised(request, "write:follows"), following.reject)


@get("/api/v1/blocks")
async def blocks(request: AnyRequest) -> Response[list[Raw]]:
    return await _listed(request, graph.blocked_ids)


@get("/api/v1/mutes")
async def mutes(request: AnyRequest) -> Response[list[MutedAccount]]:
    caller, form = await authorised(request, "read:mutes"), await bind(request, PageForm)
    base_url = site(request).settings.base_url
    async with site(request).db.read() as reader:
        page = await graph.muted_ids(reader, caller.account.id, form.window(paging.ACCOUNTS))
        known = await accounts.by_ids(reader, page.items)
        relations = await graph.relations(reader, caller.account.id, page.items)
    lasting = [one for one in page.items if one in known and relations[one].mutes]
    entities = [muted_account(base_url, known[one], relations[one].mute_expires_at) for one in lasting]
    return Response(entities, headers=paging.links(request, page))


async def _listed(request: AnyRequest, ids: Callable[[Reader, AccountId, Window], Awaitable[Page[AccountId]]]) -> Response[list[Raw]]:
    """A page of the accounts that the caller blocks or limits, which `ids` finds."""
    caller, form = await authorised(request, "read:blocks"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await ids(reader, caller.account.id, form.window(paging.ACCOUNTS))
        entities = await respond.visible_accounts(request, reader, page.items)
    return Response(entities, headers=paging.links(request, page))


async def change(request: AnyRequest, account_id: str, caller: Member, command: Command) -> Response[Relationship]:
    """The answer of all that changes how the caller stands to an account."""
    async with site(request).db.write() as tx:
        other = await lookups.account(tx, account_id)
        await command(tx, caller.account, other)
        return await respond.relationship(tx, caller, other)


routes = [
    *(follow, unfollow, remove_from_followers, block, unblock, mute, unmute),
    *(limit, unlimit, limits, note),
    *(follow_requests, authorize, reject, blocks, mutes),
]
