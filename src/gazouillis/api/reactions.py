"""Reactions of the API: streams end when their token is revoked. They run in every process, for the streams that are open there."""

from __future__ import annotations

from gazouillis.accounts.events import TokensRevoked
from gazouillis.api.streams import token_channel
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.infra.site import Site


async def on_tokens_revoked(site: Site, event: TokensRevoked) -> None:
    for one in event.token_ids:
        site.the(PubSub).disconnect(token_channel(one))
