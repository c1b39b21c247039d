"""Statuses: publish, show, edit and delete, with context, source and history. https://docs.joinmastodon.org/methods/statuses/"""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath
from litestar.types import ASGIApp
from msgspec import UNSET, Raw, UnsetType

from gazouillis.accounts import options
from gazouillis.accounts.models import User
from gazouillis.accounts.rules import is_language
from gazouillis.api import lookups, respond, roads
from gazouillis.api.bind import Id, bind, identifiers
from gazouillis.api.caller import Caller, Member, anybody, authorised
from gazouillis.api.entities.context import Context
from gazouillis.api.entities.status_source import StatusSource, status_source
from gazouillis.api.request import AnyRequest, header, site
from gazouillis.api.v1 import scheduled_statuses
from gazouillis.conversations import read
from gazouillis.encounters.reach import act
from gazouillis.infra.basics.errors import Invalid, Unavailable
from gazouillis.infra.basics.ids import AttachmentId, CircleId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.dependencies import current_dependencies
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.paging import Page
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.site import Site
from gazouillis.media import rules as media_rules
from gazouillis.media.models import Description
from gazouillis.places.checks import area, checked_place
from gazouillis.search.tracks.commands import obey
from gazouillis.search.tracks.loaded import load_words
from gazouillis.statuses import delete as deleting
from gazouillis.statuses import edit as editing
from gazouillis.statuses import models, queries, rules, versions, views
from gazouillis.statuses import narrow as narrowing
from gazouillis.statuses.edit import Revision
from gazouillis.statuses.models import LIMITED, Draft, Terms, Visibility
from gazouillis.statuses.polls.models import PollDraft
from gazouillis.statuses.restrict_replies import LONGEST_SLOW, Restriction, restrict_replies
from gazouillis.text.blank import is_blank
from gazouillis.text.track_commands import command

MOST_AT_ONCE = 80
"""How many statuses one request may name."""
ANCESTORS_FOR_VISITORS = 40
DESCENDANTS_FOR_VISITORS = 60
LONGEST_KEY = 200
"""Characters of an idempotency key; the rest is ignored."""
AUDIENCES = {one.word: one for one in Visibility}
VISIBILITIES = {word: one for word, one in AUDIENCES.items() if one not in LIMITED}

# Features that are not supported yet. A status that asks for one is refused rather than published without it.
REFUSED = ("quoted_status_id",)


class PollForm(msgspec.Struct, frozen=True):
    options: list[str] = []
    expires_in: int | UnsetType | None = UNSET
    """Null or left out: the poll has no end. Of an edited poll, what is left out keeps the end it has."""
    multiple: bool = False
    hide_totals: bool = False

    def draft(self) -> PollDraft:
        return PollDraft(tuple(self.options), self.multiple, self.hide_totals, self.expires_in)


class StatusForm(msgspec.Struct, frozen=True):
    status: str = ""
    in_reply_to_id: Id | None = None
    visibility: str = ""
    circle_id: Id | None = None
    """Of our own, with the visibility `circle`."""
    reply_policy: str = ""
    """Of our own: see `ReplyPolicy`."""
    spoiler_text: str = ""
    sensitive: bool | None = None
    language: str = ""
    media_ids: list[Id] = []
    place_id: Id | None = None
    """Of our own: of `/api/gazouillis/v1/places`."""
    via: str = ""
    """Of our own: see `api/roads.py`."""
    poll: PollForm | None = None
    scheduled_at: str = ""
    quoted_status_id: Any = None

    def draft(self, user: User, app_id: int, idempotency_key: str) -> Draft:
        """The draft. The author's preferences fill in what the form leaves out."""
        _check(self)
        preferred = user.preferences
        sensitive = True if preferred.default_sensitive and self.sensitive is None else self.sensitive
        return Draft(
            text=self.status,
            visibility=audience(self.visibility or preferred.default_visibility),
            circle_id=None if self.circle_id is None else CircleId(self.circle_id),
            reply_policy=rules.reply_policy(self.reply_policy or preferred.default_reply_policy),
            is_mastodon_word=True,
            in_reply_to_id=None if self.in_reply_to_id is None else StatusId(self.in_reply_to_id),
            spoiler_text=self.spoiler_text,
            is_sensitive=sensitive,
            language=_language(self.language) or preferred.default_language or user.language,
            app_id=app_id,
            attachment_ids=tuple(map(AttachmentId, self.media_ids)),
            area=_area(self.place_id),
            poll=self.poll.draft() if self.poll else None,
            idempotency_key=idempotency_key[:LONGEST_KEY],
        )


class MediaAttributes(msgspec.Struct, frozen=True):
    """What is left out stays as it is: apps send only what has changed."""

    id: Id
    description: str | None = None
    focus: str = ""

    def as_description(self) -> Description:
        return Description(self.description, media_rules.focus(self.focus) if self.focus else None)


class RevisionForm(msgspec.Struct, frozen=True):
    """What is left out stays as it is."""

    status: str | None = None
    spoiler_text: str | None = None
    sensitive: bool | None = None
    language: str = ""
    media_ids: list[Id] | None = None
    media_attributes: list[MediaAttributes] = []
    place_id: Id | UnsetType | None = UNSET
    """Of our own. Null or empty: the status has no place any more."""
    poll: PollForm | UnsetType | None = UNSET
    """Null: the status has no poll any more."""

    def revision(self, before: models.Status) -> Revision:
        spoiler_text = before.spoiler_text if self.spoiler_text is None else self.spoiler_text
        implied = before.is_sensitive if self.spoiler_text is None else not is_blank(self.spoiler_text)
        return Revision(
            text=before.text if self.status is None else self.status,
            spoiler_text=spoiler_text,
            is_sensitive=implied if self.sensitive is None else self.sensitive,
            language=_language(self.language),
            attachment_ids=None if self.media_ids is None else tuple(map(AttachmentId, self.media_ids)),
            area=UNSET if self.place_id is UNSET else _area(self.place_id),
            descriptions={AttachmentId(one.id): one.as_description() for one in self.media_attributes},
            poll=self.poll.draft() if isinstance(self.poll, PollForm) else self.poll,
        )


class RemovalForm(msgspec.Struct, frozen=True):
    delete_media: bool = False
    """Whether the files go at once. Else they wait for the status that their author writes instead."""


class IdsForm(msgspec.Struct, frozen=True):
    id: list[Any] = []


class InteractionForm(msgspec.Struct, frozen=True):
    """What is left out stays as it is. Mastodon's `quote_approval_policy` changes nothing: quotes are not supported yet."""

    reply_policy: str = ""
    slow_minutes: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_SLOW)] | None = None
    frozen: bool | None = None

    def restriction(self) -> Restriction:
        return Restriction(rules.reply_policy(self.reply_policy) if self.reply_policy else None, self.slow_minutes, self.frozen)


class AudienceForm(msgspec.Struct, frozen=True):
    visibility: str
    circle_id: Id | None = None


def audience(word: str) -> Visibility:
    """Mastodon's visibilities, and our `mutuals` and `circle`."""
    if word not in AUDIENCES:
        raise Invalid(_("There is no such visibility"), field="visibility", code="ERR_INCLUSION")
    return AUDIENCES[word]


def visibility(word: str) -> Visibility:
    if word not in VISIBILITIES:
        raise Invalid(_("There is no such visibility"), field="visibility", code="ERR_INCLUSION")
    return VISIBILITIES[word]


@post("/api/v1/statuses", status_code=200)
async def create(request: AnyRequest) -> ASGIApp:
    own_site, caller, form = site(request), await authorised(request, "write:statuses"), await bind(request, StatusForm)
    async with own_site.db.read() as reader:
        user = await caller.user(reader)
        draft = form.draft(user, caller.app_id, header(request, b"idempotency-key"))
        terms = await _terms(reader, own_site)
    await _obey(own_site, caller, draft, user.language)
    due_at = scheduled_statuses.asked(form.scheduled_at, own_site.db.clock())
    if due_at is not None:
        return await scheduled_statuses.create(request, caller, draft, due_at, terms, form.via)
    async with own_site.db.write() as tx:
        published = await act.publish(tx, caller.account, draft, terms, roads.by(form.via))
    return await respond.published(request, published, caller)


async def _obey(own_site: Site, caller: Member, draft: Draft, language: str) -> None:
    """A text that is a command about tracks is obeyed and not published. Raises Invalid, whose sentence is what apps show to people."""
    asked = None if draft.in_reply_to_id or draft.attachment_ids else command(draft.text)
    if asked is not None:
        await load_words()
        async with own_site.db.write() as tx:
            done = await obey(tx, caller.account, asked, language=language, authority=own_site.settings.authority)
        raise Invalid(done, field="status", code="ERR_COMMAND")


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


@post("/api/v1/statuses/{status_id:str}/narrow", status_code=200)
async def narrow(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    """An endpoint of our own: gives the status a narrower audience, with the parameters of publishing."""
    caller, form = await authorised(request, "write:statuses"), await bind(request, AudienceForm)
    chosen, circle_id = audience(form.visibility), None if form.circle_id is None else CircleId(form.circle_id)
    async with site(request).db.write() as tx:
        narrowed = await narrowing.narrow(tx, caller.account, lookups.status_id(status_id), chosen, circle_id)
    return await respond.status(request, narrowed, caller)


@put("/api/v1/statuses/{status_id:str}/interaction_policy")
async def interaction_policy(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    """https://docs.joinmastodon.org/methods/statuses/#edit_interaction_policy, with parameters of our own about replies."""
    caller, form = await authorised(request, "write:statuses"), await bind(request, InteractionForm)
    async with site(request).db.write() as tx:
        changed = await restrict_replies(tx, caller.account, lookups.status_id(status_id), form.restriction())
    return await respond.status(request, changed, caller)


@delete("/api/v1/statuses/{status_id:str}", status_code=200)
async def remove(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    """Answers with the text as typed and with the attachments, so that the app can offer to rewrite it."""
    caller, form = await authorised(request, "write:statuses"), await bind(request, RemovalForm)
    async with site(request).db.write() as tx:
        one = await queries.own(tx, lookups.status_id(status_id), caller.account.id)
        view = await views.after_undoing(tx, one, caller.account.id)
        typed = respond.json_cache(request, tx).source(view, caller.account.id)
        await deleting.delete(tx, caller.account, one.id, keeps_media=not form.delete_media)
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
        ancestors = await respond.visible_statuses(request, reader, above, caller, hides_muted=True)
        descendants = await respond.visible_statuses(request, reader, below, caller, hides_muted=True)
    if one.visibility is Visibility.DIRECT and isinstance(caller, Member):
        await _mark_read(request, caller, one)
    return Response(Context(ancestors, descendants))


async def _mark_read(request: AnyRequest, caller: Member, opened: models.Status) -> None:
    """Who opens the thread of a private message has read it. The answer is not cached: the next one must do the same."""
    if dependencies := current_dependencies():
        dependencies.mark_uncacheable()
    with suppress(Unavailable):  # it is shown all the same
        async with site(request).db.write() as tx:
            await read.on_opened(tx, caller.account, opened.id)


@get("/api/v1/statuses/{status_id:str}/source")
async def source(request: AnyRequest, status_id: FromPath[str]) -> Response[StatusSource]:
    caller = await authorised(request, "read:statuses")
    async with site(request).db.read() as reader:
        return Response(status_source(await _visible(reader, status_id, caller)))


@get("/api/v1/statuses/{status_id:str}/history")
async def history(request: AnyRequest, status_id: FromPath[str]) -> Response[list[Raw]]:
    caller = await anybody(request, "read:statuses")
    async with site(request).db.read() as reader:
        one = await _visible(reader, status_id, caller)
        view, cache = await views.view(reader, one, caller.viewer_id), respond.json_cache(request, reader)
        return Response([cache.edit(each, view, caller.viewer_id) for each in await versions.versions(reader, one, caller.viewer_id)])


async def _visible(reader: Reader, status_id: str, caller: Caller) -> models.Status:
    return await queries.visible(reader, lookups.status_id(status_id), caller.viewer_id)


async def _terms(reader: Reader, own_site: Site) -> Terms:
    chosen = await options.effective(reader, own_site.settings)
    return Terms(own_site.settings.base_url, chosen.max_characters)


def _language(language: str) -> str:
    """The language code; empty for anything else that apps send."""
    return language if is_language(language) else ""


def _area(place_id: int | None) -> models.Area | None:
    return None if place_id is None else area(checked_place(place_id))


def _check(form: StatusForm | RevisionForm) -> None:
    for name in REFUSED:
        if getattr(form, name, None):
            raise Invalid(_("This place does not know {field} yet", field=name), field=name)


routes = [create, many, show, edit, narrow, interaction_policy, remove, context, source, history]
