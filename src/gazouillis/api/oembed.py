"""oEmbed: what another site needs to show a status in a frame. https://docs.joinmastodon.org/methods/oembed/ and https://oembed.com

It is answered to everybody alike. Whatever a visitor may not see, or its author does not want elsewhere, is not found.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, get

from gazouillis.accounts import options
from gazouillis.api.bind import bind
from gazouillis.api.entities.oembed import OEmbed, oembed
from gazouillis.api.request import AnyRequest, site
from gazouillis.encounters.reach import embed
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import addresses, rules
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views

Pixels = Annotated[int, msgspec.Meta(ge=1)]


class OEmbedForm(msgspec.Struct, frozen=True):
    url: str
    maxwidth: Pixels = embed.USUAL_WIDTH
    maxheight: Pixels = embed.TALLEST


@get("/api/oembed", opt=CACHEABLE)
async def show(request: AnyRequest) -> Response[OEmbed]:
    form, settings = await bind(request, OEmbedForm), site(request).settings
    async with site(request).db.read() as reader:
        view = await _named(reader, form.url, settings.base_url)
        chosen = await options.effective(reader, settings)
    return Response(oembed(settings.base_url, chosen.name, view, embed.frame_size(view, form.maxwidth, form.maxheight)))


async def _named(reader: Reader, address: str, base_url: str) -> StatusView:
    """The status that the address names; of a reblog, the original."""
    target = addresses.parse(address, base_url)
    found = await views(reader, target.status_ids, None) if target else []
    if not found or not rules.may_be_embedded(found[0].shown.status, found[0].shown.account):
        raise NotFound(_("There is no such post"))
    return found[0].shown


routes = [show]
