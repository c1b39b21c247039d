"""Attachments: upload, describe and delete a picture, video or sound. https://docs.joinmastodon.org/methods/media/"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath

from gazouillis.api.bind import as_form, identifier
from gazouillis.api.caller import Member, authorised
from gazouillis.api.entities.media_attachment import MediaAttachment, sealed
from gazouillis.api.parameters import parameters
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AttachmentId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.http.request_bodies import FileOnDisk, Folder
from gazouillis.infra.settings import Settings
from gazouillis.media import adjust, attach, queries, remove, rules, upload, uploads
from gazouillis.media.models import Attachment, Description, State
from gazouillis.media.processing.models import Adjustment, MediaLimits
from gazouillis.media.upload import Received
from gazouillis.media.urls import SignedAddresses

SCOPE = "write:media"


def largest_body(settings: Settings) -> int:
    """One file, the picture that stands for it, and its description."""
    limits = MediaLimits.of(settings)
    return limits.largest_bytes + limits.image_bytes + request_sizes.BODY


TAKES_MEDIA: dict[str, Any] = {"files": ("file", "thumbnail"), "largest_body": largest_body}
"""For a route's `opt`: its files are written to disk while they arrive."""


class MediaForm(msgspec.Struct, frozen=True):
    file: FileOnDisk | None = None
    thumbnail: FileOnDisk | None = None
    description: str | None = None
    focus: str = ""
    turn: float = 0.0
    """Degrees, clockwise, by which a picture is turned. Ours, like the next: Mastodon has neither."""
    crop: str = ""
    """`0.1,0,0.8,1`: left, top, width and height of the part that is kept of the turned picture, as shares of it."""

    def as_description(self) -> Description:
        return Description(self.description, rules.focus(self.focus) if self.focus else None)

    def adjustment(self) -> Adjustment:
        return rules.adjustment(self.turn, self.crop)


@post("/api/v1/media", opt=TAKES_MEDIA, request_max_body_size=None, status_code=200)
async def create(request: AnyRequest) -> Response[MediaAttachment]:
    """Answers when the file is processed, however long that takes."""
    return await take_in(request, waits=True)


@get("/api/v1/media/{attachment_id:str}")
async def show(request: AnyRequest, attachment_id: FromPath[str]) -> Response[MediaAttachment]:
    caller = await authorised(request, SCOPE)
    async with site(request).db.read() as reader:
        return _as_it_is(request, await _own(reader, caller, attachment_id), caller)


@put("/api/v1/media/{attachment_id:str}", opt=TAKES_MEDIA, request_max_body_size=None)
async def update(request: AnyRequest, attachment_id: FromPath[str]) -> Response[MediaAttachment]:
    """Of a file that no status has yet; later its description changes with the status. A picture that is turned or cropped keeps its id."""
    caller, own_site = await authorised(request, SCOPE), site(request)
    with uploads.workspace(own_site.settings) as folder:
        form = await _form(request, Folder(folder, MediaLimits.of(own_site.settings).image_bytes))
        change, adjustment = form.as_description(), form.adjustment()
        rules.check_description(change.text or "")
        if adjustment.changes_something:
            async with own_site.db.read() as reader:
                found = await queries.own_free(reader, AttachmentId(identifier(attachment_id)), caller.account.id)
            await adjust.adjust(own_site, found, adjustment)
        async with own_site.db.write() as tx:
            found = await queries.own_free(tx, AttachmentId(identifier(attachment_id)), caller.account.id)
            await attach.describe(tx, [found], {found.id: change})
        if form.thumbnail:
            await upload.replace_thumbnail(own_site, found, form.thumbnail.path)
    async with own_site.db.read() as reader:
        return _as_it_is(request, await _own(reader, caller, attachment_id), caller)


@delete("/api/v1/media/{attachment_id:str}", status_code=200)
async def destroy(request: AnyRequest, attachment_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, SCOPE)
    async with site(request).db.write() as tx:
        found = await _own(tx, caller, attachment_id)
        await remove.remove(tx, found)
    return Response({})


async def take_in(request: AnyRequest, *, waits: bool) -> Response[MediaAttachment]:
    """Takes in the file of a request. 202 says that it is still processed."""
    caller, own_site = await authorised(request, SCOPE), site(request)
    with uploads.workspace(own_site.settings) as folder:
        form = await _form(request, Folder(folder, MediaLimits.of(own_site.settings).largest_bytes))
        if form.file is None:
            raise Invalid(_("{field} must be given", field="file"), field="file", code="ERR_BLANK")
        received = Received(form.file.path, form.thumbnail.path if form.thumbnail else None, form.adjustment())
        accepted = await upload.accept(own_site, caller.account, received, form.as_description(), waits=waits)
    return Response(_entity(request, accepted, caller), status_code=200 if accepted.is_ready else 202)


async def _form(request: AnyRequest, folder: Folder) -> MediaForm:
    return as_form(await parameters(request, folder), MediaForm)


async def _own(reader: Reader, caller: Member, attachment_id: str) -> Attachment:
    return await queries.own(reader, AttachmentId(identifier(attachment_id)), caller.account.id)


def _as_it_is(request: AnyRequest, attachment: Attachment, caller: Member) -> Response[MediaAttachment]:
    """206 while it is processed. Raises Invalid when that failed."""
    if attachment.state is State.FAILED:
        raise Invalid(_("This file could not be processed"), field="file")
    return Response(_entity(request, attachment, caller), status_code=200 if attachment.is_ready else 206)


def _entity(request: AnyRequest, attachment: Attachment, caller: Member) -> MediaAttachment:
    return sealed(site(request).the(SignedAddresses), [attachment], caller.account.id)[0]


routes = [create, show, update, destroy]
