"""Reactions of the API: streams end when their token is revoked, and tell that filters changed. They run in every process, for the streams
that are open there.
"""

from __future__ import annotations

from gazouillis.accounts.events import TokensRevoked
from gazouillis.api.streams import FILTERS_CHANGED, token_channel
from gazouillis.filters.events import FiltersChanged
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.infra.site import Site
from gazouillis.timelines.reactions import home_channel


async def on_tokens_revoked(site: Site, event: TokensRevoked) -> None:
    for one in event.token_ids:
        site.the(PubSub).disconnect(token_channel(one))


async def on_filters_changed(site: Site, event: FiltersChanged) -> None:
    site.the(PubSub).publish(FILTERS_CHANGED, 0, [home_channel(event.account_id)])
