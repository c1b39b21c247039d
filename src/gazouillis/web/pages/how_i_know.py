"""How the viewer knows somebody. A page of its own, linked from the profile, which is read too often to be searched for (decision 93)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.encounters.chains.find import chains
from gazouillis.graph import queries as graph
from gazouillis.infra.limits import require
from gazouillis.web.pages.profile import HIDDEN_FROM_ROBOTS, account_by_handle, canonical
from gazouillis.web.rendering import profile_url
from gazouillis.web.request_context import AnyRequest, member, redirect, request_context, site_of

MOST_SEARCHES, SEARCHED_IN = 150, timedelta(minutes=5)
"""As the API's limit of searches."""


@get("/{handle:str}/how-i-know")
async def show(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    me = await member(request)
    await require(site_of(request).limits, f"chains:{me.id}", MOST_SEARCHES, SEARCHED_IN)
    async with request_context(request, is_long=True) as context:
        viewer, account = context.member, await account_by_handle(context, handle)
        if redirection := canonical(request, handle, account):
            return redirection
        if account.id == viewer.id:
            return redirect(profile_url(account), request)
        relation = await graph.relation(context.reader, viewer.id, account.id)
        response = await context.render(
            "how_i_know.html",
            account=account,
            viewer=viewer,
            chains=await chains(context.reader, viewer, account),
            is_blocked=relation.is_apart,
        )
        response.headers.update(HIDDEN_FROM_ROBOTS)
        return response


routes = [show]
