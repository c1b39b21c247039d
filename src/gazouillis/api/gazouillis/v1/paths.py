"""How the caller knows an account: the shortest chains of follows. Described in `openapi.json`."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.api import lookups
from gazouillis.api.caller import authorised
from gazouillis.api.entities.path import Path, path
from gazouillis.api.request import AnyRequest, site
from gazouillis.encounters.chains.find import chains


@get("/api/gazouillis/v1/accounts/{account_id:str}/paths")
async def show(request: AnyRequest, account_id: FromPath[str]) -> Response[list[Path]]:
    caller, base_url = await authorised(request, "read:follows"), site(request).settings.base_url
    async with site(request).db.long_read() as reader:
        account = await lookups.account(reader, account_id)
        return Response([path(base_url, one) for one in await chains(reader, caller.account, account)])


routes = [show]
