"""The timelines: home, public and hashtag. https://docs.joinmastodon.org/methods/timelines/"""

from __future__ import annotations

from collections.abc import Sequence

from litestar import get
from litestar.params import FromPath
from litestar.types import ASGIApp

from gazouillis.api import respond
from gazouillis.api.bind import bind
from gazouillis.api.caller import anybody, authorised
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.statuses import queries
from gazouillis.text.entities import hashtag_key
from gazouillis.timelines.home import Homes

MOST_TAGS = 4
"""How many names each of `any`, `all` and `none` may give; the rest is ignored."""


class PublicForm(PageForm, frozen=True, kw_only=True):
    local: bool = False
    remote: bool = False
    only_media: bool = False

    @property
    def matches_nothing(self) -> bool:
        """Whether the filter excludes all statuses: remote statuses are not supported yet."""
        return self.remote


class TagForm(PublicForm, frozen=True, kw_only=True):
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


@get("/api/v1/timelines/home", opt=CACHEABLE)
async def home(request: AnyRequest) -> ASGIApp:
    caller, form = await authorised(request, "read:statuses"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await site(request).the(Homes).page(reader, caller.account.id, form.window())
        return await respond.statuses(request, reader, page, caller, hides_muted=True)


@get("/api/v1/timelines/public", opt=CACHEABLE)
async def public(request: AnyRequest) -> ASGIApp:
    caller, form = await anybody(request, "read:statuses"), await bind(request, PublicForm)
    if form.matches_nothing:
        return respond.json(b"[]")
    async with site(request).db.read() as reader:
        page = await queries.local_public(reader, form.window(), only_media=form.only_media)
        return await respond.statuses(request, reader, page, caller, hides_muted=True)


@get("/api/v1/timelines/tag/{hashtag:str}", opt=CACHEABLE)
async def tagged(request: AnyRequest, hashtag: FromPath[str]) -> ASGIApp:
    caller, form = await anybody(request, "read:statuses"), await bind(request, TagForm)
    if form.matches_nothing:
        return respond.json(b"[]")
    async with site(request).db.read() as reader:
        page = await queries.of_tag(
            reader,
            hashtag_key(hashtag),
            form.window(),
            local_only=form.local,
            only_media=form.only_media,
            or_any=_keys(form.any),
            and_all=_keys(form.all),
            but_none=_keys(form.none),
        )
        return await respond.statuses(request, reader, page, caller, hides_muted=True)


def _keys(names: Sequence[str]) -> list[str]:
    return [hashtag_key(name.lstrip("#")) for name in names[:MOST_TAGS]]


routes = [home, public, tagged]
