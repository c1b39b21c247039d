"""Cache invalidation for attachments: which events drop which entries of the process's caches."""

from __future__ import annotations

from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.media.events import AttachmentsChanged
from gazouillis.media.queries import ATTACHMENTS


def on_attachments_changed(cache: ProcessCache, event: AttachmentsChanged) -> None:
    for one in event.attachment_ids:
        cache.region(ATTACHMENTS).invalidate(one)
