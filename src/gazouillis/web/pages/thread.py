"""A conversation: what came before a status, and all that it drew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.graph import queries as graph
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.statuses.views import views
from gazouillis.web.pages import compose
from gazouillis.web.pages.profile import HIDDEN_FROM_ROBOTS, account_called
from gazouillis.web.reading import number
from gazouillis.web.rendering import Composer, status_url
from gazouillis.web.request_context import AnyRequest, RequestContext, go, request_context


@get("/{handle:str}/{status_id:str}", opt=CACHEABLE)
async def thread(request: AnyRequest, handle: FromPath[str], status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        view = await _asked(context, handle, status_id)
        if request.scope["path"] != status_url(view):
            return go(status_url(view), request)
        composer = compose.reply(context, view) if context.viewer and not view.is_tombstone else None
        return await show(context, view, composer, status_code=410 if view.is_tombstone else 200)


@get("/{handle:str}/{status_id:str}/edits")
async def edits(request: AnyRequest, handle: FromPath[str], status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        view = await _asked(context, handle, status_id)
        if view.is_tombstone:
            raise NotFound(_("There is no such post"))
        versions = await statuses.edits(context.reader, view.status)
        return await context.show("edits.html", view=view, edits=versions[::-1])


async def show(context: RequestContext, view: StatusView, composer: Composer | None, *, status_code: int = 200) -> Response[Any]:
    above, below = await statuses.ancestors_and_descendants(context.reader, view.status)
    seen = await views(context.reader, [*above, *below], context.viewer_id, keeps_tombstones=True)
    drawn = set(below)
    descendants = _without_dead_ends([one for one in seen if one.id in drawn])
    answer = await context.show(
        "thread.html",
        status_code=status_code,
        ancestors=[one for one in seen if one.id not in drawn],
        view=view,
        descendants=descendants,
        strangers=await _strangers(context, descendants),
        composer=composer,
    )
    is_for_all = view.account.is_discoverable and view.status.visibility is Visibility.PUBLIC
    answer.headers.update({} if is_for_all else HIDDEN_FROM_ROBOTS)
    return answer


async def _asked(context: RequestContext, handle: str, status_id: str) -> StatusView:
    """Under whatever name of its author; of a reblog, the original."""
    await account_called(context, handle)
    found = await views(context.reader, [StatusId(number(status_id))], context.viewer_id, keeps_tombstones=True)
    if not found:
        raise NotFound(_("There is no such post"))
    return found[0].shown


def _without_dead_ends(descendants: Sequence[StatusView]) -> list[StatusView]:
    """A tombstone stands only where it holds answers. Parents come before their answers."""
    holding: set[StatusId | None] = set()
    kept: list[StatusView] = []
    for view in reversed(descendants):
        if not view.is_tombstone or view.id in holding:
            holding.add(view.status.in_reply_to_id)
            kept.append(view)
    return kept[::-1]


async def _strangers(context: RequestContext, replies: Collection[StatusView]) -> dict[AccountId, Relation]:
    """Those who answer the viewer without following them (N54)."""
    me = context.viewer_id
    if me is None:
        return {}
    speaking_to_me = {view.account.id for view in replies if _speaks_to(view, me)} - {me}
    relations = await graph.relations(context.reader, me, speaking_to_me)
    return {one: relation for one, relation in relations.items() if not relation.is_followed}


def _speaks_to(view: StatusView, account_id: AccountId) -> bool:
    return view.status.in_reply_to_account_id == account_id or any(one.id == account_id for one in view.mentions)


routes = [thread, edits]
