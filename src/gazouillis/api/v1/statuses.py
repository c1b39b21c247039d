"""Statuses: publish, show, edit and delete, with context, source and history. https://docs.joinmastodon.org/methods/statuses/"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath
from litestar.types import ASGIApp

from gazouillis.accounts import options
from gazouillis.accounts.models import User
from gazouillis.accounts.rules import is_language
from gazouillis.api import lookups, respond
from gazouillis.api.bind import Id, bind, identifiers
from gazouillis.api.caller import Caller, anybody, authorised
from gazouillis.api.entities.account import account
from gazouillis.api.entities.context import Context
from gazouillis.api.entities.status_edit import StatusEdit, status_edit
from gazouillis.api.entities.status_source import StatusSource, status_source
from gazouillis.api.request import AnyRequest, header, site
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.paging import Page
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.site import Site
from gazouillis.statuses import delete as deleting
from gazouillis.statuses import edit as editing
from gazouillis.statuses import models, publish, queries, views
from gazouillis.statuses.edit import Revision
from gazouillis.statuses.models import Draft, Terms, Visibility
from gazouillis.text.blank import is_blank

MOST_AT_ONCE = 80
"""How many statuses one request may name."""
ANCESTORS_FOR_VISITORS = 40
DESCENDANTS_FOR_VISITORS = 60
LONGEST_KEY = 200
"""Characters of an idempotency key; the rest is ignored."""
VISIBILITIES = {one.word: one for one in Visibility}

# Features that are not supported yet. A status that asks for one is refused rather than published without it.
REFUSED = ("media_ids", "media_attributes", "poll", "scheduled_at", "quoted_status_id")


class StatusForm(msgspec.Struct, frozen=True):
    status: str = ""
    in_reply_to_id: Id | None = None
    visibility: str = ""
    spoiler_text: str = ""
    sensitive: bool | None = None
    language: str = ""
    media_ids: list[Any] = []
    media_attributes: list[Any] = []
    poll: Any = None
    scheduled_at: Any = None
    quoted_status_id: Any = None

    def draft(self, user: User, app_id: int, idempotency_key: str) -> Draft:
        """The draft. The author's preferences fill in what the form leaves out."""
        _check(self)
        preferred = user.preferences
        sensitive = True if preferred.default_sensitive and self.sensitive is None else self.sensitive
        return Draft(
            text=self.status,
            visibility=visibility(self.visibility or preferred.default_visibility),
            in_reply_to_id=None if self.in_reply_to_id is None else StatusId(self.in_reply_to_id),
            spoiler_text=self.spoiler_text,
            is_sensitive=sensitive,
            language=_language(self.language) or preferred.default_language or user.language,
            app_id=app_id,
            idempotency_key=idempotency_key[:LONGEST_KEY],
        )


class RevisionForm(msgspec.Struct, frozen=True):
    """What is left out stays as it is."""

    status: str | None = None
    spoiler_text: str | None = None
    sensitive: bool | None = None
    language: str = ""
    media_ids: list[Any] = []
    media_attributes: list[Any] = []
    poll: Any = None

    def revision(self, before: models.Status) -> Revision:
        _check(self)
        spoiler_text = before.spoiler_text if self.spoiler_text is None else self.spoiler_text
        implied = before.is_sensitive if self.spoiler_text is None else not is_blank(self.spoiler_text)
        return Revision(
            text=before.text if self.status is None else self.status,
            spoiler_text=spoiler_text,
            is_sensitive=implied if self.sensitive is None else self.sensitive,
            language=_language(self.language),
        )


class IdsForm(msgspec.Struct, frozen=True):
    id: list[Any] = []


def visibility(word: str) -> Visibility:
    if word not in VISIBILITIES:
        raise Invalid(_("There is no such visibility"), field="visibility", code="ERR_INCLUSION")
    return VISIBILITIES[word]


@post("/api/v1/statuses", status_code=200)
async def create(request: AnyRequest) -> ASGIApp:
    here, caller, form = site(request), await authorised(request, "write:statuses"), await bind(request, StatusForm)
    async with here.db.read() as reader:
        draft = form.draft(await caller.user(reader), caller.app_id, header(request, b"idempotency-key"))
        terms = await _terms(reader, here)
    async with here.db.write() as tx:
        published = await publish.publish(tx, caller.account, draft, terms)
    return await respond.published(request, published, caller)


@get("/api/v1/statuses")
async def many(request: AnyRequest) -> ASGIApp:
    caller, form = await anybody(request, "read:statuses"), await bind(request, IdsForm)
    ids = [StatusId(one) for one in identifiers(form.id)][:MOST_AT_ONCE]
    async with site(request).db.read() as reader:
        return await respond.statuses(request, reader, Page(ids), caller)


@get("/api/v1/statuses/{status_id:str}", opt=CACHEABLE)
async def show(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    caller = await anybody(request, "read:statuses")
    async with site(request).db.read() as reader:
        one = await _visible(reader, status_id, caller)
        return await respond.visible_status(request, reader, one.id, caller)


@put("/api/v1/statuses/{status_id:str}")
async def edit(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    caller, form = await authorised(request, "write:statuses"), await bind(request, RevisionForm)
    async with site(request).db.write() as tx:
        before = await _visible(tx, status_id, caller)
        edited = await editing.edit(tx, caller.account, before.id, form.revision(before), await _terms(tx, site(request)))
    return await respond.status(request, edited, caller)


@delete("/api/v1/statuses/{status_id:str}", status_code=200)
async def remove(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    """Answers with the text as typed, so that the app can offer to rewrite it."""
    caller = await authorised(request, "write:statuses")
    async with site(request).db.write() as tx:
        one = await queries.own(tx, lookups.status_id(status_id), caller.account.id)
        view = await views.after_undoing(tx, one, caller.account.id)
        typed = respond.json_cache(request, tx).source(view, caller.account.id)
        await deleting.delete(tx, caller.account, one.id)
    return respond.json(bytes(typed))


@get("/api/v1/statuses/{status_id:str}/context", opt=CACHEABLE)
async def context(request: AnyRequest, status_id: FromPath[str]) -> Response[Context]:
    """The thread around the status; around the original for a reblog. Visitors get only a part of a long thread."""
    caller = await anybody(request, "read:statuses")
    async with site(request).db.read() as reader:
        one = await queries.visible_original(reader, lookups.status_id(status_id), caller.viewer_id)
        above, below = await queries.ancestors_and_descendants(reader, one)
        if caller.viewer_id is None:
            above, below = above[-ANCESTORS_FOR_VISITORS:], below[:DESCENDANTS_FOR_VISITORS]
        ancestors = await respond.statuses_seen(request, reader, above, caller, hides_muted=True)
        return Response(Context(ancestors, await respond.statuses_seen(request, reader, below, caller, hides_muted=True)))


@get("/api/v1/statuses/{status_id:str}/source")
async def source(request: AnyRequest, status_id: FromPath[str]) -> Response[StatusSource]:
    caller = await authorised(request, "read:statuses")
    async with site(request).db.read() as reader:
        return Response(status_source(await _visible(reader, status_id, caller)))


@get("/api/v1/statuses/{status_id:str}/history")
async def history(request: AnyRequest, status_id: FromPath[str]) -> Response[list[StatusEdit]]:
    caller = await anybody(request, "read:statuses")
    async with site(request).db.read() as reader:
        one = await _visible(reader, status_id, caller)
        versions = await queries.edits(reader, one)
        author = account(site(request).settings.base_url, await lookups.account_by_id(reader, one.account_id))
    return Response([status_edit(version, author) for version in versions])


async def _visible(reader: Reader, status_id: str, caller: Caller) -> models.Status:
    return await queries.visible(reader, lookups.status_id(status_id), caller.viewer_id)


async def _terms(reader: Reader, here: Site) -> Terms:
    chosen = await options.effective(reader, here.settings)
    return Terms(here.settings.base_url, chosen.max_characters)


def _language(given: str) -> str:
    """The language code; empty for anything else that apps send."""
    return given if is_language(given) else ""


def _check(form: StatusForm | RevisionForm) -> None:
    for name in REFUSED:
        if getattr(form, name, None):
            raise Invalid(_("This place does not know {field} yet", field=name), field=name)


routes = [create, many, show, edit, remove, context, source, history]
