"""What the administrator decided in the browser: one row, edited without restart."""

from __future__ import annotations

from typing import Literal

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.tables import site_options
from gazouillis.infra.database import Reader, Tx, insert_or_replace
from gazouillis.infra.settings import Settings

Registrations = Literal["open", "approval", "closed"]


class SiteOptions(msgspec.Struct, frozen=True):
    name: str = "Gazouillis"
    description: str = ""
    language: str = "en"
    """Language of pages for visitors whose browser asks for none that we have."""
    registrations: Registrations = "closed"
    rules: list[str] = []
    max_characters: int = 140
    contact_email: str = ""
    is_set_up: bool = False
    """Whether an owner finished the first run."""


async def read(reader: Reader) -> SiteOptions:
    body = await reader.value(sa.select(site_options.c.body).where(site_options.c.id == 1))
    return msgspec.json.decode(body, type=SiteOptions) if body else SiteOptions()


async def effective(reader: Reader, settings: Settings) -> SiteOptions:
    """The operator's settings win over the administrator's options."""
    options = await read(reader)
    return msgspec.structs.replace(
        options,
        registrations=settings.registrations or options.registrations,
        max_characters=settings.max_characters or options.max_characters,
    )


async def change(tx: Tx, options: SiteOptions) -> None:
    await tx.run(insert_or_replace(site_options, ["id"], ["body"]), {"id": 1, "body": msgspec.json.encode(options)})
