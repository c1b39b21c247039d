"""Embedding: the HTML with which another site shows a status in a frame. https://oembed.com

The frame is a page of ours (`web/pages/embed.py`), made anew at each reading: it follows edits, the deletion and a refusal of the author.
What the other site keeps holds none of the author's words. It names them and leads to the status, and it works without a script. Its links
name the road (`Road.BLOG`).
"""

from __future__ import annotations

from html import escape
from math import ceil

import msgspec

from gazouillis.accounts import urls as account_urls
from gazouillis.encounters.reach.models import Road, Via
from gazouillis.encounters.reach.rules import written
from gazouillis.media.models import Attachment, Variant
from gazouillis.media.processing.models import Kind
from gazouillis.statuses import urls
from gazouillis.statuses.models import StatusView
from gazouillis.text.cleaning import plain

VIA = written(Via(Road.BLOG))
USUAL_WIDTH = 400
WIDEST = 600
PHONE = 340
TALLEST = 1200
"""Pixels. A longer status is scrolled in its frame."""

_EDGES = 34
"""Left and right, or above and below: the border of the card, and the space within."""
_HEAD, _FOOT, _COVER, _SOUND = 52, 78, 36, 64
_LINE, _BETWEEN, _BAR = 25, 10, 20
_CHARACTER = 8.2
"""Mean width of a character, rather too large than too small: a frame without a script cannot grow."""
_LOWEST_PICTURE, _HIGHEST_PICTURE = 128, 360


class FrameSize(msgspec.Struct, frozen=True):
    """In pixels."""

    width: int
    height: int


def frame_size(view: StatusView, widest: int = USUAL_WIDTH, highest: int = TALLEST) -> FrameSize:
    """`widest` and `highest`: what the other site has room for. The height is estimated from what the status holds, and is enough on a
    phone too, where the frame is narrower than it says.
    """
    width = min(widest, WIDEST)
    needed = max(_height(view, max(one - _EDGES, 1)) for one in (width, min(width, PHONE)))
    return FrameSize(width, min(needed, highest, TALLEST))


def html(base_url: str, view: StatusView, size: FrameSize) -> str:
    """A frame, and who wrote it when, as links. What reads no frames, as some feed readers, shows the links alone."""
    author, page = view.account, urls.page(base_url, view.status, view.account)
    followed = f"{account_urls.page(base_url, author)}?via={written(Via(Road.BLOG, status_id=view.id))}"
    handle = f"@{author.username}@{author.domain or account_urls.authority(base_url)}"
    return (
        f'<blockquote class="gazouillis-embed" cite="{escape(page)}" style="max-width: {size.width}px; margin: 1em 0">'
        f'<iframe src="{escape(urls.frame(base_url, view.status, author))}" title="{escape(f"{author.name} ({handle})")}"'
        f' width="{size.width}" height="{size.height}" style="max-width: 100%; border: 0" loading="lazy"></iframe>'
        f'<p>— <a href="{escape(followed)}"><bdi>{escape(author.name)}</bdi> (<bdi>{escape(handle)}</bdi>)</a>,'
        f' <a href="{escape(page)}?via={VIA}">{view.status.created_at:%Y-%m-%d}</a></p></blockquote>'
    )


def _height(view: StatusView, width: int) -> int:
    status = view.status
    if status.spoiler_text:
        return _EDGES + _HEAD + _COVER + _lines(status.spoiler_text, width) * _LINE + _FOOT
    text = plain(status.content)
    written_text = _lines(text, width) * _LINE + _BETWEEN if text else 0
    shown = _COVER + _LINE if status.is_sensitive and view.attachments else _of_attachments(view.attachments, width)
    answers = sum(_lines(one, width) * _LINE + _BAR for one in view.cached.poll.titles) + 2 * _LINE if view.cached.poll else 0
    return _EDGES + _HEAD + written_text + answers + shown + _FOOT


def _lines(text: str, width: int) -> int:
    return sum(max(1, ceil(len(line) * _CHARACTER / width)) for line in text.split("\n"))


def _of_attachments(attachments: tuple[Attachment, ...], width: int) -> int:
    match attachments:
        case ():
            return 0
        case (one,):
            return _BETWEEN + _of_attachment(one, width)
        case (_, _):
            return _BETWEEN + ceil(width * 9 / 16)
        case _:
            return _BETWEEN + ceil(width * 2 / 3)


def _of_attachment(one: Attachment, width: int) -> int:
    file = one.file(Variant.ORIGINAL)
    if one.kind is Kind.AUDIO or file is None or not file.width:
        return _SOUND
    shown = min(width, file.width) * file.height / file.width
    return round(min(max(shown, _LOWEST_PICTURE), _HIGHEST_PICTURE)) + (0 if one.kind is Kind.IMAGE else 2 * _LINE)
