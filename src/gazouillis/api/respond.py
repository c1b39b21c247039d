"""Answers that many handlers give: from what was found to what this viewer may see of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import Response
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Raw

from gazouillis.accounts import queries as account_queries
from gazouillis.accounts.models import Account as AccountModel
from gazouillis.api.authorised import site
from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.api.entities.relationship import Relationship
from gazouillis.api.entities.relationship import relationship as relationship_entity
from gazouillis.api.paging import links
from gazouillis.api.parameters import AnyRequest
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Page
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import models, queries, views


def written(request: AnyRequest, reader: Reader) -> JsonCache:
    return JsonCache(site(request).settings.base_url, reader.cache)


def json(body: bytes, headers: Mapping[str, str] | None = None) -> ASGIApp:
    """JSON that is written already, sent as it is: for hot answers, a third of what a `Response` costs."""
    said = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    said += [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": said})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return answer


async def status(request: AnyRequest, one: models.Status, viewer: AccountModel | None) -> ASGIApp:
    """As it is now: read after what was done to it."""
    async with site(request).db.read() as reader:
        shown = await statuses_seen(request, reader, [one.id], viewer)
    if not shown:
        raise queries.no_such_post()
    return json(bytes(shown[0]))


async def after_undoing(request: AnyRequest, one: models.Status, viewer: AccountModel) -> ASGIApp:
    """Also what the viewer may not read any more, without its words: they may always take back what they did."""
    async with site(request).db.read() as reader:
        view = await views.after_undoing(reader, one, viewer.id)
        return json(bytes(written(request, reader).status(view, viewer.id)))


async def statuses(
    request: AnyRequest, reader: Reader, page: Page[StatusId], viewer: AccountModel | None, *, hides_muted: bool = False
) -> ASGIApp:
    viewer_id = viewer.id if viewer else None
    seen = await views.views(reader, page.items, viewer_id, hides_muted=hides_muted)
    return json(written(request, reader).statuses(seen, viewer_id), links(request, page))


async def statuses_seen(
    request: AnyRequest, reader: Reader, ids: Sequence[StatusId], viewer: AccountModel | None, *, hides_muted: bool = False
) -> list[Raw]:
    viewer_id, pen = viewer.id if viewer else None, written(request, reader)
    return [pen.status(one, viewer_id) for one in await views.views(reader, ids, viewer_id, hides_muted=hides_muted)]


async def accounts(request: AnyRequest, reader: Reader, page: Page[AccountId], viewer: AccountModel | None) -> Response[list[Raw]]:
    """Without those who are suspended, or between whom and the viewer stands a block."""
    hidden = await graph.blocks_and_mutes(reader, viewer.id if viewer else None)
    met = [one for one in page.items if one not in hidden.blocked]
    return Response(await accounts_met(request, reader, met), headers=links(request, page))


async def accounts_met(request: AnyRequest, reader: Reader, ids: Sequence[AccountId]) -> list[Raw]:
    """All of them, in this order, but for those whom nobody meets: suspended, or not let in."""
    known, pen = await account_queries.by_ids(reader, ids), written(request, reader)
    return [pen.account(known[one]) for one in ids if one in known and known[one].is_visible]


async def relationship(reader: Reader, viewer: AccountModel, other: AccountModel) -> Response[Relationship]:
    return Response(relationship_entity(await graph.relation(reader, viewer.id, other.id)))
