"""Accounts and lists of accounts: profile, statuses, followers, search. https://docs.joinmastodon.org/methods/accounts/"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ASGIApp
from msgspec import Raw

from gazouillis.accounts import models
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.rules import shows_collections
from gazouillis.api import lookups, paging, respond
from gazouillis.api.bind import Id, bind, identifiers
from gazouillis.api.caller import Caller, anybody, authorised
from gazouillis.api.entities.account import Account, account
from gazouillis.api.entities.relationship import Relationship, relationship
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.event_log.wait_for_worker import WorkerProgress
from gazouillis.search import queries as search
from gazouillis.statuses import queries as statuses
from gazouillis.text.entities import hashtag_key

MOST_AT_ONCE = 200
"""How many accounts one request may name."""

Edges = Callable[[Reader, AccountId, Window], Awaitable[Page[AccountId]]]


class IdsForm(msgspec.Struct, frozen=True):
    id: list[Any] = []

    @property
    def ids(self) -> list[AccountId]:
        """Each valid id once, in the given order."""
        return [AccountId(one) for one in identifiers(self.id)][:MOST_AT_ONCE]


class LookupForm(msgspec.Struct, frozen=True):
    acct: str


class SearchForm(msgspec.Struct, frozen=True):
    q: str = ""
    limit: paging.Limit | None = None
    offset: Id = 0
    following: bool = False


class StatusesForm(PageForm, frozen=True, kw_only=True):
    exclude_replies: bool = False
    exclude_reblogs: bool = False
    only_media: bool = False
    pinned: bool = False
    tagged: str = ""


@get("/api/v1/accounts")
async def many(request: AnyRequest) -> Response[list[Raw]]:
    form = await bind(request, IdsForm)
    async with site(request).db.read() as reader:
        return Response(await respond.visible_accounts(request, reader, form.ids))


@get("/api/v1/accounts/{account_id:str}", opt=CACHEABLE)
async def show(request: AnyRequest, account_id: FromPath[str]) -> Response[Account]:
    async with site(request).db.read() as reader:
        one = await lookups.account(reader, account_id)
    return Response(account(site(request).settings.base_url, one))


@get("/api/v1/accounts/lookup", opt=CACHEABLE)
async def lookup(request: AnyRequest) -> Response[Account]:
    form, settings = await bind(request, LookupForm), site(request).settings
    async with site(request).db.read() as reader:
        one = await accounts.by_handle(reader, form.acct, settings.authority)
    if one is None:
        raise NotFound(_("There is no such account"))
    return Response(account(settings.base_url, one))


@get("/api/v1/accounts/search")
async def find(request: AnyRequest) -> Response[list[Raw]]:
    caller, form = await authorised(request, "read:accounts"), await bind(request, SearchForm)
    limit, authority = paging.clamped(form.limit, paging.ACCOUNTS), site(request).settings.authority
    await site(request).the(WorkerProgress).wait(site(request).db)
    async with site(request).db.long_read() as reader:
        ids = await search.accounts(reader, form.q, caller.account.id, limit, form.offset, authority=authority, following=form.following)
        return Response(await respond.visible_accounts(request, reader, ids))


@get("/api/v1/accounts/relationships", opt=CACHEABLE)
async def relationships(request: AnyRequest) -> Response[list[Relationship]]:
    caller, form = await authorised(request, "read:follows"), await bind(request, IdsForm)
    async with site(request).db.read() as reader:
        known = {key: one for key, one in (await accounts.by_ids(reader, form.ids)).items() if one.is_approved}
        relations = await graph.relations(reader, caller.account.id, known)
    return Response([relationship(relations[one]) for one in form.ids if one in known])


@get("/api/v1/accounts/{account_id:str}/statuses", opt=CACHEABLE)
async def statuses_of(request: AnyRequest, account_id: FromPath[str]) -> ASGIApp:
    caller, form = await anybody(request, "read:statuses"), await bind(request, StatusesForm)
    async with site(request).db.read() as reader:
        author = await lookups.account(reader, account_id)
        if author.suspended_at is not None or (form.pinned and not author.pinned_count):
            return respond.json(b"[]")
        viewer_id = caller.viewer_id
        page = await statuses.of_account(
            reader,
            author.id,
            form.window(),
            follower_id=viewer_id if viewer_id == author.id or await graph.has_follow(reader, viewer_id, author.id) else None,
            with_replies=not form.exclude_replies,
            with_reblogs=not form.exclude_reblogs,
            only_media=form.only_media,
            only_pinned=form.pinned,
            tag=hashtag_key(form.tagged) if form.tagged else None,
        )
        return await respond.statuses(request, reader, page, caller)


@get("/api/v1/accounts/{account_id:str}/followers", opt=CACHEABLE)
async def followers(request: AnyRequest, account_id: FromPath[str]) -> Response[list[Raw]]:
    caller, form = await anybody(request, "read:accounts"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        followed = await lookups.account(reader, account_id)
        page = await _edges(reader, followed, caller, graph.follower_ids, form.window(paging.ACCOUNTS))
        return await respond.accounts(request, reader, page, caller)


@get("/api/v1/accounts/{account_id:str}/following", opt=CACHEABLE)
async def following(request: AnyRequest, account_id: FromPath[str]) -> Response[list[Raw]]:
    caller, form = await anybody(request, "read:accounts"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        follower = await lookups.account(reader, account_id)
        page = await _edges(reader, follower, caller, graph.followed_ids, form.window(paging.ACCOUNTS))
        return await respond.accounts(request, reader, page, caller)


async def _edges(reader: Reader, whose: models.Account, caller: Caller, edges: Edges, window: Window) -> Page[AccountId]:
    """A page of followers or followed accounts.

    Empty when the account is suspended or hides them, or when there is a block between it and the caller.
    """
    hidden = await graph.blocks_and_mutes(reader, caller.viewer_id)
    is_shown = whose.is_visible and whose.id not in hidden.blocked and shows_collections(whose, caller.viewer_id)
    return await edges(reader, whose.id, window) if is_shown else Page([])


routes = [many, show, lookup, find, relationships, statuses_of, followers, following]
