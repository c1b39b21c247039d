"""Usage counts (accounts, active accounts, statuses) for the instance and NodeInfo endpoints, recounted every few minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from gazouillis.accounts import usage
from gazouillis.accounts.usage import UsageCounts
from gazouillis.api.request import AnyRequest, site

COUNTED_EVERY = timedelta(minutes=5)


class LastUsageCounts:
    """The latest counts and when they were made. The site holds one for the process."""

    def __init__(self) -> None:
        self.made: tuple[datetime, UsageCounts] | None = None


async def latest(request: AnyRequest) -> UsageCounts:
    """At most `COUNTED_EVERY` old."""
    last, now = site(request).the(LastUsageCounts), site(request).db.clock()
    if last.made and now - last.made[0] < COUNTED_EVERY:
        return last.made[1]
    async with site(request).db.long_read() as reader:
        counted = await usage.count(reader)
    last.made = now, counted
    return counted
