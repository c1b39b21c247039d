"""Answers that many handlers give: from what was found to what this viewer may see of it."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response

from gazouillis.accounts import queries as account_queries
from gazouillis.accounts.models import Account as AccountModel
from gazouillis.api.authorised import site
from gazouillis.api.entities import account as account_entity
from gazouillis.api.entities import status as status_entity
from gazouillis.api.entities.account import Account
from gazouillis.api.entities.relationship import Relationship
from gazouillis.api.entities.relationship import relationship as relationship_entity
from gazouillis.api.entities.status import Status
from gazouillis.api.paging import links
from gazouillis.api.parameters import AnyRequest
from gazouillis.graph import queries as graph
from gazouillis.infra.database import Reader
from gazouillis.infra.errors import NotFound
from gazouillis.infra.ids import AccountId, StatusId
from gazouillis.infra.paging import Page
from gazouillis.statuses import models, views


async def status(request: AnyRequest, one: models.Status, viewer: AccountModel | None) -> Response[Status]:
    """As it is now: read after what was done to it."""
    async with site(request).db.read() as reader:
        shown = await statuses_seen(request, reader, [one.id], viewer)
    if not shown:
        raise NotFound
    return Response(shown[0])


async def statuses(
    request: AnyRequest, reader: Reader, page: Page[StatusId], viewer: AccountModel | None, *, hides_muted: bool = False
) -> Response[list[Status]]:
    shown = await statuses_seen(request, reader, page.items, viewer, hides_muted=hides_muted)
    return Response(shown, headers=links(request, page))


async def statuses_seen(
    request: AnyRequest, reader: Reader, ids: Sequence[StatusId], viewer: AccountModel | None, *, hides_muted: bool = False
) -> list[Status]:
    viewer_id, base_url = viewer.id if viewer else None, site(request).settings.base_url
    seen = await views.views(reader, ids, viewer_id, hides_muted=hides_muted)
    return [status_entity.status(base_url, one, viewer_id) for one in seen]


async def accounts(request: AnyRequest, reader: Reader, page: Page[AccountId], viewer: AccountModel | None) -> Response[list[Account]]:
    """Without those who are suspended, or between whom and the viewer stands a block."""
    known = await account_queries.by_ids(reader, page.items)
    relations = await graph.relations(reader, viewer.id if viewer else None, page.items)
    met = [one for one in page.items if one in known and not (relations[one].blocks or relations[one].is_blocked)]
    return Response(_shown(request, [known[one] for one in met]), headers=links(request, page))


async def accounts_met(request: AnyRequest, reader: Reader, ids: Sequence[AccountId]) -> list[Account]:
    """All of them, in this order."""
    known = await account_queries.by_ids(reader, ids)
    return _shown(request, [known[one] for one in ids if one in known])


async def relationship(reader: Reader, viewer: AccountModel, other: AccountModel) -> Response[Relationship]:
    return Response(relationship_entity(await graph.relation(reader, viewer.id, other.id)))


def _shown(request: AnyRequest, found: Sequence[AccountModel]) -> list[Account]:
    base_url = site(request).settings.base_url
    return [account_entity.account(base_url, one) for one in found if one.suspended_at is None]
