"""Resumable uploads of the composer's files, by the tus protocol: after a lost connection they go on where they were (decision 0075).

https://tus.io/protocols/resumable-upload: version 1.0.0 with creation, termination and expiration. Once all bytes of a file
have arrived, the script polls for its attachment until that is processed.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AttachmentId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.limits import require
from gazouillis.infra.settings import Settings
from gazouillis.media import queries as media
from gazouillis.media import resumable, rules
from gazouillis.media.adjust import adjust, adjusted_copy
from gazouillis.media.models import Attachment, State
from gazouillis.media.processing.models import Adjustment, MediaLimits
from gazouillis.media.resumable import Unfinished
from gazouillis.media.upload import accept_resumable
from gazouillis.web import attachments
from gazouillis.web.pages.attaching import MOST_UPLOADED, UPLOADED_IN
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import HEADERS_OF_ERRORS, AnyRequest, form_of, member, request_context, site_of

VERSION = "1.0.0"
CONTENT = "application/offset+octet-stream"
TUS = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
ANSWERS_BY_TUS: dict[str, Any] = {HEADERS_OF_ERRORS: {"Tus-Resumable": VERSION}}
LONGEST_NUMBER = 15
"""Digits of a length or offset."""
MOST_ASKED = 40
"""Attachments that a script may ask about at once: more than any draft has."""


def largest_body(settings: Settings) -> int:
    return MediaLimits.of(settings).largest_bytes


class Attached(msgspec.Struct, frozen=True):
    """An attachment as the composer's script shows it. `preview` is empty for sound without a cover."""

    id: str
    kind: str
    preview: str
    description: str
    is_ready: bool


@post("/uploads", opt=ANSWERS_BY_TUS, status_code=201)
async def create(request: AnyRequest) -> Response[None]:
    _check_version(request)
    length = _number(request, "upload-length")
    site, account = site_of(request), await member(request)
    await require(site.limits, f"media:{account.id}", MOST_UPLOADED, UPLOADED_IN)
    content_type = _metadata(request.headers.get("upload-metadata", "")).get("filetype", "")
    made = await resumable.create(site.settings, account.id, length, content_type)
    return Response(None, status_code=201, headers=_headers(made) | {"Location": f"/uploads/{made.name}"})


@get("/uploads/{name:str}", opt=ANSWERS_BY_TUS, status_code=200)
async def show(request: AnyRequest, name: FromPath[str]) -> Response[None]:
    """For HEAD, which is answered as GET: how much of the file has arrived."""
    _check_version(request)
    account = await member(request)
    found = await resumable.find(site_of(request).settings, account.id, name)
    return Response(None, headers=_headers(found) | {"Upload-Length": str(found.length)})


@patch("/uploads/{name:str}", opt=ANSWERS_BY_TUS | {"largest_body": largest_body}, request_max_body_size=None, status_code=204)
async def append(request: AnyRequest, name: FromPath[str]) -> Response[None]:
    _check_version(request)
    if request.content_type[0] != CONTENT:
        raise HTTPException(status_code=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    offset = _number(request, "upload-offset")
    account = await member(request)
    found = await resumable.find(site_of(request).settings, account.id, name)
    return Response(None, status_code=204, headers=_headers(await resumable.append(found, offset, request.stream())))


@delete("/uploads/{name:str}", opt=ANSWERS_BY_TUS, status_code=204)
async def cancel(request: AnyRequest, name: FromPath[str]) -> Response[None]:
    _check_version(request)
    account = await member(request)
    await resumable.discard(await resumable.find(site_of(request).settings, account.id, name))
    return Response(None, status_code=204, headers=TUS)


@post("/uploads/{name:str}/attachment", status_code=200)
async def attach(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Processes the complete file. Status 202: not processed yet, ask again. Raises Invalid when it is no picture, video or sound."""
    site, account = site_of(request), await member(request)
    attachment = await accept_resumable(site, account, name, await _adjustment(request))
    if attachment.state is State.FAILED:
        raise Invalid(_("This file could not be processed"), field="file")
    return _json(_attached(attachment), 200 if attachment.is_ready else 202)


@post("/compose/files/{attachment_id:str}/adjustment", status_code=200)
async def adjusted(request: AnyRequest, attachment_id: FromPath[str]) -> Response[bytes]:
    """Turns and crops a picture that has arrived. One of a published post stays: its edit shows an adjusted copy, which has another id.

    Raises Invalid, and Conflict when a post took it meanwhile.
    """
    site, account = site_of(request), await member(request)
    adjustment = await _adjustment(request)
    async with site.db.read() as reader:
        found = await media.own(reader, AttachmentId(parse_id(attachment_id)), account.id)
    if adjustment.changes_something:
        is_free = found.status_id is None
        found = await (adjust(site, found, adjustment) if is_free else adjusted_copy(site, found, adjustment, found.description))
    return _json(_attached(found))


@get("/compose/files")
async def attached(request: AnyRequest) -> Response[bytes]:
    """Which of the attachments `ids` may still be attached: for a browser draft that is restored."""
    asked = request.query_params.get("ids", "").split(",")[:MOST_ASKED]
    async with request_context(request) as context:
        account = context.member
        found = await media.by_ids(context.reader, [AttachmentId(parse_id(one)) for one in asked if one])
    free = [one for one in found.values() if one.account_id == account.id and one.status_id is None and one.is_ready]
    return _json([_attached(one) for one in free])


async def _adjustment(request: AnyRequest) -> Adjustment:
    """The fields `turn` and `crop` of a form: neither has to be there."""
    form = await form_of(request)
    try:
        turn = float(form.get("turn") or 0)
    except ValueError as fault:
        raise Invalid(_("{field} is not valid", field="turn"), field="turn") from fault
    return rules.adjustment(turn, form.get("crop", ""))


def _attached(one: Attachment) -> Attached:
    """The address of the picture changes with it: a page that shows it keeps pictures by their addresses."""
    small = attachments.file(one, "fallback", "small", "poster")
    preview = f"{attachments.url(one, small)}?{small.key[:8]}" if small else ""
    return Attached(str(one.id), one.kind.word, preview, one.description, one.is_ready)


def _headers(upload: Unfinished) -> dict[str, str]:
    return TUS | {"Upload-Offset": str(upload.offset), "Upload-Expires": format_datetime(upload.expires_at, usegmt=True)}


def _check_version(request: AnyRequest) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise HTTPException(status_code=HTTPStatus.PRECONDITION_FAILED, headers={"Tus-Version": VERSION})


def _number(request: AnyRequest, header: str) -> int:
    written = request.headers.get(header, "")
    if not (written.isascii() and written.isdecimal() and len(written) <= LONGEST_NUMBER):
        raise Invalid(_("{field} is not valid", field=header), field=header)
    return int(written)


def _metadata(header: str) -> dict[str, str]:
    """`filename d29ybGQ=,filetype aW1hZ2U=` decoded. What cannot be read is left out: it is only a hint."""
    found = dict[str, str]()
    for pair in header.split(","):
        name, _space, value = pair.strip().partition(" ")
        try:
            found[name] = b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            continue
    return found


def _json(content: Any, status_code: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(content), media_type="application/json", status_code=status_code)


routes = [create, show, append, cancel, attach, adjusted, attached]
