"""How many we are, counted now and then."""

from __future__ import annotations

from datetime import datetime, timedelta

from gazouillis.accounts import census
from gazouillis.accounts.census import Census
from gazouillis.api.authorised import site
from gazouillis.api.parameters import AnyRequest

COUNTED_EVERY = timedelta(minutes=5)


class LastCount:
    """Kept in the site."""

    def __init__(self) -> None:
        self.made: tuple[datetime, Census] | None = None


async def latest(request: AnyRequest) -> Census:
    last, now = site(request).the(LastCount), site(request).db.clock()
    if last.made and now - last.made[0] < COUNTED_EVERY:
        return last.made[1]
    async with site(request).db.read_aside() as reader:
        counted = await census.count(reader)
    last.made = now, counted
    return counted
