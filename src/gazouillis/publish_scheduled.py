"""Publishes the scheduled statuses that are due, one in each transaction. Run by the worker."""

from __future__ import annotations

import logging

from gazouillis.accounts import options
from gazouillis.api import roads
from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.ids import ScheduledId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.site import Site
from gazouillis.statuses.models import Terms
from gazouillis.statuses.publish_due import fail, publish_due
from gazouillis.statuses.scheduled import queries

logger = logging.getLogger(__name__)


async def publish_scheduled(site: Site) -> bool:
    """Returns whether there were any."""
    has_published = False
    while (found := await _next_due(site)) is not None:
        has_published = True
        await _publish(site, found)
    return has_published


async def _next_due(site: Site) -> ScheduledId | None:
    async with site.db.read() as reader:
        return await queries.next_due(reader)


async def _publish(site: Site, scheduled_id: ScheduledId) -> None:
    """What fails by a fault of ours is set aside like a refusal, or all that is due after it would wait for it."""
    try:
        async with site.db.long_write() as tx:
            chosen = await options.effective(tx, site.settings)
            await publish_due(tx, scheduled_id, Terms(site.settings.base_url, chosen.max_characters), roads.publish)
    except Unavailable:
        raise
    except Exception:
        logger.exception("scheduled status %d could not be published", scheduled_id)
        async with site.db.long_write() as tx:
            await fail(tx, scheduled_id, _("Something broke on our side when this was due"))
