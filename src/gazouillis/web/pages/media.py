"""The files of attachments: the original, the small versions and the poster (decision 0067).

Each fetch asks whether this viewer may see the status that has the file. The viewer is told by the session on pages, and by a signed
address for apps. https://www.rfc-editor.org/rfc/rfc9110#section-13, https://www.rfc-editor.org/rfc/rfc9110#section-14
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from gazouillis.accounts import queries as accounts
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, AttachmentId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.responses import STREAMED
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.files.blobs import etag_of
from gazouillis.infra.http import ranges
from gazouillis.infra.site import Site
from gazouillis.media import queries, urls
from gazouillis.media.models import Attachment, MediaFile
from gazouillis.media.urls import SignedAddresses
from gazouillis.moderation import queries as reports
from gazouillis.statuses import media_access
from gazouillis.statuses.media_access import Access
from gazouillis.web.pages.files import FOREVER, PICTURE
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import IS_HEAD, SESSION, AnyRequest, RequestContext, request_context, site_of

SEALED = {"Cache-Control": "private, no-store"}
HEADERS = PICTURE | {"Content-Disposition": "inline", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes"}
"""A browser shows or plays the file, and runs nothing that may be in it."""
OF_ACCESS = {
    Access.OPEN: {"Cache-Control": FOREVER, "Cross-Origin-Resource-Policy": "cross-origin"},
    Access.SEALED: SEALED,
}


@get("/media/{attachment_id:str}/{name:str}", opt=STREAMED | {"exclude_from_csrf": True})
async def media(request: AnyRequest, attachment_id: FromPath[str], name: FromPath[str]) -> Response[Any]:
    site = site_of(request)
    try:
        attachment, file = await _attachment_and_file(site, AttachmentId(parse_id(attachment_id)), name)
        headers = HEADERS | OF_ACCESS[await _access(request, attachment, file)]
    except NotFound as fault:
        raise NotFound(_("There is nothing here")) from fault
    headers |= {"ETag": etag_of(file.key)}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)
    return await _sent(site, request, file, headers)


async def _attachment_and_file(site: Site, attachment_id: AttachmentId, name: str) -> tuple[Attachment, MediaFile]:
    """Raises NotFound also as long as the file is being processed."""
    async with site.db.read() as reader:
        attachment = await queries.by_id(reader, attachment_id)
    file = next((one for one in attachment.files if urls.name(one) == name), None)
    if file is None or not attachment.is_ready:
        raise NotFound
    return attachment, file


async def _access(request: AnyRequest, attachment: Attachment, file: MediaFile) -> Access:
    """Raises NotFound when whoever asks may not fetch the file, as if there were none."""
    site = site_of(request)
    signed_for = site.the(SignedAddresses).viewer(attachment, file, request.query_params)
    async with site.db.read() as reader:
        viewer_id = signed_for if signed_for is not None and await _is_active(reader, signed_for) else None
        if viewer_id is not None or SESSION not in request.cookies:
            return await media_access.access(reader, attachment, viewer_id)
    async with request_context(request) as context:
        signed_in = context.signed_in
        is_member = signed_in is not None and signed_in.user.approved_at is not None
        try:
            return await media_access.access(context.reader, attachment, context.viewer_id if is_member else None)
        except NotFound:
            if await _is_shown_to_moderators(context, attachment):
                return Access.SEALED
            raise


async def _is_shown_to_moderators(context: RequestContext, attachment: Attachment) -> bool:
    """Whether the viewer moderates, and somebody reported the status that has it (decision 0058)."""
    if attachment.status_id is None or not context.is_moderator:
        return False
    return await reports.is_reported(context.reader, attachment.account_id, attachment.status_id)


async def _is_active(reader: Reader, viewer_id: AccountId) -> bool:
    """Whether the viewer still has an account that may see anything."""
    viewer = await accounts.by_id(reader, viewer_id)
    return viewer is not None and viewer.is_visible


async def _sent(site: Site, request: AnyRequest, file: MediaFile, headers: dict[str, str]) -> Response[Any]:
    """The file, or the range of it that was asked for, read while it is sent."""
    asked = request.headers.get("range", "")
    if asked and request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        asked = ""
    try:
        part = ranges.requested(asked, file.size) if asked else None
    except ranges.NotSatisfiable:
        return Response(None, status_code=416, headers=headers | {"Content-Range": f"bytes */{file.size}"})
    start, stop = (part.start, part.stop) if part else (0, file.size)
    headers |= {"Content-Length": str(stop - start)} | ({"Content-Range": part.content_range} if part else {})
    content = _empty_body() if request.scope.get(IS_HEAD) else await site.media_store.open(file.key, start, stop)
    return Stream(content, media_type=file.content_type, headers=headers, status_code=206 if part else 200)


async def _empty_body() -> AsyncIterator[bytes]:
    """The body of a response to HEAD."""
    yield b""


routes = [media]
