"""Commands: make, change and delete filters, their keywords and their statuses. Nobody else is told of any of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.filters import queries, rules
from gazouillis.filters.events import FiltersChanged
from gazouillis.filters.models import (
    MOST_FILTERS,
    MOST_KEYWORDS_TOGETHER,
    MOST_STATUSES,
    Filter,
    FilterDraft,
    FilteredStatus,
    Keyword,
    KeywordChange,
)
from gazouillis.filters.tables import filter_keywords, filter_statuses, filters
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import counted
from gazouillis.infra.database.transactions import Tx, lock

ROWS_AT_ONCE = 100


async def make(tx: Tx, account_id: AccountId, draft: FilterDraft, *, after_id: int | None = None) -> Filter:
    """Raises Invalid for what cannot be, and for too many filters.

    `after_id`: what was the newest filter when the form was shown. One of this name that was made since is returned: the form was sent
    again.
    """
    mine = await _locked(tx, account_id)
    made = rules.checked(draft, tx.now)
    if after_id is not None and (same := next((one for one in mine if one.id > after_id and one.title == made.title), None)):
        return same
    if len(mine) >= MOST_FILTERS:
        sentence = counted("You can have {count} filter", "You can have {count} filters", MOST_FILTERS)
        raise Invalid(sentence, field=rules.TITLE, code="ERR_TOO_MANY")
    made = msgspec.structs.replace(made, id=tx.new_id(), keywords=_with_ids(tx, made.keywords))
    _check_together([*mine, made])
    await tx.run(sa.insert(filters).values(id=made.id, account_id=account_id, **_row(made)))
    await _insert_keywords(tx, made.id, made.keywords)
    await tx.emit(FiltersChanged(account_id))
    return made


async def change(tx: Tx, account_id: AccountId, filter_id: int, draft: FilterDraft) -> Filter:
    """What the draft leaves out stays as it is. Raises NotFound for a filter or a keyword that the account does not have."""
    mine = await _locked(tx, account_id)
    before = await queries.own(tx, account_id, filter_id)
    after = rules.checked(draft, tx.now, before)
    after = msgspec.structs.replace(after, keywords=_with_ids(tx, after.keywords))
    _check_together([after if one.id == filter_id else one for one in mine])
    await tx.run(sa.update(filters).where(filters.c.id == filter_id).values(_row(after)))
    await _replace_keywords(tx, before, after)
    await tx.emit(FiltersChanged(account_id))
    return after


async def delete(tx: Tx, account_id: AccountId, filter_id: int) -> None:
    await _locked(tx, account_id)
    await queries.own(tx, account_id, filter_id)
    await _delete(tx, [filter_id])
    await tx.emit(FiltersChanged(account_id))


async def add_keyword(tx: Tx, account_id: AccountId, filter_id: int, keyword: KeywordChange) -> Keyword:
    changed = await change(tx, account_id, filter_id, FilterDraft(keywords=(keyword,)))
    return changed.keywords[-1]


async def change_keyword(tx: Tx, account_id: AccountId, keyword_id: int, keyword: KeywordChange) -> Keyword:
    """`keyword`: what changes; its id is not looked at."""
    own, _before = await queries.own_keyword(tx, account_id, keyword_id)
    changed = await change(tx, account_id, own.id, FilterDraft(keywords=(msgspec.structs.replace(keyword, id=keyword_id),)))
    return next(one for one in changed.keywords if one.id == keyword_id)


async def remove_keyword(tx: Tx, account_id: AccountId, keyword_id: int) -> Filter:
    """Returns the filter, which stays even when it has no keyword any more."""
    own, _keyword = await queries.own_keyword(tx, account_id, keyword_id)
    return await change(tx, account_id, own.id, FilterDraft(keywords=(KeywordChange(keyword_id, is_removed=True),)))


async def add_status(tx: Tx, account_id: AccountId, filter_id: int, status_id: StatusId) -> FilteredStatus:
    """One that the filter is for already stays. The caller has checked that this account may see the status."""
    await _locked(tx, account_id)
    own = await queries.own(tx, account_id, filter_id)
    if there := next((one for one in own.statuses if one.status_id == status_id), None):
        return there
    if len(own.statuses) >= MOST_STATUSES:
        sentence = counted("A filter has at most {count} post", "A filter has at most {count} posts", MOST_STATUSES)
        raise Invalid(sentence, field="status_id", code="ERR_TOO_MANY")
    added = FilteredStatus(tx.new_id(), status_id)
    await tx.run(sa.insert(filter_statuses).values(id=added.id, filter_id=filter_id, status_id=status_id))
    await tx.emit(FiltersChanged(account_id))
    return added


async def remove_status(tx: Tx, account_id: AccountId, filtered_id: int) -> FilteredStatus:
    """`filtered_id`: that of its place in the filter. Returns what was removed."""
    _own, removed = await queries.own_status(tx, account_id, filtered_id)
    await tx.run(sa.delete(filter_statuses).where(filter_statuses.c.id == filtered_id))
    await tx.emit(FiltersChanged(account_id))
    return removed


async def forget_status(tx: Tx, status_id: StatusId) -> None:
    """When it is deleted: it leaves all filters."""
    joined = filter_statuses.join(filters, filters.c.id == filter_statuses.c.filter_id)
    owners = await tx.values(sa.select(filters.c.account_id).select_from(joined).where(filter_statuses.c.status_id == status_id))
    if owners:
        await tx.run(sa.delete(filter_statuses).where(filter_statuses.c.status_id == status_id))
    for one in sorted(set(owners)):
        await tx.emit(FiltersChanged(AccountId(one)))


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes some filters of this account. Returns whether there may be more."""
    found = await tx.values(sa.select(filters.c.id).where(filters.c.account_id == account.id).limit(ROWS_AT_ONCE))
    if found:
        await _delete(tx, found)
        await tx.emit(FiltersChanged(account.id))
    return bool(found)


async def _locked(tx: Tx, account_id: AccountId) -> list[Filter]:
    """The filters of this account. Nobody changes them until the transaction ends."""
    await lock(tx, f"filters:{account_id}")
    return await queries.of_account(tx, account_id)


def _check_together(mine: Sequence[Filter]) -> None:
    if sum(len(one.keywords) for one in mine) > MOST_KEYWORDS_TOGETHER:
        sentence = counted("You can filter {count} word", "You can filter {count} words", MOST_KEYWORDS_TOGETHER)
        raise Invalid(sentence, field=rules.KEYWORDS, code="ERR_TOO_MANY")


def _row(one: Filter) -> dict[str, Any]:
    return {"title": one.title, "contexts": queries.bits(one.contexts), "action": one.action.value, "expires_at": one.expires_at}


def _with_ids(tx: Tx, keywords: Sequence[Keyword]) -> tuple[Keyword, ...]:
    return tuple(one if one.id else msgspec.structs.replace(one, id=tx.new_id()) for one in keywords)


async def _insert_keywords(tx: Tx, filter_id: int, added: Sequence[Keyword]) -> None:
    rows = [{"id": one.id, "filter_id": filter_id, "keyword": one.text, "is_whole_word": one.is_whole_word} for one in added]
    if rows:
        await tx.run(sa.insert(filter_keywords), rows)


async def _replace_keywords(tx: Tx, before: Filter, after: Filter) -> None:
    changed = [one for one in before.keywords if one not in after.keywords]
    if changed:
        await tx.run(sa.delete(filter_keywords).where(filter_keywords.c.id.in_([one.id for one in changed])))
    await _insert_keywords(tx, after.id, [one for one in after.keywords if one not in before.keywords])


async def _delete(tx: Tx, filter_ids: Sequence[int]) -> None:
    for table in (filter_keywords, filter_statuses):
        await tx.run(sa.delete(table).where(table.c.filter_id.in_(filter_ids)))
    await tx.run(sa.delete(filters).where(filters.c.id.in_(filter_ids)))
