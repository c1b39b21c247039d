"""Events that happened to attachments: the facts this room emits for `reactions.py`."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AttachmentId


class MediaUploaded(Event, frozen=True):
    """A file was received and waits to be processed."""

    attachment_id: AttachmentId

    @property
    def key(self) -> str:
        return f"attachment:{self.attachment_id}"


class AttachmentsChanged(Event, frozen=True):
    """Something about these attachments changed: what they show, or which status has them. Only caches need to know."""

    attachment_ids: tuple[AttachmentId, ...]


class MediaFilesReleased(Event, frozen=True):
    """Attachments that referred to these stored files are gone. Another may still refer to them."""

    keys: tuple[str, ...]
