"""https://ogp.me/ – what other sites and chats show of a link to a page of ours."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.media.processing.models import Kind
from gazouillis.statuses import media_access
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.statuses.rules import may_be_embedded
from gazouillis.text.cleaning import plain
from gazouillis.web import attachments
from gazouillis.web.rendering import avatar_url, profile_url, status_url

LONGEST_DESCRIPTION = 300


class LinkCard(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    """`article` or `profile`."""
    title: str
    description: str
    url: str
    """Absolute, as the address of the picture is."""
    picture: Picture
    oembed: str = ""
    """Where other sites ask how to show it in a frame; empty when they may not."""


class Picture(msgspec.Struct, frozen=True):
    """Of a photo of the post the size is known, and what it shows if its author says so. An avatar has neither."""

    url: str
    width: int = 0
    height: int = 0
    description: str = ""


def of_status(view: StatusView, base_url: str) -> LinkCard | None:
    """None for a status that is not for everybody. Of one behind a content warning, the card tells the warning only."""
    status = view.status
    if view.is_tombstone or status.visibility not in {Visibility.PUBLIC, Visibility.UNLISTED}:
        return None
    text, photo = status.spoiler_text or plain(status.content), _photo(view, base_url)
    card = _card("article", view.account, base_url, status_url(view), text, photo)
    return msgspec.structs.replace(card, oembed=_oembed(card.url, base_url)) if may_be_embedded(status, view.account) else card


def of_profile(account: Account, base_url: str) -> LinkCard:
    return _card("profile", account, base_url, profile_url(account), plain(account.note_html))


def _photo(view: StatusView, base_url: str) -> Picture | None:
    """The first picture, or the poster of a video, in a format that every site reads. None for what is covered, or not public."""
    status, listed = view.status, view.cached.attachments
    if status.visibility is not Visibility.PUBLIC or status.is_sensitive or status.spoiler_text or not media_access.is_open(view.cached):
        return None
    for one in listed:
        file = attachments.file(one, "fallback", "small", "poster")
        if file is not None and one.kind is not Kind.AUDIO:
            return Picture(base_url + attachments.url(one, file), file.width, file.height, one.description)
    return None


def _oembed(url: str, base_url: str) -> str:
    return f"{base_url}/api/oembed?url={quote(url, safe='')}"


def _card(kind: str, account: Account, base_url: str, path: str, text: str, photo: Picture | None = None) -> LinkCard:
    """Other sites show no SVG, the form in which our pages show an avatar that was not chosen: the card names the PNG."""
    return LinkCard(
        kind=kind,
        title=f"{account.name} (@{account.acct})",
        description=text[:LONGEST_DESCRIPTION],
        url=base_url + path,
        picture=photo or Picture(base_url + avatar_url(account).replace(".svg", ".png")),
    )
