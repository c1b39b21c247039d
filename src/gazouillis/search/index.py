"""Full-text index: adds and removes statuses, accounts and hashtags as events happen.

The reactions run in the worker's transaction, together with its cursor: each use of a hashtag is counted exactly once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.boundaries import Act, Who
from gazouillis.accounts.events import AccountDeleted, AccountRegistered, AccountRejected, ProfileChanged
from gazouillis.graph.boundaries import who_may
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Row, Tx, insert_or_ignore
from gazouillis.search import matching
from gazouillis.search.tables import searched_accounts, searched_statuses, searched_tags
from gazouillis.search.words import index_words, username_words
from gazouillis.statuses.events import StatusDeleted, StatusEdited, StatusNarrowed, StatusPublished, StatusReleased
from gazouillis.statuses.models import Status, Visibility
from gazouillis.statuses.polls import queries as polls
from gazouillis.statuses.tables import status_tags, statuses
from gazouillis.text.cleaning import plain

_SEARCHED = sa.select(*(statuses.c[name] for name in ("id", "spoiler_text", "text", "content", "visibility", "has_poll"))).where(
    statuses.c.id.in_(sa.bindparam("ids", expanding=True)),
    statuses.c.deleted_at.is_(None),
    statuses.c.visibility != int(Visibility.DIRECT),
    statuses.c.withheld_by.is_(None),
)
_INDEXED = sa.select(searched_statuses.c.rowid).where(searched_statuses.c.rowid.in_(sa.bindparam("ids", expanding=True)))
_TAGS = sa.select(status_tags.c.status_id, status_tags.c.tag, status_tags.c.name).where(
    status_tags.c.status_id.in_(sa.bindparam("ids", expanding=True))
)
_INSERT_STATUS, _INSERT_ACCOUNT = (
    {
        dialect: sa.insert(table).values(words=matching.stored(dialect, sa.bindparam("document", type_=sa.Text)))
        for dialect in ("sqlite", "postgresql")
    }
    for table in (searched_statuses, searched_accounts)
)
_INSERT_TAGS = insert_or_ignore(searched_tags)
_COUNT = (
    sa.update(searched_tags).where(searched_tags.c.tag == sa.bindparam("counted")).values(uses=searched_tags.c.uses + sa.bindparam("by"))
)


async def on_statuses_published(tx: Tx, events: Sequence[StatusPublished]) -> None:
    ids = [one.status_id for one in events]
    indexed = set(await tx.values(_INDEXED, {"ids": ids}))
    await _index_statuses(tx, [one for one in ids if one not in indexed])


async def on_status_edited(tx: Tx, event: StatusEdited) -> None:
    await _remove_status(tx, event.status_id)
    await _index_statuses(tx, [event.status_id])


async def on_status_narrowed(tx: Tx, event: StatusNarrowed) -> None:
    """Its hashtags count only while it is public."""
    await _remove_status(tx, event.status_id)
    await _index_statuses(tx, [event.status_id])


async def on_status_released(tx: Tx, event: StatusReleased) -> None:
    """Withheld replies are not indexed."""
    await _remove_status(tx, event.status_id)
    await _index_statuses(tx, [event.status_id])


async def on_status_deleted(tx: Tx, event: StatusDeleted) -> None:
    await _remove_status(tx, event.status_id)


async def on_account_registered(tx: Tx, event: AccountRegistered) -> None:
    await index_account(tx, event.account_id)


async def on_profile_changed(tx: Tx, event: ProfileChanged) -> None:
    await index_account(tx, event.account_id)


async def on_account_rejected(tx: Tx, event: AccountRejected) -> None:
    await _remove_account(tx, event.account_id)


async def on_account_deleted(tx: Tx, event: AccountDeleted) -> None:
    await _remove_account(tx, event.account_id)


def words_of_status(status: Status | Row, options: Sequence[str] = ()) -> list[str]:
    """`options`: those of its poll."""
    return index_words(status.spoiler_text, status.text or plain(status.content), *options)


async def replace_statuses(tx: Tx, ids: Sequence[StatusId]) -> None:
    """Indexes again statuses that are indexed already. Their hashtags are counted, so the counts stay as they are."""
    await tx.run(sa.delete(searched_statuses).where(searched_statuses.c.rowid.in_(ids)))
    await _write_statuses(tx, ids)


async def _index_statuses(tx: Tx, ids: Sequence[StatusId]) -> None:
    written = await _write_statuses(tx, ids)
    if written:
        first_written = {tag: name for one in sorted(written, reverse=True) for tag, name in written[one].items()}
        await tx.run(_INSERT_TAGS, [{"tag": tag, "name": name, "uses": 0} for tag, name in first_written.items()])
        await _count(tx, [tag for tags in written.values() for tag in tags], 1)


async def _write_statuses(tx: Tx, ids: Sequence[StatusId]) -> dict[int, dict[str, str]]:
    """Returns the hashtags to count, by status: for each key, the name as written. Only public statuses count.

    Direct statuses are private messages and are never indexed, not even for those who may read them.
    """
    searched = await tx.all(_SEARCHED, {"ids": ids})
    if not searched:
        return {}
    public = [one.id for one in searched if one.visibility == Visibility.PUBLIC]
    written: dict[int, dict[str, str]] = {}
    for row in await tx.all(_TAGS, {"ids": public}) if public else ():
        written.setdefault(row.status_id, {})[row.tag] = row.name
    options = await polls.titles(tx, [one.id for one in searched if one.has_poll])
    rows = [
        {
            "rowid": one.id,
            "document": matching.document(tx.dialect, words_of_status(one, options.get(one.id, ()))),
            "tags": " ".join(written.get(one.id, ())),
        }
        for one in searched
    ]
    await tx.run(_INSERT_STATUS[tx.dialect], rows)
    return written


async def _remove_status(tx: Tx, status_id: StatusId) -> None:
    is_this = searched_statuses.c.rowid == status_id
    if counted := await tx.value(sa.select(searched_statuses.c.tags).where(is_this)):
        await _count(tx, counted.split(" "), -1)
    await tx.run(sa.delete(searched_statuses).where(is_this))


async def _count(tx: Tx, tags: Iterable[str], change: int) -> None:
    await tx.run(_COUNT, [{"counted": tag, "by": change * times} for tag, times in Counter(tags).items()])


async def index_account(tx: Tx, account_id: AccountId) -> None:
    await _remove_account(tx, account_id)
    account = await accounts.by_id(tx, account_id)
    if account is None:
        return
    town = account.location if who_may(Act.TOWN, account) is Who.EVERYONE else ""
    words = [*username_words(account.username), *index_words(account.display_name, town, account.note)]
    await tx.run(_INSERT_ACCOUNT[tx.dialect], {"rowid": account_id, "document": matching.document(tx.dialect, words)})


async def _remove_account(tx: Tx, account_id: AccountId) -> None:
    await tx.run(sa.delete(searched_accounts).where(searched_accounts.c.rowid == account_id))
