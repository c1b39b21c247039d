"""The viewer's own profile as others see it: a stranger, a follower, a mutual, somebody of their town.

The other is an account that stands for such a person while the page is made, in a transaction that is rolled back. So the profile comes
from the same rules, queries and template as for everybody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup

from gazouillis.accounts.models import Account, Role
from gazouillis.graph.stand_in import stand_in
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.limits import require
from gazouillis.places import gazetteer
from gazouillis.places import queries as places
from gazouillis.places.models import Place
from gazouillis.places.queries import Resident, ShownStay
from gazouillis.web.pages.profile import shown_to_viewer
from gazouillis.web.rendering import Page
from gazouillis.web.request_context import AnyRequest, RequestContext, member, request_context, site_of
from gazouillis.web.side import NOTHING
from gazouillis.web.templating import Templates

PATH = "/me/seen-as"
STRANGER, FOLLOWER, MUTUAL, TOWN = KINDS = ("stranger", "follower", "mutual", "town")
TABS = ("posts", "with_replies", "media")
MOST, WITHIN = 60, timedelta(minutes=5)
"""Of one person: each holds the lock of writers for as long as a page takes."""


class InPlace(msgspec.Struct, frozen=True):
    """What the other sees of the owner on the page of their town."""

    place: Place
    resident: Resident | None
    stays: list[ShownStay]


class Seen(msgspec.Struct, frozen=True):
    """`variables`: those of `_profile.html`. `in_place`: None unless the other is of the owner's town, and for an owner without any."""

    other: Account
    variables: dict[str, Any]
    in_place: InPlace | None = None


class _RolledBack(Exception):
    """Leaves the transaction with what was seen, so that nothing else of it stays."""

    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self.seen = seen


@get(PATH + "/{kind:str}")
async def show(request: AnyRequest, kind: FromPath[str]) -> Response[Any]:
    me, tab = await member(request), request.query_params.get("tab", TABS[0])
    if kind not in KINDS or tab not in TABS:
        raise NotFound(_("There is nothing here"))
    await require(site_of(request).limits, f"seen as:{me.id}", MOST, WITHIN)
    async with request_context(request) as context:
        seen = await _seen(context, me, kind, tab)
        page = await context.page()
        profile = _profile(context, page, seen)
        links = {name: seen.variables[name] for name in ("older", "newer")}
        response = await context.render("seen_as.html", kind=kind, tab=tab, profile=profile, in_place=seen.in_place, **links)
        response.headers["X-Robots-Tag"] = "noindex"
        return response


async def _seen(context: RequestContext, me: Account, kind: str, tab: str) -> Seen:
    """The counts of the profile are those from before the other came."""
    try:
        async with context.site.db.write() as tx:
            other = await stand_in(tx, me, follows_owner=kind in {FOLLOWER, MUTUAL}, is_followed=kind == MUTUAL)
            variables = await shown_to_viewer(_context_of(context, tx, other), me, tab)
            raise _RolledBack(Seen(other, variables, await _in_place(tx, me, other) if kind == TOWN else None))
    except _RolledBack as done:
        return done.seen


def _context_of(context: RequestContext, tx: Tx, other: Account) -> RequestContext:
    signed_in = context.signed_in and msgspec.structs.replace(context.signed_in, account=other)
    return RequestContext(context.request, context.site, tx, context.options, signed_in)


async def _in_place(tx: Tx, me: Account, other: Account) -> InPlace | None:
    residence, mine = await places.residence(tx, me.id), await places.own_stays(tx, me.id)
    place = gazetteer.by_id(residence.place_id if residence else mine[0].place_id) if residence or mine else None
    if place is None:
        return None
    page = await places.residents(tx, other.id, place, language="", limit=1, after=me.id - 1)
    resident = next((one for one in page.residents if one.account.id == me.id), None)
    return InPlace(place, resident, [one for one in await places.shown(tx, other.id, mine) if one.place.id == place.id])


def _profile(context: RequestContext, page: Page, seen: Seen) -> Markup:
    """Its links to other pages of the list are outside of it, where they can be followed."""
    as_seen = msgspec.structs.replace(page, viewer=seen.other, role=Role.MEMBER, side=NOTHING, flash=None, is_preview=True)
    variables = seen.variables | {"older": None, "newer": None}
    return Markup(context.site.the(Templates).render("_profile.html", as_seen, **variables))


routes = [show]
