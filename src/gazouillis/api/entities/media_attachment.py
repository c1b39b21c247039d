"""https://docs.joinmastodon.org/entities/MediaAttachment/"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.infra.basics.ids import AccountId
from gazouillis.media import urls
from gazouillis.media.models import Attachment, MediaFile, Variant
from gazouillis.media.urls import SignedAddresses

Address = Callable[[Attachment, MediaFile], str]


class Focus(msgspec.Struct, frozen=True):
    x: float
    y: float


class Dimensions(msgspec.Struct, frozen=True):
    """https://docs.joinmastodon.org/entities/MediaAttachment/#meta"""

    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    size: str | UnsetType = UNSET
    aspect: float | UnsetType = UNSET
    frame_rate: str | UnsetType = UNSET
    duration: float | UnsetType = UNSET
    bitrate: int | UnsetType = UNSET


class Meta(msgspec.Struct, frozen=True):
    focus: Focus | UnsetType = UNSET
    original: Dimensions | UnsetType = UNSET
    small: Dimensions | UnsetType = UNSET


class MediaAttachment(msgspec.Struct, frozen=True):
    id: str
    type: str
    url: str | None
    """Null until the file is processed."""
    preview_url: str | None
    meta: Meta
    description: str | None
    blurhash: str | None
    remote_url: None = None
    preview_remote_url: None = None
    text_url: None = None


def open_to_all(base_url: str, attachments: Sequence[Attachment]) -> list[MediaAttachment]:
    """For a status that everybody may see: the addresses work for all."""
    return [_attachment(one, lambda attachment, file: base_url + urls.path(attachment, file)) for one in attachments]


def sealed(addresses: SignedAddresses, attachments: Sequence[Attachment], viewer_id: AccountId) -> list[MediaAttachment]:
    """For one viewer: the addresses work for as long as they are signed for, and as this viewer may see the status."""
    return [_attachment(one, lambda attachment, file: addresses.of(attachment, file, viewer_id)) for one in attachments]


def _attachment(one: Attachment, address: Address) -> MediaAttachment:
    original, small = one.file(Variant.ORIGINAL), one.file(Variant.FALLBACK, Variant.SMALL, Variant.POSTER)
    is_picture = original is not None and original.content_type.startswith("image/")
    preview = small or (original if is_picture else None)
    return MediaAttachment(
        id=str(one.id),
        type=one.kind.word,
        url=address(one, original) if original and one.is_ready else None,
        preview_url=address(one, preview) if preview and one.is_ready else None,
        meta=_meta(one, original, preview) if one.is_ready else Meta(),
        description=one.description or None,
        blurhash=one.blurhash or None,
    )


def _meta(one: Attachment, original: MediaFile | None, preview: MediaFile | None) -> Meta:
    return Meta(
        focus=Focus(one.focus_x, one.focus_y) if preview else UNSET,
        original=_dimensions(original, one) if original else UNSET,
        small=_dimensions(preview) if preview else UNSET,
    )


def _dimensions(file: MediaFile, whole: Attachment | None = None) -> Dimensions:
    has_size = bool(file.width and file.height)
    return Dimensions(
        width=file.width if has_size else UNSET,
        height=file.height if has_size else UNSET,
        size=f"{file.width}x{file.height}" if has_size else UNSET,
        aspect=file.width / file.height if has_size else UNSET,
        frame_rate=(whole.frame_rate if whole else "") or UNSET,
        duration=(whole.duration if whole else 0) or UNSET,
        bitrate=(whole.bitrate if whole else 0) or UNSET,
    )
