"""Completions for the composer: people and hashtags that begin with what is being typed, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.search import queries as search
from gazouillis.search.words import index_words
from gazouillis.web.rendering import avatar_url
from gazouillis.web.request_context import AnyRequest, RequestContext, request_context

MOST = 6
MOST_FOUND = 30
"""Accounts that search finds, also by their bio, which is not what somebody types after an `@`."""
LONGEST = 60
"""Characters; what is longer begins no name."""


class Completion(msgspec.Struct, frozen=True):
    """`value` replaces what was typed. `detail`: the name of a person, or how often a hashtag was used."""

    value: str
    detail: str
    picture: str = ""


@get("/compose/complete")
async def complete(request: AnyRequest) -> Response[bytes]:
    typed = request.query_params.get("q", "").replace("\0", "")[:LONGEST]
    async with request_context(request, is_long=True) as context:
        context.require_member()
        found = await _completions(context, typed[:1], typed[1:])
    return Response(msgspec.json.encode(found), media_type="application/json")


async def _completions(context: RequestContext, sign: str, begun: str) -> list[Completion]:
    if not begun:
        return []
    if sign == "@":
        return [Completion(f"@{one.acct}", one.name, avatar_url(one)) for one in await _people(context, begun)]
    if sign in {"#", "\uff03"}:
        return [Completion(f"#{name}", str(uses)) for name, uses in await search.tags(context.reader, begun, MOST)]
    return []


async def _people(context: RequestContext, begun: str) -> Sequence[Account]:
    """First those whom the viewer follows. Nobody whom the viewer blocks or is blocked by."""
    viewer, reader = context.member, context.reader
    ids = await search.accounts(reader, begun, viewer.id, MOST_FOUND, authority=context.site.settings.authority)
    hidden = (await graph.blocks_and_mutes(reader, viewer.id)).blocked
    found = await _visible(reader, [one for one in ids if one not in hidden])
    return [one for one in found if _begins_with(one, begun)][:MOST]


async def _visible(reader: Reader, ids: Sequence[AccountId]) -> list[Account]:
    known = await accounts.by_ids(reader, ids)
    return [known[one] for one in ids if one in known and known[one].is_visible]


def _begins_with(account: Account, begun: str) -> bool:
    """Whether the handle, or each word of the display name that was typed, begins so."""
    words = index_words(account.display_name)
    return account.acct.lower().startswith(begun.lower()) or all(any(word.startswith(one) for word in words) for one in index_words(begun))


routes: list[Any] = [complete]
