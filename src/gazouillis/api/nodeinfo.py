"""NodeInfo: which software this server runs, for directories of servers. https://nodeinfo.diaspora.software/protocol"""

from __future__ import annotations

from typing import Any

from litestar import Response, get

from gazouillis.api import usage
from gazouillis.api.entities.instance import SOFTWARE_VERSION
from gazouillis.api.request import AnyRequest, site
from gazouillis.api.v1.instance import site_options

SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/2.0"


@get("/.well-known/nodeinfo")
async def links(request: AnyRequest) -> Response[dict[str, Any]]:
    return Response({"links": [{"rel": SCHEMA, "href": f"{site(request).settings.base_url}/nodeinfo/2.0"}]})


@get("/nodeinfo/2.0")
async def show(request: AnyRequest) -> Response[dict[str, Any]]:
    """The schema requires a protocol. ActivityPub is named although nothing is exchanged with other servers yet.

    `upstream` tells apps that do not know the software's name that it speaks the Mastodon client API.
    """
    options, counts = await site_options(request), await usage.latest(request)
    content = {
        "version": "2.0",
        "software": {"name": "gazouillis", "version": SOFTWARE_VERSION},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": options.registrations != "closed",
        "usage": {"users": {"total": counts.people, "activeMonth": counts.active_people}, "localPosts": counts.statuses},
        "metadata": {"nodeName": options.name, "nodeDescription": options.description, "upstream": {"name": "mastodon"}},
    }
    return Response(content, media_type=f'application/json; profile="{SCHEMA}#"')


routes = [links, show]
