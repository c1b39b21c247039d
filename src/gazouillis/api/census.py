"""How many we are, counted now and then."""

from __future__ import annotations

from datetime import datetime, timedelta

from gazouillis.accounts import census
from gazouillis.accounts.census import Census
from gazouillis.api.authorised import site
from gazouillis.api.parameters import AnyRequest

COUNTED_EVERY = timedelta(minutes=5)


async def latest(request: AnyRequest) -> Census:
    kept: tuple[datetime, Census] | None = request.app.state.get("census")
    now = site(request).db.clock()
    if kept and now - kept[0] < COUNTED_EVERY:
        return kept[1]
    async with site(request).db.read_aside() as reader:
        counted = await census.count(reader)
    request.app.state["census"] = (now, counted)
    return counted
