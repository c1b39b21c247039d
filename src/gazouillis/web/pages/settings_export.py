"""The page on which people take away what is theirs, as an archive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.response import Stream

from gazouillis.accounts import urls
from gazouillis.encounters.reach.queries import OF_ACCOUNT, as_line
from gazouillis.encounters.visits import queries as visits
from gazouillis.encounters.visits.queries import AwaitedVisit
from gazouillis.exports import queries
from gazouillis.exports.archive import Table, archive
from gazouillis.infra.cache.responses import STREAMED
from gazouillis.infra.limits import require
from gazouillis.search.tracks import queries as queries_of_tracks
from gazouillis.search.tracks.models import Track
from gazouillis.web.request_context import AnyRequest, request_context

ROADS = Table(("Post", "Act", "Road", "Time"), OF_ACCOUNT, as_line)
MOST_ARCHIVES = 3
"""A download may break off and be begun again."""
MADE_IN = timedelta(hours=6)


@get("/settings/export")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request, is_long=True) as context:
        posts = await queries.count(context.reader, context.member.id)
        return await context.render("settings_export.html", posts=posts, most=MOST_ARCHIVES, hours=MADE_IN // timedelta(hours=1))


@post("/settings/export", opt=STREAMED, status_code=200)
async def download(request: AnyRequest) -> Response[Any]:
    """Only by the form with its CSRF token: an address alone, wherever it is found, downloads nothing."""
    async with request_context(request) as context:
        account, site = context.member, context.site
        tracks = [_track(one) for one in await queries_of_tracks.of_account(context.reader, account.id)]
        awaited = [_awaited(one, site.settings.base_url) for one in await visits.awaited(context.reader, account.id)]
    await require(site.limits, f"archive:{account.id}", MOST_ARCHIVES, MADE_IN)
    name = f"gazouillis-{account.username}-{site.db.clock():%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Stream(
        archive(site, account, {"tracks": tracks, "awaited_visits": awaited}, {"roads.csv": ROADS}),
        media_type="application/zip",
        headers=headers,
        status_code=200,
    )


def _track(one: Track) -> dict[str, Any]:
    return {"query": one.query, "delivery": one.delivery.value, "is_on": one.is_on}


def _awaited(one: AwaitedVisit, base_url: str) -> dict[str, Any]:
    handle = f"{one.account.username}@{one.account.domain or urls.authority(base_url)}"
    return {"account": handle, "geonames_id": one.place.id, "place": one.place.names.local, "country": one.place.country}


routes = [show, download]
