"""`gazouillis seed load`: a synthetic crowd, for benchmarks. Accounts are `load1`, `load2`…, the most followed first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import asyncpg
import numpy as np
import sqlalchemy as sa

from gazouillis.accounts import apps, tokens
from gazouillis.accounts.hashing import hash_password
from gazouillis.accounts.models import Role
from gazouillis.accounts.tables import accounts, users
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.ids import SEQUENCE_BITS, AccountId, first_id_at
from gazouillis.infra.basics.messages import Message
from gazouillis.infra.site import Site
from gazouillis.search import matching
from gazouillis.search.tables import searched_tags
from gazouillis.search.words import index_words, username_words
from gazouillis.seeds import crowd, phrases
from gazouillis.seeds.bulk import Bulk, PostgresBulk, Rows, SqliteBulk, columns
from gazouillis.seeds.crowd import Crowd, Numbers
from gazouillis.seeds.sayings import Sayings
from gazouillis.statuses.tables import statuses
from gazouillis.text.entities import hashtag_key

PASSWORD = "gazouillis"
USERS = 1000
"""So many have a password; the others are only there to be read and to follow."""
JOINED_WITHIN, SAID_WITHIN = timedelta(days=400), timedelta(days=60)
AT_ONCE = 20_000
SCOPES = ("read", "write", "follow", "push")
TABLES = ("follows", "statuses", "mentions", "status_tags", "favourites", "notifications", "users", "accounts")


class Progress(Protocol):
    """Told how far it is."""

    def begin(self, what: str, total: int | None) -> None: ...

    def advance_by(self, steps: int) -> None: ...


async def load(site: Site, wanted: Crowd, progress: Progress) -> int:
    """How many rows were written. Only into a database where nobody has spoken yet."""
    async with site.db.read() as reader:
        now = reader.now
        if await reader.value(sa.select(statuses.c.id).limit(1)) or await reader.value(sa.select(follows.c.id).limit(1)):
            raise Conflict(Message("People have spoken here already: load a fresh database, for instance in another data folder"))
    bulk = await _bulk(site)
    writing = _Writing(bulk, wanted, now, site.settings.base_url, progress)
    password_hash = await hash_password(PASSWORD)
    await bulk.begin(TABLES)
    await writing.follows()
    await writing.statuses()
    await writing.accounts(password_hash)
    progress.begin("indexes", None)
    await bulk.finish()
    return writing.rows


async def give_tokens(site: Site, wanted: Crowd) -> dict[str, str]:
    """One for each account that has a password, by name."""
    handles = [f"load{rank}" for rank in range(1, min(USERS, wanted.accounts) + 1)]
    async with site.db.write() as tx:
        app = await apps.command_line(tx)
        rows = await tx.all(sa.select(accounts.c.id, accounts.c.handle).where(accounts.c.handle.in_(handles)).order_by(accounts.c.id))
        return {row.handle: (await tokens.issue(tx, app, AccountId(row.id), SCOPES)).token for row in rows}


async def _bulk(site: Site) -> Bulk:
    url = site.settings.database_url
    if site.db.dialect == "sqlite":
        return SqliteBulk(url.removeprefix("sqlite:///"))
    return PostgresBulk(await asyncpg.connect(url))


class _Writing:
    """Follows and statuses first: then all numbers that stand beside an account are known."""

    def __init__(self, bulk: Bulk, wanted: Crowd, now: datetime, base_url: str, progress: Progress) -> None:
        self.rows = 0
        self._bulk, self._wanted, self._progress = bulk, wanted, progress
        self._begun, self._now = first_id_at(now - SAID_WITHIN), first_id_at(now)
        self._joined = first_id_at(now - JOINED_WITHIN)
        self._pace = (self._begun - self._joined) // max(wanted.accounts, 1)
        self._sayings = Sayings(bulk.dialect, base_url, self._account_ids, USERS)
        self._followers, self._following, self._said, self._last = (np.zeros(wanted.accounts, np.int64) for _count in range(4))

    async def follows(self) -> None:
        self._progress.begin("follows", self._wanted.accounts * self._wanted.follows)
        edge = self._begun
        for followers, followed in crowd.follows(self._wanted):
            count = len(followers)
            self._following += self._numbers(followers)
            self._followers += self._numbers(followed)
            ends = {"follower_id": self._account_ids(followers).tolist(), "followed_id": self._account_ids(followed).tolist()}
            await self._put("follows", *columns(follows, count, **ends, id=range(edge, edge + count)))
            edge += count
            await self._pause(count)

    async def statuses(self) -> None:
        self._progress.begin("statuses", self._wanted.statuses)
        pace = (self._now - self._begun) // max(self._wanted.statuses, 1)
        used = np.zeros(len(phrases.TAGS), np.int64)
        for said in crowd.statuses(self._wanted, len(self._sayings.sentences), len(phrases.TAGS)):
            ids = self._begun + (said.first + np.arange(len(said.authors))) * pace
            self._said += self._numbers(said.authors)
            self._last[said.authors] = ids
            used += np.bincount(said.tags[(said.tags >= 0) & (said.originals < 0)], minlength=len(phrases.TAGS))
            for table, named, rows in self._sayings.rows(said, ids):
                await self._put(table, named, rows)
            await self._pause(len(ids))
        counted = [(hashtag_key(tag), tag, uses) for tag, uses in zip(phrases.TAGS, used.tolist(), strict=True) if uses]
        await self._put(searched_tags.name, ["tag", "name", "uses"], counted)

    async def accounts(self, password_hash: str) -> None:
        self._progress.begin("accounts", self._wanted.accounts)
        for first in range(0, self._wanted.accounts, AT_ONCE):
            ranks = np.arange(first, min(first + AT_ONCE, self._wanted.accounts))
            await self._put_accounts(ranks)
            if first < USERS:
                await self._put_users(ranks[: USERS - first], password_hash)
            await self._pause(len(ranks))

    async def _put_accounts(self, ranks: Numbers) -> None:
        ids, handles, last = self._account_ids(ranks).tolist(), [f"load{rank + 1}" for rank in ranks.tolist()], self._last[ranks]
        shown, notes, places = (
            [chosen[rank % len(chosen)] for rank in ranks.tolist()] for chosen in (phrases.NAMES, phrases.NOTES, phrases.PLACES)
        )
        texts = {"handle": handles, "username": handles, "display_name": shown, "note": notes, "location": places}
        numbers = {"statuses_count": self._said, "followers_count": self._followers, "following_count": self._following}
        given = {
            **texts,
            **{name: values[ranks].tolist() for name, values in numbers.items()},
            "note_html": [f"<p>{note}</p>" if note else "" for note in notes],
            "created_at": [_moment(one) for one in ids],
            "last_status_at": [_moment(one) if one else None for one in last.tolist()],
        }
        await self._put("accounts", *columns(accounts, len(ids), id=ids, **given))
        documents = [
            matching.document(self._bulk.dialect, [*username_words(handle), *index_words(name, place, note)])
            for handle, name, place, note in zip(handles, shown, places, notes, strict=True)
        ]
        await self._put("searched_accounts", ["rowid", "words"], zip(ids, documents, strict=True))

    async def _put_users(self, ranks: Numbers, password_hash: str) -> None:
        ids = self._account_ids(ranks).tolist()
        mails = [f"load{rank + 1}@load.invalid" for rank in ranks.tolist()]
        moments = [_moment(one) for one in ids]
        given = {
            "account_id": ids,
            "email": mails,
            "email_key": mails,
            "password_hash": [password_hash] * len(ids),
            "role": [Role.MEMBER.value] * len(ids),
            "created_at": moments,
            "approved_at": moments,
        }
        await self._put("users", *columns(users, len(ids), **given))

    async def _put(self, table: str, named: list[str], rows: Rows) -> None:
        kept = list(rows)
        self.rows += len(kept)
        await self._bulk.put(table, named, kept)

    async def _pause(self, steps: int) -> None:
        await self._bulk.pause()
        self._progress.advance_by(steps)

    def _account_ids(self, ranks: Numbers) -> Numbers:
        return self._joined + ranks * self._pace

    def _numbers(self, ranks: Numbers) -> Numbers:
        return np.bincount(ranks, minlength=self._wanted.accounts)


def _moment(identifier: int) -> int:
    """As `Moment` keeps it."""
    return (identifier >> SEQUENCE_BITS) * 1000
