"""Requests: https://docs.joinmastodon.org/methods/notifications/#get-requests, and the policy that decides what becomes one.

Only private messages of people whom one does not follow do. A request is accepted or declined as a whole, at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import msgspec
from litestar import Response, get, patch, post, put
from litestar.params import FromPath
from litestar.types import ASGIApp
from msgspec.json import encode

from gazouillis.accounts.models import Account
from gazouillis.api import respond
from gazouillis.api.bind import bind, identifier, identifiers
from gazouillis.api.caller import authorised
from gazouillis.api.entities.notification_policy import (
    POLICIES,
    PRIVATE_MENTIONS,
    NotificationPolicy,
    Summary,
    V1NotificationPolicy,
    notification_policy,
    v1_notification_policy,
)
from gazouillis.api.entities.notification_request import NotificationRequest, notification_request
from gazouillis.api.paging import PageForm, clamped, links
from gazouillis.api.request import AnyRequest, site
from gazouillis.conversations import queries, requests, standings
from gazouillis.conversations.models import MessagePolicy, State
from gazouillis.conversations.request_views import pending_messages, request_views
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx

USUAL, MOST_AT_ONCE = 40, 80
MOST_PENDING = 100
"""Pending requests are counted up to this number, as on Mastodon."""

Answer: TypeAlias = Callable[[Tx, Account, int], Awaitable[None]]


class RequestsForm(msgspec.Struct, frozen=True):
    id: list[Any] = []

    @property
    def ids(self) -> list[int]:
        return identifiers(self.id)[:MOST_AT_ONCE]


class PolicyForm(msgspec.Struct, frozen=True):
    for_not_following: str | None = None
    for_not_followers: str | None = None
    for_new_accounts: str | None = None
    for_private_mentions: str | None = None
    for_limited_accounts: str | None = None


class V1PolicyForm(msgspec.Struct, frozen=True):
    filter_private_mentions: bool | None = None


@get("/api/v1/notifications/requests")
async def many(request: AnyRequest) -> ASGIApp:
    """The cursors are ids of messages: the newest of each request."""
    caller, form = await authorised(request, "read:notifications"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        window = msgspec.structs.replace(form, limit=clamped(form.limit, USUAL)).window(USUAL)
        page = await queries.page(reader, caller.account.id, window, state=State.REQUEST)
        views, json_cache = await request_views(reader, page.items, caller.account.id), respond.json_cache(request, reader)
    return respond.json(encode([notification_request(json_cache, one, caller.account.id) for one in views]), links(request, page))


@get("/api/v1/notifications/requests/{conversation_id:str}")
async def show(request: AnyRequest, conversation_id: FromPath[str]) -> Response[NotificationRequest]:
    caller = await authorised(request, "read:notifications")
    async with site(request).db.read() as reader:
        views = await request_views(reader, [identifier(conversation_id)], caller.account.id)
        if not views:
            raise NotFound
        return Response(notification_request(respond.json_cache(request, reader), views[0], caller.account.id))


@get("/api/v1/notifications/requests/merged")
async def merged(request: AnyRequest) -> Response[dict[str, bool]]:
    """Accepting a request moves its messages in the same transaction, so nothing is ever left to merge."""
    await authorised(request, "read:notifications")
    return Response({"merged": True})


@post("/api/v1/notifications/requests/{conversation_id:str}/accept", status_code=200)
async def accept(request: AnyRequest, conversation_id: FromPath[str]) -> Response[dict[str, Any]]:
    return await _answer(request, [identifier(conversation_id)], requests.accept)


@post("/api/v1/notifications/requests/{conversation_id:str}/dismiss", status_code=200)
async def dismiss(request: AnyRequest, conversation_id: FromPath[str]) -> Response[dict[str, Any]]:
    return await _answer(request, [identifier(conversation_id)], requests.decline)


@post("/api/v1/notifications/requests/accept", status_code=200)
async def accept_many(request: AnyRequest) -> Response[dict[str, Any]]:
    return await _answer(request, (await bind(request, RequestsForm)).ids, requests.accept)


@post("/api/v1/notifications/requests/dismiss", status_code=200)
async def dismiss_many(request: AnyRequest) -> Response[dict[str, Any]]:
    return await _answer(request, (await bind(request, RequestsForm)).ids, requests.decline)


@get("/api/v2/notifications/policy")
async def policy(request: AnyRequest) -> Response[NotificationPolicy]:
    caller = await authorised(request, "read:notifications")
    async with site(request).db.read() as reader:
        return Response(notification_policy(*await _policy(reader, caller.account)))


@get("/api/v1/notifications/policy")
async def v1_policy(request: AnyRequest) -> Response[V1NotificationPolicy]:
    caller = await authorised(request, "read:notifications")
    async with site(request).db.read() as reader:
        return Response(v1_notification_policy(*await _policy(reader, caller.account)))


async def change_policy(request: AnyRequest) -> Response[NotificationPolicy]:
    caller, form = await authorised(request, "write:notifications"), await bind(request, PolicyForm)
    for field, word in msgspec.structs.asdict(form).items():
        if word is not None and word not in POLICIES:
            raise Invalid(_("{field} is not valid", field=field), field=field, code="ERR_INCLUSION")
    async with site(request).db.write() as tx:
        current = await standings.message_policy(tx, caller.account.id)
        if form.for_private_mentions not in {None, PRIVATE_MENTIONS[current]}:
            await requests.choose_who_may_write(tx, caller.account, POLICIES[form.for_private_mentions])
        return Response(notification_policy(*await _policy(tx, caller.account)))


async def change_v1_policy(request: AnyRequest) -> Response[V1NotificationPolicy]:
    caller, form = await authorised(request, "write:notifications"), await bind(request, V1PolicyForm)
    async with site(request).db.write() as tx:
        is_filtered = await standings.message_policy(tx, caller.account.id) is not MessagePolicy.EVERYBODY
        if form.filter_private_mentions not in {None, is_filtered}:
            chosen = MessagePolicy.REQUESTS if form.filter_private_mentions else MessagePolicy.EVERYBODY
            await requests.choose_who_may_write(tx, caller.account, chosen)
        return Response(v1_notification_policy(*await _policy(tx, caller.account)))


async def _policy(reader: Reader, account: Account) -> tuple[MessagePolicy, Summary]:
    pending = await queries.requests_count(reader, account.id)
    summary = Summary(min(pending, MOST_PENDING), await pending_messages(reader, account.id) if pending else 0)
    return await standings.message_policy(reader, account.id), summary


async def _answer(request: AnyRequest, ids: list[int], answer: Answer) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:notifications")
    async with site(request).db.write() as tx:
        for one in sorted(ids):
            await answer(tx, caller.account, one)
    return Response({})


# Apps send either verb.
routes = [
    *(many, show, merged, accept, dismiss, accept_many, dismiss_many, policy, v1_policy),
    *(patch("/api/v2/notifications/policy")(change_policy), put("/api/v2/notifications/policy")(change_policy)),
    *(patch("/api/v1/notifications/policy")(change_v1_policy), put("/api/v1/notifications/policy")(change_v1_policy)),
]
