"""The profile of an account: its statuses, followers and followed accounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.accounts.rules import shows_collections
from gazouillis.encounters.recommendations import queries as recommendations
from gazouillis.graph import contact_cards
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.paging import Window
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views
from gazouillis.web import link_cards, pagination, roads
from gazouillis.web.pagination import FetchPage, ListPage
from gazouillis.web.rendering import profile_url
from gazouillis.web.request_context import AnyRequest, RequestContext, redirect, request_context

UNKNOWN_NAME = _("Nobody here bears this name")
HIDDEN_FROM_ROBOTS = {"X-Robots-Tag": "noindex"}


@get("/{handle:str}", opt=CACHEABLE)
async def posts(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    """`/name` leads to `/@name`, for those who type an address as they would say it."""
    if handle.startswith("@"):
        return await _show(request, handle, "posts")
    async with request_context(request) as context:
        account = await account_by_handle(context, f"@{handle}", unknown=_("There is nothing here"))
        return redirect(profile_url(account), request)


@get("/{handle:str}/with_replies", opt=CACHEABLE)
async def with_replies(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    return await _show(request, handle, "with_replies")


@get("/{handle:str}/media")
async def media(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    return await _show(request, handle, "media")


@get("/{handle:str}/followers")
async def followers(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    return await _people(request, handle, "followers", graph.follower_ids)


@get("/{handle:str}/following")
async def following(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    return await _people(request, handle, "following", graph.followed_ids)


@get("/{handle:str}/card", opt=CACHEABLE)
async def card(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    """A part of a page, for scripts; whoever opens its address is led to the profile."""
    async with request_context(request) as context:
        account = await account_by_handle(context, handle)
        if not context.is_partial:
            return Redirect(quote(f"/@{account.acct}", safe="/@"), status_code=302)
        relation = await graph.relation(context.reader, context.viewer_id, account.id)
        via = roads.asked(request.query_params)
        return await context.render("_card.html", account=account, relation=relation if context.viewer else None, via=via)


async def account_by_handle(context: RequestContext, handle: str, unknown: Message = UNKNOWN_NAME) -> Account:
    """By `@name` or `@name@domain`, in any case. Raises NotFound, also for accounts that wait for approval or are suspended."""
    if not _HANDLE.fullmatch(handle):
        raise NotFound(_("There is nothing here"))
    account = await accounts.by_handle(context.reader, handle, context.site.settings.authority)
    if account is None or not account.is_visible:
        raise NotFound(unknown)
    return account


def canonical(request: AnyRequest, handle: str, account: Account) -> Redirect | None:
    """A redirect to the handle as its owner writes it, so that each page has one address; None when it is that address."""
    if handle == f"@{account.acct}":
        return None
    rest = request.url.path.lstrip("/").partition("/")[2]
    path = quote(f"/@{account.acct}" + (f"/{rest}" if rest else ""), safe="/@")
    return Redirect(path + (f"?{request.url.query}" if request.url.query else ""), status_code=301)


async def people(context: RequestContext, fetch: FetchPage[AccountId], *, hides_blocked: bool = True) -> ListPage[Account]:
    """One page of known accounts. With `hides_blocked`, without those who block the viewer or whom the viewer blocks."""
    hidden = (await graph.blocks_and_mutes(context.reader, context.viewer_id)).blocked if hides_blocked else ()

    async def load(ids: Sequence[AccountId]) -> list[Account]:
        known = await accounts.by_ids(context.reader, ids)
        return [known[one] for one in ids if one in known and known[one].is_visible and one not in hidden]

    return await pagination.list_page(context, fetch, load)


async def shown_to_viewer(context: RequestContext, account: Account, tab: str) -> dict[str, Any]:
    """What the viewer sees of this account: the variables of `_profile.html`."""
    relation = await graph.relation(context.reader, context.viewer_id, account.id)
    follower_id = context.viewer_id if relation.follows or relation.is_self else None
    listed = partial(statuses.of_account, context.reader, account.id, follower_id=follower_id)
    fetch = partial(listed, with_replies=tab != "posts", only_media=tab == "media")
    page = ListPage[StatusView]([]) if relation.is_apart else await pagination.status_page(context, fetch)
    shows_pinned = bool(account.pinned_count) and tab == "posts" and page.is_first and not relation.is_apart
    return {
        "account": account,
        "relation": relation if context.viewer else None,
        "tab": tab,
        "contact_cards": await contact_cards.readable(context.reader, account.id, context.viewer_id),
        "hidden": relation.is_apart,
        "pinned": await _pinned(context, listed) if shows_pinned else [],
        "statuses": page.entries,
        **page.links,
    }


async def _pinned(context: RequestContext, listed: Callable[..., Any]) -> list[StatusView]:
    """Those that the viewer may see, the newest pin first. They are in the list below as well."""
    page = await listed(Window(), only_pinned=True)
    return await views(context.reader, page.items, context.viewer_id)


async def _show(request: AnyRequest, handle: str, tab: str) -> Response[Any]:
    async with request_context(request) as context:
        account = await account_by_handle(context, handle)
        if redirection := canonical(request, handle, account):
            return redirection
        shown, via = await shown_to_viewer(context, account, tab), roads.asked(request.query_params)
        card = link_cards.of_profile(account, context.site.settings.base_url)
        response = await context.render("profile.html", card=card, via=via, **shown)
        response.headers.update({} if account.is_discoverable else HIDDEN_FROM_ROBOTS)
        return response


async def _people(request: AnyRequest, handle: str, kind: str, edges: Callable[..., Any]) -> Response[Any]:
    async with request_context(request) as context:
        account = await account_by_handle(context, handle)
        if redirection := canonical(request, handle, account):
            return redirection
        relation = await graph.relation(context.reader, context.viewer_id, account.id)
        is_blocked = relation.is_apart
        is_hidden = is_blocked or not shows_collections(account, context.viewer_id)
        page = ListPage[Account]([]) if is_hidden else await people(context, partial(edges, context.reader, account.id))
        relations = await graph.relations(context.reader, context.viewer_id, [one.id for one in page.entries])
        is_own = kind == "following" and relation.is_self
        response = await context.render(
            "accounts.html",
            sources=await recommendations.sources(context.reader, account.id, [one.id for one in page.entries]) if is_own else {},
            kind=kind,
            account=account,
            accounts=page.entries,
            is_hidden=is_hidden,
            is_blocked=is_blocked,
            relations=relations if context.viewer else {},
            **page.links,
        )
        response.headers.update(HIDDEN_FROM_ROBOTS)
        return response


_HANDLE = re.compile(r"@[^@/\s\0]{1,100}(?:@[^@/\s\0]{1,255})?")

routes = [posts, with_replies, media, followers, following, card]
