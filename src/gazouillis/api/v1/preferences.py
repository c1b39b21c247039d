"""The caller's preferences for posting and reading. https://docs.joinmastodon.org/methods/preferences/"""

from __future__ import annotations

from litestar import Response, get

from gazouillis.api.caller import authorised
from gazouillis.api.entities.preferences import Preferences, preferences
from gazouillis.api.request import AnyRequest, site


@get("/api/v1/preferences")
async def show(request: AnyRequest) -> Response[Preferences]:
    caller = await authorised(request, "read:accounts")
    async with site(request).db.read() as reader:
        user = await caller.user(reader)
    return Response(preferences(user.preferences))


routes = [show]
