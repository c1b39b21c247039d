"""The files of the composer: uploads of a form that works without a script, and the attachments that it keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import AttachmentId
from gazouillis.infra.basics.messages import counted
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.http import request_bodies
from gazouillis.infra.http.request_bodies import FileOnDisk, Folder
from gazouillis.infra.settings import Settings
from gazouillis.infra.site import Site
from gazouillis.media import queries as media
from gazouillis.media import upload, uploads
from gazouillis.media.models import Attachment, Description
from gazouillis.media.processing.models import MediaLimits
from gazouillis.media.rules import MOST_ATTACHMENTS
from gazouillis.media.upload import Received
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, site_of, text_fields

HAS_FILES = "has_files"
"""A field that says that the form lists the attachments to keep. A script that sends a text alone leaves it out."""
KEPT_IDS, FILE, FILE_DESCRIPTION, DESCRIPTION = "media_ids", "file", "file_description", "description"
"""Fields: ids of attachments; `file.1` and what it shows, `file_description.1`; `description.12`, of an attachment that is kept."""
# As for apps, and counted with them: https://docs.joinmastodon.org/api/rate-limits/
MOST_UPLOADED = 30
UPLOADED_IN = timedelta(minutes=30)
_NUMBERS = range(1, MOST_ATTACHMENTS + 1)


def largest_body(settings: Settings) -> int:
    limits = MediaLimits.of(settings)
    return max(MOST_ATTACHMENTS * limits.image_bytes, limits.video_bytes) + request_sizes.BODY


TAKES_FILES: dict[str, Any] = {"files": tuple(f"{FILE}.{number}" for number in _NUMBERS), "largest_body": largest_body}
"""For a route's `opt`, with `request_max_body_size=None`."""


class Submitted(msgspec.Struct, frozen=True):
    """A form with its new files, each with its description, and what it says of attachments that are kept."""

    form: Form
    files: Mapping[int, tuple[FileOnDisk, str]] = {}
    kept_ids: tuple[AttachmentId, ...] | None = None
    """None: the form does not list attachments."""
    descriptions: dict[AttachmentId, Description] = {}


@asynccontextmanager
async def form_with_files(request: AnyRequest) -> AsyncIterator[Submitted]:
    """The form. Its files are on disk as long as the context is open."""
    settings = site_of(request).settings
    with uploads.workspace(settings) as where:
        folder = Folder(where, MediaLimits.of(settings).largest_bytes)
        fields = await request_bodies.fields(
            request.stream(), request.content_type, files=request.route_handler.opt["files"], folder=folder
        )
        request.scope["state"]["fields"] = fields  # for `unsent`
        yield _sent(fields)


async def accept(site: Site, account: Account, sent: Submitted) -> tuple[AttachmentId, ...] | None:
    """Processes the new files. The ids of all attachments that the status shall show; None when the form does not list attachments."""
    kept_ids = sent.kept_ids or ()
    if len(kept_ids) + len(sent.files) > MOST_ATTACHMENTS:
        sentence = counted("Attach at most {count} file", "Attach at most {count} files", MOST_ATTACHMENTS)
        raise Invalid(sentence, field=FILE, code="ERR_TOO_MANY")
    accepted = [
        await upload.accept(site, account, Received(file.path), Description(description), waits=True)
        for file, description in sent.files.values()
    ]
    if sent.kept_ids is None and not accepted:
        return None
    return (*kept_ids, *(one.id for one in accepted))


def with_attachment_ids(sent: Submitted, attached: Sequence[AttachmentId] | None) -> Form:
    """The form with the ids of its new attachments instead of files, so that a refused form need not send the files again."""
    if attached is None:
        return sent.form
    of_new_files = {f"{FILE_DESCRIPTION}.{number}" for number in sent.files}
    return {name: value for name, value in sent.form.items() if name not in of_new_files} | {KEPT_IDS: " ".join(map(str, attached))}


def descriptions_without_file(form: Form) -> tuple[str, ...]:
    """What was typed beside files that were not sent, or not taken: a form cannot be shown again with a chosen file."""
    return tuple(filter(None, (form.get(f"{FILE_DESCRIPTION}.{number}", "") for number in _NUMBERS)))


def ids(form: Form) -> tuple[AttachmentId, ...]:
    """The attachments that a form made by `with_attachment_ids` lists."""
    return tuple(_id(one) for one in form.get(KEPT_IDS, "").split())


async def attachments(reader: Reader, account: Account, form: Form) -> tuple[Attachment, ...]:
    """Those that a refused form had, as far as they are this account's."""
    wanted = dict.fromkeys(ids(form))
    found = await media.by_ids(reader, [*wanted])
    listed = [found[one] for one in wanted if one in found and found[one].account_id == account.id]
    return tuple(
        msgspec.structs.replace(one, description=form.get(f"{DESCRIPTION}.{one.id}", one.description))
        for one in listed[:MOST_ATTACHMENTS]
        if one.is_ready
    )


def _sent(fields: request_bodies.Pairs) -> Submitted:
    form, files = text_fields(fields), dict[int, tuple[FileOnDisk, str]]()
    for name, value in fields:
        if isinstance(value, FileOnDisk):
            number = int(name.removeprefix(f"{FILE}."))
            files[number] = value, form.get(f"{FILE_DESCRIPTION}.{number}", "")
    kept_ids = tuple(_id(value) for name, value in fields if name == KEPT_IDS and isinstance(value, str))
    described = {
        _id(name.removeprefix(f"{DESCRIPTION}.")): Description(value) for name, value in form.items() if name.startswith(f"{DESCRIPTION}.")
    }
    has_files = HAS_FILES in form or bool(kept_ids)
    return Submitted(
        form | {KEPT_IDS: " ".join(map(str, kept_ids))} if has_files else form, files, kept_ids if has_files else None, described
    )


def _id(text: str) -> AttachmentId:
    try:
        return AttachmentId(parse_id(text))
    except NotFound as fault:
        raise request_bodies.unreadable_form() from fault
