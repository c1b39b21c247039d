"""Suggestions whom to follow. https://docs.joinmastodon.org/methods/suggestions/"""

from __future__ import annotations

import msgspec
from litestar import Response, delete, get
from litestar.params import FromPath
from msgspec import Raw

from gazouillis.api import lookups, paging, respond
from gazouillis.api.bind import bind
from gazouillis.api.caller import authorised
from gazouillis.api.entities.suggestion import Suggestion, suggestion
from gazouillis.api.request import AnyRequest, site
from gazouillis.graph.dismiss_suggestion import dismiss_suggestion
from gazouillis.graph.suggestions import suggestions


class SuggestionsForm(msgspec.Struct, frozen=True):
    limit: paging.Limit | None = None


@get("/api/v1/suggestions")
async def accounts(request: AnyRequest) -> Response[list[Raw]]:
    return Response([one.account for one in await _suggested(request)])


@get("/api/v2/suggestions")
async def with_reasons(request: AnyRequest) -> Response[list[Suggestion]]:
    return Response(await _suggested(request))


@delete("/api/v1/suggestions/{account_id:str}", status_code=200)
async def dismiss(request: AnyRequest, account_id: FromPath[str]) -> Response[dict[str, str]]:
    """`read` is the scope that Mastodon documents."""
    caller = await authorised(request, "read", "write:accounts")
    async with site(request).db.write() as tx:
        await dismiss_suggestion(tx, caller.account, await lookups.account(tx, account_id))
    return Response({})


async def _suggested(request: AnyRequest) -> list[Suggestion]:
    caller, form = await authorised(request, "read:accounts"), await bind(request, SuggestionsForm)
    async with site(request).db.read() as reader:
        found = await suggestions(reader, caller.viewer_id, paging.clamped(form.limit, paging.ACCOUNTS))
        entities = respond.json_cache(request, reader)
        return [suggestion(entities.account(one.account), one.reason, list(map(entities.account, one.through))) for one in found]


routes = [accounts, with_reasons, dismiss]
