"""Finds the tracks that a new or edited status meets, and keeps the hits: reactions of the worker.

Only public statuses are matched, of authors who let the owner of the track do so, and none with a block in between. Reads ask all this
again (`queries.seen`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph import queries as graph
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.infra.site import Site
from gazouillis.search.tracks import places, queries, sweep
from gazouillis.search.tracks.events import Hit, HitEdited, MatchingContinues, StatusTracked, StatusUntracked
from gazouillis.search.tracks.loaded import LoadedTracks
from gazouillis.search.tracks.models import Delivery, Track
from gazouillis.search.tracks.tables import track_hits
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses.audience import without_blocks
from gazouillis.statuses.events import StatusDeleted, StatusEdited, StatusNarrowed, StatusPublished, StatusReleased
from gazouillis.statuses.models import CachedStatus, Visibility
from gazouillis.text.entities import hashtag_key
from gazouillis.text.track_query import may_name_somebody
from gazouillis.text.tracked_words import SaidWords, said_words

AT_ONCE = 200
"""Tracks of one status that are handled in one transaction. An event asks for the next ones."""

_INSERT = insert_or_ignore(track_hits)


async def on_statuses_published(site: Site, tx: Tx, events: Sequence[StatusPublished]) -> None:
    public = [one.status_id for one in events if one.visibility is Visibility.PUBLIC and one.withheld_by is None]
    await _match(site, tx, public)


async def on_status_released(site: Site, tx: Tx, events: Sequence[StatusReleased]) -> None:
    """Tracks that were made while it waited find it too: nobody could read it before."""
    await _match(site, tx, [one.status_id for one in events], is_edit=True)


async def on_matching_continues(site: Site, tx: Tx, events: Sequence[MatchingContinues]) -> None:
    for one in events:
        await _match(site, tx, [one.status_id], after=one.after, is_edit=one.is_edit)


async def on_status_edited(site: Site, tx: Tx, events: Sequence[StatusEdited]) -> None:
    """What it no longer says is no hit any more; what it says now for the first time is one."""
    for event in events:
        known = await queries.hits_of_status(tx, event.status_id)
        if known or len(site.the(LoadedTracks).matcher):
            met = await _met(site, tx, [event.status_id])
            ids = set(met[event.status_id][1]) if event.status_id in met else set()
            standing = _standing(known)
            kept_by = {own for one, own in standing.items() if one in ids}
            ended = {one: own for one, own in standing.items() if one not in ids}
            await _end(tx, event.status_id, ended, [event.account_id], kept_by)
            await _match(site, tx, [event.status_id], is_edit=True)


async def on_status_narrowed(_site: Site, tx: Tx, events: Sequence[StatusNarrowed]) -> None:
    for event in events:
        if event.after.visibility is not Visibility.PUBLIC or event.after.withheld_by is not None:
            known = await queries.hits_of_status(tx, event.status_id)
            await _end(tx, event.status_id, _standing(known), [event.account_id, *event.before.quoted_ids])


async def on_status_deleted(_site: Site, tx: Tx, events: Sequence[StatusDeleted]) -> None:
    for event in events:
        known = await queries.hits_of_status(tx, event.status_id)
        if known:
            await tx.run(sa.delete(track_hits).where(track_hits.c.status_id == event.status_id))
            await _tell_ended(tx, event.status_id, _standing(known), [event.account_id, *event.quoted_ids])


def _standing(known: Mapping[int, tuple[AccountId, bool]]) -> dict[int, AccountId]:
    return {track_id: owner for track_id, (owner, is_on) in known.items() if is_on}


async def _match(site: Site, tx: Tx, ids: Collection[StatusId], *, after: int = 0, is_edit: bool = False) -> None:
    for status_id, (status, met) in (await _met(site, tx, ids)).items():
        above = [one for one in met if one > after]
        if above:
            await _keep(site, tx, status, above[:AT_ONCE], is_edit=is_edit)
        if len(above) > AT_ONCE:
            await tx.emit(MatchingContinues(status_id, above[AT_ONCE - 1], is_edit))


async def _met(site: Site, tx: Tx, ids: Collection[StatusId]) -> dict[StatusId, tuple[CachedStatus, list[int]]]:
    """The public ones of these statuses, each with the ids of the tracks that its words meet."""
    matcher = site.the(LoadedTracks).matcher
    if not ids or not len(matcher):
        return {}
    found = await cached_statuses.by_ids(tx, ids)
    return {status_id: (one, matcher.matching(_words(one))) for status_id, one in found.items() if _is_public(one)}


def _is_public(one: CachedStatus) -> bool:
    status = one.status
    return status.deleted_at is None and status.visibility is Visibility.PUBLIC and status.withheld_by is None and not status.reblog_of_id


def _words(one: CachedStatus) -> SaidWords:
    return said_words(
        one.texts,
        names=[each.acct.lower() for each in one.mentions],
        tags=map(hashtag_key, one.tags),
        language=one.status.language,
        find_places=places.places_meant(one.texts, one.status.language),
    )


async def _keep(site: Site, tx: Tx, status: CachedStatus, ids: Sequence[int], *, is_edit: bool) -> None:
    """Writes the hits of the tracks whose owner may have them. Who had this status before is not notified again.

    `is_edit`: also of tracks that were made after the status. A worker that has just started holds them while it handles older events.
    """
    author = (await accounts.by_ids(tx, [status.account_id])).get(status.account_id)
    if author is None or not author.is_visible:
        return
    oldest = sweep.oldest_kept(tx.now)
    standing = [
        one
        for one in await queries.by_ids(tx, ids)
        if one.is_on and status.status.id >= max(oldest, one.kept_from) and (is_edit or one.id < status.status.id)
    ]
    if status.quoted_ids:
        owners = await without_blocks(tx, status.quoted_ids, {one.account_id for one in standing})
        standing = [one for one in standing if one.account_id in owners]
    allowed = await _allowed(tx, site.settings.authority, author, standing)
    known = await queries.hits_of_status(tx, status.status.id, {one.account_id for one in allowed})
    await _insert(tx, status.status.id, [one for one in allowed if one.id not in known])
    site.the(LoadedTracks).note_hits(one.id for one in allowed)
    again = [one.id for one in allowed if one.id in known and not known[one.id][1]]
    if again:
        is_again = (track_hits.c.status_id == status.status.id, track_hits.c.track_id.in_(again))
        await tx.run(sa.update(track_hits).where(*is_again).values(is_current=True))
    await _tell(tx, status, [one for one in allowed if one.id not in known or one.id in again], {owner for owner, _is_on in known.values()})
    still: list[Hit] = [(one.id, one.account_id) for one in allowed if one.id in known and one.id not in again]
    if still and is_edit:
        await tx.emit(HitEdited(status.status.id, tuple(still)))


async def _tell(tx: Tx, status: CachedStatus, met: Sequence[Track], had: Collection[AccountId]) -> None:
    """`had`: whose other tracks have met the status before."""
    quiet = {*had, *status.mentioned_ids, status.account_id}
    told = {one.account_id for one in met if one.delivery is Delivery.NOTIFY} - quiet
    if met:
        hits: tuple[Hit, ...] = tuple((one.id, one.account_id) for one in met)
        await tx.emit(StatusTracked(status.status.id, status.account_id, hits, tuple(sorted(told)), tuple(sorted(had))))


async def _insert(tx: Tx, status_id: StatusId, met: Sequence[Track]) -> None:
    rows = [{"track_id": one.id, "status_id": status_id, "account_id": one.account_id, "is_current": True} for one in met]
    if rows:
        await tx.run(_INSERT, rows)


async def _allowed(tx: Tx, authority: str, author: Account, met: Sequence[Track]) -> list[Track]:
    """Those whose owner may track the author, and everybody whom the track names."""
    allowed = await _of_owners_who_may(tx, author, met)
    queried = ((one.id, places.parse_kept(one.query, one.language)) for one in allowed if may_name_somebody(one.query))
    names = {track_id: query.names for track_id, query in queried if query}
    handles = {one for named in names.values() for one in named}
    for handle, account in (await accounts.by_handles(tx, handles, authority)).items() if handles else ():
        naming = [one for one in allowed if handle in names.get(one.id, ())]
        refused = {one.id for one in naming} - {one.id for one in await _of_owners_who_may(tx, account, naming)}
        allowed = [one for one in allowed if one.id not in refused]
    return allowed


async def _of_owners_who_may(tx: Tx, account: Account, met: Sequence[Track]) -> list[Track]:
    relations: Mapping[AccountId, Relation] = await graph.relations(tx, account.id, {one.account_id for one in met})
    return [one for one in met if queries.lets_track(account, relations[one.account_id])]


async def _end(
    tx: Tx, status_id: StatusId, ended: Mapping[int, AccountId], said_by: Collection[AccountId], kept_by: Collection[AccountId] = ()
) -> None:
    for some in _batches(ended):
        is_ended = (track_hits.c.status_id == status_id, track_hits.c.track_id.in_([track_id for track_id, _owner in some]))
        await tx.run(sa.update(track_hits).where(*is_ended).values(is_current=False))
    await _tell_ended(tx, status_id, ended, said_by, kept_by)


async def _tell_ended(
    tx: Tx, status_id: StatusId, ended: Mapping[int, AccountId], said_by: Collection[AccountId], kept_by: Collection[AccountId] = ()
) -> None:
    """`said_by`: the author, and whom the status quotes. `kept_by`: whose other tracks it still meets."""
    for some in _batches(ended):
        owners = {owner for _track_id, owner in some}
        hidden_from = owners.difference(await without_blocks(tx, said_by, owners))
        await tx.emit(StatusUntracked(status_id, some, tuple(sorted(hidden_from)), tuple(sorted(owners.intersection(kept_by)))))


def _batches(ended: Mapping[int, AccountId]) -> list[tuple[Hit, ...]]:
    """A statement has no more parameters, and an event no more hits, than `AT_ONCE`."""
    hits = sorted(ended.items())
    return [tuple(hits[start : start + AT_ONCE]) for start in range(0, len(hits), AT_ONCE)]
