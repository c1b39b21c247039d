"""https://docs.joinmastodon.org/methods/preferences/"""

from __future__ import annotations

from litestar import Response, get

from gazouillis.api import lookups
from gazouillis.api.authorised import authorised, site
from gazouillis.api.entities.preferences import Preferences, preferences
from gazouillis.api.parameters import AnyRequest


@get("/api/v1/preferences")
async def show(request: AnyRequest) -> Response[Preferences]:
    account = await authorised(request, "read:accounts")
    async with site(request).db.read() as reader:
        user = await lookups.user(reader, account)
    return Response(preferences(user.preferences))


routes = [show]
