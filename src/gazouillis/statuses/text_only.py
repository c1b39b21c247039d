"""What the recipient of a request sees of it before they accept it: its text. Links are words that lead nowhere; files,
the place and the poll are left out.

`Delivery.TEXT` says for whom. That there are files can be told, by `Status.attachments_count`.
"""

from __future__ import annotations

import re

import msgspec

from gazouillis.statuses.models import CachedStatus, StatusEdit

_LINK_TAGS = re.compile(r"</?(?:a|span)\b[^>]*>")
"""The HTML is ours: made by `text.rendering` of what was typed. Spans hide parts of long addresses, which are to be read in full here."""


def text_only(cached: CachedStatus) -> CachedStatus:
    status = msgspec.structs.replace(
        cached.status, content=without_links(cached.status.content), place_id=None, region_id=None, country=None
    )
    return msgspec.structs.replace(cached, status=status, attachments=(), poll=None)


def text_only_version(version: StatusEdit) -> StatusEdit:
    return msgspec.structs.replace(version, content=without_links(version.content), attachments=(), place_id=None, options=())


def without_links(html: str) -> str:
    return _LINK_TAGS.sub("", html)
