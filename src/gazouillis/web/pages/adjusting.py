"""Turning and cropping pictures of the composer by its plain fields: a preview of each, and what is done when the form is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Conflict, NotFound
from gazouillis.infra.basics.ids import AttachmentId
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.site import Site
from gazouillis.media import adjust, remove, rules
from gazouillis.media import queries as media
from gazouillis.media.models import Attachment
from gazouillis.web import adjustments
from gazouillis.web.pages.attaching import Submitted
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, member, site_of

SHOW_FILES = "show_files"
"""The button that shows the form again with its files, and with previews, instead of publishing."""


@get("/compose/files/{attachment_id:str}/preview")
async def preview(request: AnyRequest, attachment_id: FromPath[str]) -> Response[bytes]:
    """The small version of an own picture as it would be, adjusted as the parameters say. Nothing of it is kept."""
    site, account = site_of(request), await member(request)
    adjustment = adjustments.parsed(adjustments.of_query(request.query_params))
    async with site.db.read() as reader:
        found = await media.own(reader, AttachmentId(parse_id(attachment_id)), account.id)
    content, content_type = await adjust.preview(site, found, adjustment)
    return Response(content, media_type=content_type, headers={"Cache-Control": "private, no-store"})


async def apply(site: Site, account: Account, sent: Submitted, ids: Sequence[AttachmentId]) -> tuple[AttachmentId, ...]:
    """The attachments with adjusted copies instead of those for which something was typed. Raises Invalid, and TooMany.

    Of what no post has, only the copies remain, once all of them are made: a form that is sent again after an error cuts nothing twice.
    """
    wanted = {one: adjustments.parsed(typed) for one, typed in adjustments.typed(sent.form, ids).items()}
    wanted = {one: adjustment for one, adjustment in wanted.items() if adjustment.changes_something}
    if not wanted:
        return tuple(ids)
    async with site.db.read() as reader:
        found = await _own(reader, account, wanted)
    copies = {one.id: (await adjust.adjusted_copy(site, one, wanted[one.id], _said(one, sent))).id for one in found}
    for one in found:
        if one.status_id is None:
            await _discard(site, one.id)
    return tuple(copies.get(one, one) for one in ids)


async def _own(reader: Reader, account: Account, ids: Collection[AttachmentId]) -> list[Attachment]:
    try:
        return [await media.own(reader, one, account.id) for one in ids]
    except NotFound as fault:  # of the file, not of the page: the form is shown again
        raise rules.not_attachable() from fault


def _said(one: Attachment, sent: Submitted) -> str:
    """Its description, as the form has it."""
    text = sent.descriptions[one.id].text if one.id in sent.descriptions else None
    return one.description if text is None else text


async def _discard(site: Site, attachment_id: AttachmentId) -> None:
    try:
        async with site.db.write() as tx:
            found = (await media.by_ids(tx, [attachment_id])).get(attachment_id)
            if found is not None:
                await remove.remove(tx, found)
    except Conflict:  # another form posted it meanwhile
        pass


routes = [preview]
