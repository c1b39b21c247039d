"""`Site`, the running server: the database, settings and outbound clients that `app.py` chose, passed down to whatever needs them."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from gazouillis.infra.database.transactions import Database
from gazouillis.infra.files.blobs import Blobs
from gazouillis.infra.limits import Limits
from gazouillis.infra.outbound.mail import Mailer
from gazouillis.infra.secrets import Secrets
from gazouillis.infra.settings import Settings

Part = TypeVar("Part")


class Site:
    """Rooms that keep state in memory (home timelines, open streams) register it here under its own type: `add`, then `the`."""

    def __init__(
        self, settings: Settings, db: Database, secrets: Secrets, mailer: Mailer, blobs: Blobs, media_store: Blobs, limits: Limits
    ) -> None:
        self.settings = settings
        self.db = db
        self.secrets = secrets
        self.mailer = mailer
        self.blobs = blobs
        """Pictures of profiles: they are written inside transactions, so they are always in a folder of this machine."""
        self.media_store = media_store
        """Photos, videos and sound of statuses: in a folder or on S3, so never read or written inside a transaction."""
        self.limits = limits
        self._parts: dict[type, Any] = {}

    def add(self, part: object) -> None:
        self._parts[type(part)] = part

    def the(self, kind: type[Part]) -> Part:
        part: Part = self._parts[kind]
        return part


class HasSite(Protocol):
    """The ASGI application (`asgi.Application`)."""

    site: Site
