"""The time zone of an account, as far as it has told one."""

from __future__ import annotations

from gazouillis.accounts.models import Account
from gazouillis.infra.database.transactions import Reader
from gazouillis.places import gazetteer, queries


async def own_zone(reader: Reader, account: Account, usual: str = "UTC") -> str:
    """That of where it lives, or of its quiet hours; else the usual one. For the account itself alone."""
    residence = await queries.residence(reader, account.id)
    home = gazetteer.by_id(residence.place_id) if residence else None
    if home is not None:
        return home.time_zone
    return account.boundaries.quiet.zone if account.boundaries.quiet else usual
