"""What moderators do by apps. Endpoints of our own."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import put
from litestar.params import FromPath
from litestar.types import ASGIApp

from gazouillis.api import lookups, respond
from gazouillis.api.bind import bind
from gazouillis.api.caller import authorised
from gazouillis.api.request import AnyRequest, site
from gazouillis.moderation.moderate_thread import ThreadLimits, moderate_thread
from gazouillis.statuses import queries
from gazouillis.statuses.restrict_replies import LONGEST_SLOW


class ThreadForm(msgspec.Struct, frozen=True):
    """What is left out stays as it is."""

    slow_minutes: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_SLOW)] | None = None
    frozen: bool | None = None


@put("/api/v1/statuses/{status_id:str}/moderation")
async def thread(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    """Slows or closes the whole thread of this status, as `interaction_policy` does for whoever began it. Answers with the status."""
    caller, form = await authorised(request, "write:statuses"), await bind(request, ThreadForm)
    identifier = lookups.status_id(status_id)
    async with site(request).db.write() as tx:
        await moderate_thread(tx, await caller.user(tx), identifier, ThreadLimits(form.slow_minutes, form.frozen))
        named = await queries.visible_original(tx, identifier, caller.account.id)
    return await respond.status(request, named, caller)


routes = [thread]
