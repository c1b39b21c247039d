"""Responses that many handlers share: they render what the caller may see of statuses and accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import Response
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Raw

from gazouillis.accounts import queries as account_queries
from gazouillis.accounts.models import Account
from gazouillis.api.caller import Caller, Member
from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.api.entities.relationship import Relationship
from gazouillis.api.entities.relationship import relationship as relationship_entity
from gazouillis.api.paging import links
from gazouillis.api.request import AnyRequest, site
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Page
from gazouillis.infra.database.transactions import Reader
from gazouillis.media.urls import SignedAddresses
from gazouillis.statuses import models, queries, views
from gazouillis.statuses.publish import Published


def json_cache(request: AnyRequest, reader: Reader) -> JsonCache:
    return JsonCache(site(request).the(SignedAddresses), reader.cache)


def json(body: bytes, headers: Mapping[str, str] | None = None) -> ASGIApp:
    """Sends bytes that are JSON already. For hot answers: it costs a third of a `Response`."""
    sent_headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    sent_headers += [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]

    async def send_json(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": sent_headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return send_json


async def status(request: AnyRequest, one: models.Status, caller: Caller) -> ASGIApp:
    """The status as it is after it was changed."""
    async with site(request).db.read() as reader:
        return await visible_status(request, reader, one.id, caller)


async def visible_status(request: AnyRequest, reader: Reader, status_id: StatusId, caller: Caller) -> ASGIApp:
    """The status as the caller sees it. Raises NotFound when they may not."""
    seen = await visible_statuses(request, reader, [status_id], caller)
    if not seen:
        raise queries.no_such_post()
    return json(bytes(seen[0]))


async def published(request: AnyRequest, one: Published, caller: Member) -> ASGIApp:
    """The status that the caller has just published. It is made from what was written, without queries where that is possible."""
    async with site(request).db.read() as reader:
        view = await views.of_published(reader, one, caller.account, caller.generation)
        return json(bytes(json_cache(request, reader).status(view, caller.viewer_id)))


async def after_undoing(request: AnyRequest, one: models.Status, caller: Member) -> ASGIApp:
    """The status on which the caller undid something. They may always undo it: a status they may no longer read comes without its text."""
    async with site(request).db.read() as reader:
        view = await views.after_undoing(reader, one, caller.viewer_id)
        return json(bytes(json_cache(request, reader).status(view, caller.viewer_id)))


async def statuses(request: AnyRequest, reader: Reader, page: Page[StatusId], caller: Caller, *, hides_muted: bool = False) -> ASGIApp:
    """A page of statuses, with its `Link` header."""
    viewer_id = caller.viewer_id
    seen = await views.views(reader, page.items, viewer_id, hides_muted=hides_muted)
    return json(json_cache(request, reader).statuses(seen, viewer_id), links(request, page))


async def visible_statuses(
    request: AnyRequest, reader: Reader, ids: Sequence[StatusId], caller: Caller, *, hides_muted: bool = False
) -> list[Raw]:
    """Those of these statuses that the caller may see, in this order."""
    viewer_id, cache = caller.viewer_id, json_cache(request, reader)
    return [cache.status(one, viewer_id) for one in await views.views(reader, ids, viewer_id, hides_muted=hides_muted)]


async def accounts(request: AnyRequest, reader: Reader, page: Page[AccountId], caller: Caller) -> Response[list[Raw]]:
    """A page of accounts, without those that are suspended and those with a block between them and the caller."""
    hidden = await graph.blocks_and_mutes(reader, caller.viewer_id)
    met = [one for one in page.items if one not in hidden.blocked]
    return Response(await visible_accounts(request, reader, met), headers=links(request, page))


async def visible_accounts(request: AnyRequest, reader: Reader, ids: Sequence[AccountId]) -> list[Raw]:
    """These accounts, in this order, without those that nobody may see: suspended, or not approved."""
    known, cache = await account_queries.by_ids(reader, ids), json_cache(request, reader)
    return [cache.account(known[one]) for one in ids if one in known and known[one].is_visible]


async def relationship(reader: Reader, caller: Member, other: Account) -> Response[Relationship]:
    return Response(relationship_entity(await graph.relation(reader, caller.viewer_id, other.id)))
