"""https://docs.joinmastodon.org/entities/OEmbedResponse/"""

from __future__ import annotations

import msgspec

from gazouillis.accounts import urls
from gazouillis.encounters.reach import embed
from gazouillis.encounters.reach.embed import FrameSize
from gazouillis.statuses.models import StatusView

CACHE_AGE = 24 * 3600
"""Seconds. Nothing in the HTML tells what the status says, so it does not matter how long others keep it."""


class OEmbed(msgspec.Struct, frozen=True):
    title: str
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    html: str
    width: int
    height: int
    cache_age: int = CACHE_AGE
    type: str = "rich"
    version: str = "1.0"


def oembed(base_url: str, site_name: str, view: StatusView, size: FrameSize) -> OEmbed:
    author = view.account
    return OEmbed(
        title=f"{author.name} (@{author.acct})",
        author_name=author.name,
        author_url=urls.page(base_url, author),
        provider_name=site_name,
        provider_url=f"{base_url}/",
        html=embed.html(base_url, view, size),
        width=size.width,
        height=size.height,
    )
