"""A conversation (ancestors, the status, and its replies as a tree) and the history of a status's edits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.encounters.shelf import offer
from gazouillis.encounters.shelf import queries as shelf
from gazouillis.filters.models import Context
from gazouillis.graph import queries as graph
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.statuses import queries as statuses
from gazouillis.statuses import replies, versions
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.statuses.views import views
from gazouillis.web import filtered, link_cards, message_urls, roads
from gazouillis.web.pages import compose
from gazouillis.web.pages.profile import HIDDEN_FROM_ROBOTS, account_by_handle
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import Composer, status_url
from gazouillis.web.request_context import AnyRequest, RequestContext, redirect, request_context


@get("/{handle:str}/{status_id:str}", opt=CACHEABLE)
async def thread(request: AnyRequest, handle: FromPath[str], status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        view, via = await status_at(context, handle, status_id), roads.asked(request.query_params)
        if private := await message_urls.address_of(context, view):
            return redirect(private, request)
        if request.scope["path"] != status_url(view):
            return redirect(f"{status_url(view)}?via={via}" if via else status_url(view), request)
        composer = await compose.reply(context, view, via) if context.viewer and not view.is_tombstone else None
        return await show(context, view, composer, via=via, status_code=410 if view.is_tombstone else 200)


@get("/{handle:str}/{status_id:str}/edits")
async def edits(request: AnyRequest, handle: FromPath[str], status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        view = await status_at(context, handle, status_id)
        if view.is_tombstone:
            raise NotFound(_("There is no such post"))
        found = await versions.versions(context.reader, view.status, context.viewer_id)
        return await context.render("edits.html", view=view, edits=found[::-1])


async def show(
    context: RequestContext, view: StatusView, composer: Composer | None, *, via: str = "", status_code: int = 200
) -> Response[Any]:
    """`via`: by which road the viewer came."""
    ancestor_ids, reply_ids = await statuses.ancestors_and_descendants(context.reader, view.status)
    found = await views(context.reader, [*ancestor_ids, *reply_ids], context.viewer_id, keeps_tombstones=True)
    descendant_ids = set(reply_ids)
    ancestors = [one for one in found if one.id not in descendant_ids]
    descendants = _without_dead_ends([one for one in found if one.id in descendant_ids])
    refusal = await replies.refusal(context.reader, view.status, context.viewer.id) if composer and context.viewer else None
    response = await context.render(
        "thread.html",
        live=f"/live/thread/{view.id}" if context.viewer else "",
        status_code=status_code,
        ancestors=ancestors,
        view=view,
        via=via,
        first=next((one for one in [*ancestors, view] if one.id == view.status.conversation_id), None),
        descendants=descendants,
        strangers=await _strangers(context, descendants),
        composer=composer if refusal is None or (composer and composer.errors) else None,
        refusal=context.translate(refusal) if refusal else "",
        can_thank=_can_thank(context, view, descendants),
        asking=await _asking(context, view, descendants),
        card=link_cards.of_status(view, context.site.settings.base_url),
    )
    is_indexable = view.account.is_discoverable and view.status.visibility is Visibility.PUBLIC
    response.headers.update({} if is_indexable else HIDDEN_FROM_ROBOTS)
    return response


def _can_thank(context: RequestContext, view: StatusView, descendants: Sequence[StatusView]) -> bool:
    """Whether to offer it: the form says who it is."""
    if view.account.id != context.viewer_id or view.is_tombstone or view.status.visibility is Visibility.DIRECT:
        return False
    others = any(one.account.id != view.account.id for one in descendants if not one.is_tombstone)
    return others or bool(view.status.favourites_count or view.status.reblogs_count or view.status.thanked_count)


async def _asking(context: RequestContext, view: StatusView, descendants: Sequence[StatusView]) -> str:
    """What the author of a question may do with it: "offer" it to people who can help, or "withdraw" it."""
    if view.account.id != context.viewer_id or any(one.account.id != view.account.id and not one.is_tombstone for one in descendants):
        return ""
    if await shelf.is_there(context.reader, view.id):
        return "" if context.reader.has_come(shelf.leaves_at(view.id)) else "withdraw"
    return "offer" if offer.refusal(context.reader, view.status) is None else ""


async def status_at(context: RequestContext, handle: str, status_id: str) -> StatusView:
    """The status of this id, whichever account the handle names; of a reblog, the original status."""
    await account_by_handle(context, handle)
    found = await views(context.reader, [StatusId(parse_id(status_id))], context.viewer_id, keeps_tombstones=True)
    if not found:
        raise NotFound(_("There is no such post"))
    return found[0].shown


def _without_dead_ends(descendants: Sequence[StatusView]) -> list[StatusView]:
    """Drops tombstones and what a filter leaves out, unless there are replies to them. `descendants`: parents come before their replies."""
    parents: set[StatusId | None] = set()
    shown: list[StatusView] = []
    for view in reversed(descendants):
        if not (view.is_tombstone or filtered.is_hidden(view, Context.THREAD)) or view.id in parents:
            parents.add(view.status.in_reply_to_id)
            shown.append(view)
    return shown[::-1]


async def _strangers(context: RequestContext, replies: Collection[StatusView]) -> dict[AccountId, Relation]:
    """The authors who reply to the viewer without following them (N54)."""
    me = context.viewer_id
    if me is None:
        return {}
    repliers = {view.account.id for view in replies if _addresses(view, me)} - {me}
    relations = await graph.relations(context.reader, me, repliers)
    return {one: relation for one, relation in relations.items() if not relation.is_followed}


def _addresses(view: StatusView, account_id: AccountId) -> bool:
    return view.status.in_reply_to_account_id == account_id or any(one.id == account_id for one in view.mentions)


routes = [thread, edits]
