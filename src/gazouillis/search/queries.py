"""Search queries: accounts, hashtags and statuses by their words.

They may take long. Call them with a reader of `Database.long_read`, so that they do not delay other requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from gazouillis.accounts import handles
from gazouillis.accounts.boundaries import Who
from gazouillis.accounts.tables import accounts as accounts_table
from gazouillis.accounts.tables import users
from gazouillis.graph.queries import blocked
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Listing, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.search import grammar, matching
from gazouillis.search.grammar import Kind, Term
from gazouillis.search.tables import searched_accounts, searched_statuses, searched_tags
from gazouillis.search.words import index_words, storable
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.tables import bookmarks, favourites, mentions, status_tags
from gazouillis.statuses.tables import statuses as statuses_table
from gazouillis.text.entities import hashtag_key

MOST_RANKED = 1000
"""How many accounts with matching words are ranked. One letter may match a million."""

_LAST_CHARACTER = "\U0010ffff"
"""The upper end of a range of hashtags with one prefix."""


async def accounts(
    reader: Reader, text: str, viewer_id: AccountId | None, limit: int, offset: int = 0, *, authority: str = "", following: bool = False
) -> list[AccountId]:
    """Accounts in whose handle, name, location or bio a word begins with each word of the text.

    Order: the exact handle, then accounts the viewer follows, then by number of followers. A handle with its domain finds that one
    account only. Accounts with a block between them and the viewer are left out. `authority`: the authority of this server.
    `following`: only accounts the viewer follows.
    """
    text = storable(text[: grammar.LONGEST_QUERY])
    handle, is_one = handles.key(text, authority), handles.names_a_domain(text)
    words = [] if is_one else index_words(text)[: grammar.MOST_TERMS]
    if not words and not is_one:
        return []
    account, is_exact = accounts_table.c, accounts_table.c.handle == handle
    is_followed = sa.exists().where(follows.c.follower_id == viewer_id, follows.c.followed_id == account.id)
    follows_viewer = sa.exists().where(follows.c.follower_id == account.id, follows.c.followed_id == viewer_id)
    found = (
        sa.select(account.id)
        .where(account.id.in_(_candidates(reader.dialect, words, handle, following=following)))
        .where(account.id.not_in(sa.union_all(*blocked(sa.literal(viewer_id or 0, sa.BigInteger)))))
        .where(account.suspended_at.is_(None), ~sa.exists().where(users.c.account_id == account.id, users.c.approved_at.is_(None)))
        .order_by(is_exact.desc(), is_followed.desc(), account.followers_count.desc(), account.id)
        .limit(limit)
        .offset(offset)
    )
    is_open = sa.or_(account.is_discoverable, is_exact, account.id == viewer_id)
    found = found.where(sa.or_(is_open, _is_found_by(is_followed, follows_viewer)))
    return await reader.values(found.where(is_followed) if following else found)


async def tags(reader: Reader, text: str, limit: int, offset: int = 0) -> list[tuple[str, int]]:
    """(name, number of uses) of the hashtags that begin with this text: the exact one first, then the most used."""
    key = hashtag_key(storable(text[: grammar.LONGEST_QUERY]).strip().lstrip("#\uff03"))
    if not key:
        return []
    tag = searched_tags.c.tag
    found = (
        sa.select(searched_tags.c.name, searched_tags.c.uses)
        .where(tag >= key, tag < key + _LAST_CHARACTER, searched_tags.c.uses > 0)
        .order_by((tag == key).desc(), searched_tags.c.uses.desc(), tag)
        .limit(limit)
        .offset(offset)
    )
    return [(row.name, row.uses) for row in await reader.all(found)]


async def statuses(
    reader: Reader,
    text: str,
    viewer_id: AccountId | None,
    window: Window,
    *,
    authority: str = "",
    offset: int = 0,
    account_id: AccountId | None = None,
) -> list[StatusId]:
    """Newest first. `account_id`: only statuses of this account. `views.views` still has to leave out what the viewer may not see."""
    terms = grammar.parse(text, authority)
    if not any(not term.is_excluded for term in terms):
        return []
    status = statuses_table.c
    found = _source(reader.dialect, terms).where(
        status.deleted_at.is_(None),
        status.reblog_of_id.is_(None),
        status.visibility != int(Visibility.DIRECT),
        _is_searchable_by(viewer_id),
        *(_condition(term, viewer_id) for term in terms if term.kind is not Kind.WORDS),
    )
    if account_id is not None:
        found = found.where(status.account_id == account_id)
    return (await Listing(found.offset(offset), found.selected_columns[0]).page(reader, window)).items


def _candidates(dialect: str, words: Sequence[str], handle: str, *, following: bool) -> sa.CompoundSelect[Any] | sa.Select[Any]:
    exact = sa.select(accounts_table.c.id).where(accounts_table.c.handle == handle)
    if not words:
        return exact
    matching_words = sa.select(searched_accounts.c.rowid).where(
        matching.matches(dialect, searched_accounts, matching.prefixes(dialect, words))
    )
    if not following:
        matching_words = sa.select(matching_words.limit(MOST_RANKED).subquery().c.rowid)
    return sa.union_all(matching_words, exact)


def _is_found_by(is_followed: sa.ColumnElement[bool], follows_viewer: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The same as `graph.boundaries.may` for `Act.FIND`, of an account that is not discoverable."""
    chosen = accounts_table.c.found_by
    return sa.or_(
        sa.and_(chosen == Who.FOLLOWERS.value, is_followed),
        sa.and_(chosen == Who.FOLLOWED.value, follows_viewer),
        sa.and_(chosen == Who.MUTUALS.value, is_followed, follows_viewer),
    )


def _source(dialect: str, terms: Sequence[Term]) -> sa.Select[Any]:
    """Selects the ids of statuses with all wanted words and without the excluded ones."""
    wanted = [term.values for term in terms if term.kind is Kind.WORDS and not term.is_excluded]
    unwanted = [term.values for term in terms if term.kind is Kind.WORDS and term.is_excluded]
    index, status_id = searched_statuses, statuses_table.c.id
    if wanted:
        has_words = matching.matches(dialect, index, matching.phrases(dialect, wanted, unwanted))
        return sa.select(index.c.rowid).join(statuses_table, status_id == index.c.rowid).where(has_words)
    if not unwanted:
        return sa.select(status_id)
    excluded = [matching.matches(dialect, index, matching.phrases(dialect, [one])) for one in unwanted]
    return sa.select(status_id).where(*(status_id.not_in(sa.select(index.c.rowid).where(one)) for one in excluded))


def _is_searchable_by(viewer_id: AccountId | None) -> sa.ColumnElement[bool]:
    """Public, or the viewer wrote it, is mentioned in it, has favourited or bookmarked it."""
    status = statuses_table.c
    is_public = status.visibility == int(Visibility.PUBLIC)
    if viewer_id is None:
        return is_public
    is_theirs = (
        sa.exists().where(table.c.status_id == status.id, table.c.account_id == viewer_id) for table in (mentions, favourites, bookmarks)
    )
    return sa.or_(is_public, status.account_id == viewer_id, *is_theirs)


def _condition(term: Term, viewer_id: AccountId | None) -> sa.ColumnElement[bool]:
    status, value = statuses_table.c, term.values[0]
    condition: sa.ColumnElement[bool]
    if term.kind is Kind.TAG:
        condition = status.id.in_(sa.select(status_tags.c.status_id).where(status_tags.c.tag == value))
    elif value == "me":
        condition = status.account_id == (viewer_id or 0)
    else:
        condition = status.account_id.in_(sa.select(accounts_table.c.id).where(accounts_table.c.handle == value))
    return ~condition if term.is_excluded else condition
