"""Preferences of a user: default visibility, sensitivity and language of statuses, and the language of pages."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import rules
from gazouillis.accounts.events import PreferencesChanged
from gazouillis.accounts.models import Preferences, User
from gazouillis.accounts.tables import users
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx

VISIBILITIES = frozenset({"public", "unlisted", "private"})
"""Visibilities that can be the default. `direct` is not: it is chosen for each status."""


async def change_preferences(tx: Tx, user: User, preferences: Preferences) -> User:
    """Returns the user as changed. Raises `Invalid` naming the field."""
    if preferences.default_visibility not in VISIBILITIES:
        raise Invalid(_("This visibility cannot be the default"), field="default_visibility", code="ERR_INCLUSION")
    rules.check_language(preferences.default_language, field="default_language")
    return await _store(tx, msgspec.structs.replace(user, preferences=preferences))


async def change_language(tx: Tx, user: User, language: str) -> User:
    return await _store(tx, msgspec.structs.replace(user, language=rules.check_language(language)))


async def _store(tx: Tx, user: User) -> User:
    values = {"preferences": msgspec.json.encode(user.preferences), "language": user.language}
    await tx.run(sa.update(users).where(users.c.account_id == user.account_id).values(values))
    await tx.emit(PreferencesChanged(user.account_id))
    return user
