"""Endpoints of features that are not supported yet. Apps ask for them all the same; the answer is an empty list."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from gazouillis.api import lookups
from gazouillis.api.caller import authorised
from gazouillis.api.request import AnyRequest, site

FOR_EVERYBODY = (
    "/api/v1/custom_emojis",
    "/api/v1/instance/peers",
    "/api/v1/instance/domain_blocks",
    "/api/v1/trends",
    "/api/v1/trends/tags",
    "/api/v1/trends/statuses",
    "/api/v1/trends/links",
)

WITH_SCOPE = {
    "/api/v1/announcements": "read",
    "/api/v1/featured_tags": "read:accounts",
    "/api/v1/featured_tags/suggestions": "read:accounts",
    "/api/v1/followed_tags": "read:follows",
}


@get(list(FOR_EVERYBODY))
async def for_everybody() -> Response[list[Any]]:
    return Response([])


def _with_scope(path: str, scope: str) -> HTTPRouteHandler:
    @get(path)
    async def empty(request: AnyRequest) -> Response[list[Any]]:
        await authorised(request, scope)
        return Response([])

    return empty


@get("/api/v1/accounts/{account_id:str}/featured_tags")
async def of_account(request: AnyRequest, account_id: FromPath[str]) -> Response[list[Any]]:
    async with site(request).db.read() as reader:
        await lookups.account(reader, account_id)
    return Response([])


@get("/api/v1/accounts/{account_id:str}/identity_proofs")
async def of_account_for_me(request: AnyRequest, account_id: FromPath[str]) -> Response[list[Any]]:
    await authorised(request, "read:lists")
    async with site(request).db.read() as reader:
        await lookups.account(reader, account_id)
    return Response([])


routes = [for_everybody, of_account, of_account_for_me, *(_with_scope(path, scope) for path, scope in WITH_SCOPE.items())]
