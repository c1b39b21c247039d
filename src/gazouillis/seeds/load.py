"""`gazouillis seed load`: fills a fresh database with a synthetic population, for benchmarks.

Accounts are named `load1`, `load2` and so on, those with the most followers first. The first thousand can sign in.
"""

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
from gazouillis.seeds.bulk import BulkLoader, PostgresLoader, Rows, SqliteLoader, columns
from gazouillis.seeds.crowd import Crowd, Numbers
from gazouillis.seeds.status_rows import StatusRows
from gazouillis.statuses.tables import statuses
from gazouillis.text.entities import hashtag_key

PASSWORD = "gazouillis"
USERS = 1000
"""How many accounts have a password. The others only follow and are followed, post and are read."""
JOINED_WITHIN, POSTED_WITHIN = timedelta(days=400), timedelta(days=60)
ACCOUNTS_AT_ONCE = 20_000
SCOPES = ("read", "write", "follow", "push")
TABLES = ("follows", "statuses", "mentions", "status_tags", "favourites", "notifications", "users", "accounts")


class Progress(Protocol):
    """A progress bar."""

    def begin(self, what: str, total: int | None) -> None: ...

    def advance_by(self, steps: int) -> None: ...


async def load(site: Site, wanted: Crowd, progress: Progress) -> int:
    """Returns how many rows were written. Raises `Conflict` if the database has statuses or follows already."""
    async with site.db.read() as reader:
        now = reader.now
        if await reader.value(sa.select(statuses.c.id).limit(1)) or await reader.value(sa.select(follows.c.id).limit(1)):
            raise Conflict(Message("People have spoken here already: load a fresh database, for instance in another data folder"))
    loader = await _loader(site)
    population = _Population(loader, wanted, now, site.settings.base_url, progress)
    password_hash = await hash_password(PASSWORD)
    await loader.begin(TABLES)
    await population.follows()
    await population.statuses()
    await population.accounts(password_hash)
    progress.begin("indexes", None)
    await loader.finish()
    return population.rows


async def issue_tokens(site: Site, wanted: Crowd) -> dict[str, str]:
    """An access token for each account that has a password, by name."""
    handles = [f"load{rank}" for rank in range(1, min(USERS, wanted.accounts) + 1)]
    async with site.db.write() as tx:
        app = await apps.command_line(tx)
        rows = await tx.all(sa.select(accounts.c.id, accounts.c.handle).where(accounts.c.handle.in_(handles)).order_by(accounts.c.id))
        return {row.handle: (await tokens.issue(tx, app, AccountId(row.id), SCOPES)).token for row in rows}


async def _loader(site: Site) -> BulkLoader:
    url = site.settings.database_url
    if site.db.dialect == "sqlite":
        return SqliteLoader(url.removeprefix("sqlite:///"))
    return PostgresLoader(await asyncpg.connect(url))


class _Population:
    """Writes follows and statuses first, then accounts, whose rows have the counts of both."""

    def __init__(self, loader: BulkLoader, wanted: Crowd, now: datetime, base_url: str, progress: Progress) -> None:
        self.rows = 0
        self._loader, self._wanted, self._progress = loader, wanted, progress
        self._first_id, self._now = first_id_at(now - POSTED_WITHIN), first_id_at(now)
        self._joined = first_id_at(now - JOINED_WITHIN)
        self._account_step = (self._first_id - self._joined) // max(wanted.accounts, 1)
        self._status_rows = StatusRows(loader.dialect, base_url, self._account_ids, USERS)
        self._followers, self._following, self._statuses, self._last_status = (np.zeros(wanted.accounts, np.int64) for _array in range(4))

    async def follows(self) -> None:
        self._progress.begin("follows", self._wanted.accounts * self._wanted.follows)
        next_id = self._first_id
        for followers, followed in crowd.follows(self._wanted):
            count = len(followers)
            self._following += self._counts(followers)
            self._followers += self._counts(followed)
            ends = {"follower_id": self._account_ids(followers).tolist(), "followed_id": self._account_ids(followed).tolist()}
            await self._insert("follows", *columns(follows, count, **ends, id=range(next_id, next_id + count)))
            next_id += count
            await self._flush(count)

    async def statuses(self) -> None:
        self._progress.begin("statuses", self._wanted.statuses)
        step = (self._now - self._first_id) // max(self._wanted.statuses, 1)
        used = np.zeros(len(phrases.TAGS), np.int64)
        for batch in crowd.statuses(self._wanted, len(self._status_rows.sentences), len(phrases.TAGS)):
            ids = self._first_id + (batch.first + np.arange(len(batch.authors))) * step
            self._statuses += self._counts(batch.authors)
            self._last_status[batch.authors] = ids
            used += np.bincount(batch.tags[(batch.tags >= 0) & (batch.originals < 0)], minlength=len(phrases.TAGS))
            for table, names_of_columns, rows in self._status_rows.rows(batch, ids):
                await self._insert(table, names_of_columns, rows)
            await self._flush(len(ids))
        tag_rows = [(hashtag_key(tag), tag, uses) for tag, uses in zip(phrases.TAGS, used.tolist(), strict=True) if uses]
        await self._insert(searched_tags.name, ["tag", "name", "uses"], tag_rows)

    async def accounts(self, password_hash: str) -> None:
        self._progress.begin("accounts", self._wanted.accounts)
        for first in range(0, self._wanted.accounts, ACCOUNTS_AT_ONCE):
            ranks = np.arange(first, min(first + ACCOUNTS_AT_ONCE, self._wanted.accounts))
            await self._insert_accounts(ranks)
            if first < USERS:
                await self._insert_users(ranks[: USERS - first], password_hash)
            await self._flush(len(ranks))

    async def _insert_accounts(self, ranks: Numbers) -> None:
        ids, handles, last = self._account_ids(ranks).tolist(), [f"load{rank + 1}" for rank in ranks.tolist()], self._last_status[ranks]
        display_names, notes, places = (
            [chosen[rank % len(chosen)] for rank in ranks.tolist()] for chosen in (phrases.NAMES, phrases.NOTES, phrases.PLACES)
        )
        texts = {"handle": handles, "username": handles, "display_name": display_names, "note": notes, "location": places}
        counts = {"statuses_count": self._statuses, "followers_count": self._followers, "following_count": self._following}
        given = {
            **texts,
            **{name: values[ranks].tolist() for name, values in counts.items()},
            "note_html": [f"<p>{note}</p>" if note else "" for note in notes],
            "created_at": [_microseconds(one) for one in ids],
            "last_status_at": [_microseconds(one) if one else None for one in last.tolist()],
        }
        await self._insert("accounts", *columns(accounts, len(ids), id=ids, **given))
        documents = [
            matching.document(self._loader.dialect, [*username_words(handle), *index_words(name, place, note)])
            for handle, name, place, note in zip(handles, display_names, places, notes, strict=True)
        ]
        await self._insert("searched_accounts", ["rowid", "words"], zip(ids, documents, strict=True))

    async def _insert_users(self, ranks: Numbers, password_hash: str) -> None:
        ids = self._account_ids(ranks).tolist()
        mails = [f"load{rank + 1}@load.invalid" for rank in ranks.tolist()]
        moments = [_microseconds(one) for one in ids]
        given = {
            "account_id": ids,
            "email": mails,
            "email_key": mails,
            "password_hash": [password_hash] * len(ids),
            "role": [Role.MEMBER.value] * len(ids),
            "created_at": moments,
            "approved_at": moments,
        }
        await self._insert("users", *columns(users, len(ids), **given))

    async def _insert(self, table: str, names_of_columns: list[str], rows: Rows) -> None:
        listed = list(rows)
        self.rows += len(listed)
        await self._loader.insert(table, names_of_columns, listed)

    async def _flush(self, steps: int) -> None:
        await self._loader.flush()
        self._progress.advance_by(steps)

    def _account_ids(self, ranks: Numbers) -> Numbers:
        return self._joined + ranks * self._account_step

    def _counts(self, ranks: Numbers) -> Numbers:
        """How often each rank occurs, for all accounts."""
        return np.bincount(ranks, minlength=self._wanted.accounts)


def _microseconds(identifier: int) -> int:
    """The time of an id in microseconds, as the column type `Moment` stores it."""
    return (identifier >> SEQUENCE_BITS) * 1000
