"""The parameter `via` of acts: by which road the caller came to a status. Of our own; `openapi.json` describes it."""

from __future__ import annotations

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.encounters.reach import act
from gazouillis.encounters.reach.act import By
from gazouillis.encounters.reach.rules import parse, written
from gazouillis.infra.database.transactions import Tx
from gazouillis.search.tracks.queries import is_hit_of
from gazouillis.statuses.models import Draft, Terms
from gazouillis.statuses.publish import Published


class ViaForm(msgspec.Struct, frozen=True):
    via: str = ""


async def publish(tx: Tx, author: Account, draft: Draft, terms: Terms, via: str) -> Published:
    """As `act.publish`, by the road that its parameter names."""
    return await act.publish(tx, author, draft, terms, by(via))


def by(via: str) -> By:
    return By(parse(via), is_hit_of)


def understood(via: str) -> str:
    """What the parameter says, as it can be stored: short, whatever was sent."""
    return written(parse(via))
