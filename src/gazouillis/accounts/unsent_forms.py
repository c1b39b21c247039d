"""What somebody had typed when their session ended, kept for a day in the session that they opened then (`web/unsent.py`)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from gazouillis.accounts.models import Session
from gazouillis.accounts.tables import sessions
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.infra.secrets import digest

KEPT_FOR = timedelta(days=1)
"""From the beginning of the session. `sessions.touch` deletes it later."""


async def keep(tx: Tx, token: str, form: bytes) -> None:
    """In the session that this token opens, which has just begun."""
    await tx.run(sa.update(sessions).where(sessions.c.token_hash == digest(token)).values(unsent_form=form))


async def of_session(reader: Reader, session: Session) -> bytes | None:
    if reader.has_come(session.created_at + KEPT_FOR):
        return None
    form: bytes | None = await reader.value(sa.select(sessions.c.unsent_form).where(sessions.c.id == session.id))
    return form
