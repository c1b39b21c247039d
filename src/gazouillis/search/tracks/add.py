"""Command: track something. The words of 2007 are in `text/track_commands.py`."""

from __future__ import annotations

import regex
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.boundaries import Act
from gazouillis.accounts.models import Account
from gazouillis.graph import queries as graph
from gazouillis.graph.boundaries import may
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Tx, lock
from gazouillis.search.tracks import queries
from gazouillis.search.tracks.events import TrackAdded, TracksChanged
from gazouillis.search.tracks.models import Delivery, Track
from gazouillis.search.tracks.refusals import readable
from gazouillis.search.tracks.tables import tracks
from gazouillis.text.track_query import TrackQuery

MOST_TRACKS = 50
"""Of one account."""


async def add(tx: Tx, account: Account, text: str, *, language: str, authority: str, delivery: Delivery | None = None) -> Track:
    """The track; the one that asks the same, switched on again, if the account has it already. `delivery`: None leaves it as it is.

    `authority`: the authority of this server, which may follow the handles of its accounts. Raises Invalid.
    """
    query = readable(_without_authority(text, authority), language)
    await lock(tx, f"tracks:{account.id}")
    await _check_named(tx, account, query, authority)
    mine = await queries.of_account(tx, account.id)
    known = next((one for one in mine if one.key == query.key), None)
    if known is not None:
        return await change(tx, known, delivery=delivery or known.delivery, is_on=True)
    if len(mine) >= MOST_TRACKS:
        sentence = counted("You can track {count} thing at most", "You can track {count} things at most", MOST_TRACKS)
        raise Invalid(sentence, field="query", code="ERR_TOO_MANY")
    track = Track(tx.new_id(), account.id, query.text, query.key, language, delivery or Delivery.COLUMN, is_on=True, created_at=tx.now)
    row = {name: getattr(track, name) for name in Track.__struct_fields__} | {"delivery": track.delivery.value}
    await tx.run(sa.insert(tracks).values(row))
    await tx.emit(TrackAdded(track.id, track.query, track.language))
    return track


async def change(tx: Tx, track: Track, *, delivery: Delivery, is_on: bool) -> Track:
    values = {"delivery": delivery.value, "is_on": is_on}
    await tx.run(sa.update(tracks).where(tracks.c.id == track.id).values(values))
    await tx.emit(TracksChanged(track.account_id))
    return await queries.own(tx, track.account_id, track.id)


async def silence(tx: Tx, account: Account) -> int:
    """`track off`: nothing is collected or told any more, until one is tracked again. Returns how many were on."""
    silenced = await tx.run(sa.update(tracks).where(tracks.c.account_id == account.id, tracks.c.is_on).values(is_on=False))
    if silenced:
        await tx.emit(TracksChanged(account.id))
    return silenced


async def _check_named(tx: Tx, account: Account, query: TrackQuery, authority: str) -> None:
    """Who does not want to be tracked cannot be waited for by their name either."""
    named = await accounts.by_handles(tx, query.names, authority) if query.names else {}
    relations = await graph.relations(tx, account.id, [one.id for one in named.values()])
    for one in named.values():
        if not may(Act.TRACK, one, relations[one.id]):
            raise Invalid(_("@{handle} does not want to be tracked", handle=one.acct), field="query")


def _without_authority(text: str, authority: str) -> str:
    """`@alice@here` is `@alice`."""
    return regex.sub(rf"(?i)(@\w+)@{regex.escape(authority)}(?=\s|$)", r"\1", text)
