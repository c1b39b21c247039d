"""Addresses of media files (decision 0067).

Every attachment has addresses of its own, `/media/12/small.webp`, even when its content is that of another. The address of a sealed file
(of a status that is not for everybody, or of none yet) opens nothing by itself: on pages the session decides, and apps get an address that
is signed for one viewer and one status, for a short time. Whoever fetches it is asked again whether they may see the status.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta

from gazouillis.infra.basics.clock import Clock
from gazouillis.infra.basics.ids import AccountId, AttachmentId, StatusId, id_or_none
from gazouillis.infra.cache.dependencies import current_dependencies
from gazouillis.media.models import Attachment, MediaFile

SUFFIXES: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/webm": "weba",
}
"""Of the types that are served at all: nothing that a browser would run."""

VIEWER, UNTIL, SIGNATURE = "viewer", "until", "signature"
"""The parameters of a signed address."""


def path(attachment: Attachment, file: MediaFile) -> str:
    """For pages, and for everybody where the status is for everybody."""
    return f"/media/{attachment.id}/{name(file)}"


def name(file: MediaFile) -> str:
    return f"{file.variant.value}.{SUFFIXES[file.content_type]}"


class SignedAddresses:
    """Makes and checks the addresses of sealed files. `lifetime`: how long one is valid."""

    def __init__(self, base_url: str, signing_key: str, lifetime: timedelta, clock: Clock) -> None:
        self.base_url = base_url
        self._key = hmac.digest(signing_key.encode(), b"addresses of media", "sha256")
        self._lifetime = lifetime
        self._clock = clock

    def of(self, attachment: Attachment, file: MediaFile, viewer_id: AccountId) -> str:
        """A cached response that contains it expires in half the time for which it is valid: nobody gets one that has just ended."""
        now, until = self._clock(), self._clock() + self._lifetime
        if dependencies := current_dependencies():
            dependencies.expire_at(now + self._lifetime / 2)
        seconds = int(until.timestamp())
        signature = self._signature(attachment.id, name(file), attachment.status_id, viewer_id, seconds)
        return f"{self.base_url}{path(attachment, file)}?{VIEWER}={viewer_id}&{UNTIL}={seconds}&{SIGNATURE}={signature}"

    def viewer(self, attachment: Attachment, file: MediaFile, query: Mapping[str, str]) -> AccountId | None:
        """For whom the address was signed; None when it is not signed, or not valid any more. Whether they may see it is not asked."""
        viewer, until = id_or_none(query.get(VIEWER, "")), id_or_none(query.get(UNTIL, ""))
        if viewer is None or until is None:
            return None
        expected = self._signature(attachment.id, name(file), attachment.status_id, AccountId(viewer), until)
        if not hmac.compare_digest(query.get(SIGNATURE, "").encode(), expected.encode()):
            return None
        return AccountId(viewer) if self._clock().timestamp() < until else None

    def _signature(self, attachment_id: AttachmentId, file_name: str, status_id: StatusId | None, viewer_id: AccountId, until: int) -> str:
        signed = f"{attachment_id}/{file_name} {status_id or 0} {viewer_id} {until}"
        return urlsafe_b64encode(hmac.digest(self._key, signed.encode(), "sha256")).decode().rstrip("=")
