"""Composition: what is derived from the typed text of a status and stored with it (mentioned accounts, hashtags, HTML)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts import urls as account_urls
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_ignore
from gazouillis.statuses import rules, urls
from gazouillis.statuses.models import Terms
from gazouillis.statuses.tables import mentions, status_tags, statuses
from gazouillis.text.cleaning import plain
from gazouillis.text.entities import Hashtag, Mention, entities, hashtag_key, reply_address, typed_retweet
from gazouillis.text.folding import words
from gazouillis.text.rendering import Mentioned, to_html

RECENT = 200
"""Among how many of the author's newest statuses the source of a typed retweet is searched."""

_INSERT_MENTIONS = insert_or_ignore(mentions)
_INSERT_TAGS = insert_or_ignore(status_tags)


class Composition(msgspec.Struct, frozen=True):
    content: str
    mentioned: dict[str, Account]
    """Accounts by the handle as written, in lower case."""
    tags: dict[str, str]
    """By `hashtag_key`, the name as first written."""
    addressee: Account | None
    """The account that the text opens with: `@alice …`, `@alice: …`, `@alice >> …`."""

    @property
    def mentioned_ids(self) -> set[AccountId]:
        return {one.id for one in self.mentioned.values()}


async def compose(reader: Reader, text: str, terms: Terms) -> Composition:
    """Raises Invalid when the text mentions too many people."""
    found = entities(text)
    handles = {one.handle: one for one in found if isinstance(one, Mention)}
    rules.check_mentions(handles)
    mentioned = await known(reader, handles.values(), terms)
    links = {
        handle: Mentioned(account_urls.page(terms.base_url, account), account.username, account.acct)
        for handle, account in mentioned.items()
    }
    tags: dict[str, str] = {}
    for one in found:
        if isinstance(one, Hashtag):
            tags.setdefault(hashtag_key(one.name), one.name)
    opening, _ = reply_address(text)
    return Composition(
        content=to_html(text, links, partial(urls.tag, terms.base_url)),
        mentioned=mentioned,
        tags=tags,
        addressee=mentioned.get(opening[0].handle) if opening else None,
    )


async def known(reader: Reader, mentions: Iterable[Mention], terms: Terms) -> dict[str, Account]:
    """The existing accounts among these mentions, by the handle as written, in lower case."""
    handles = list(dict.fromkeys(one.handle for one in mentions))
    found = await accounts.by_handles(reader, handles, account_urls.authority(terms.base_url))
    return {handle: account for handle, account in found.items() if account.is_visible}


async def store(tx: Tx, status_id: StatusId, composed: Composition) -> None:
    """Inserts the mentions and hashtags of a new status."""
    if composed.mentioned:
        await tx.put(_INSERT_MENTIONS, *({"status_id": status_id, "account_id": one} for one in sorted(composed.mentioned_ids)))
    if composed.tags:
        await tx.put(_INSERT_TAGS, *({"status_id": status_id, "tag": key, "name": name} for key, name in composed.tags.items()))


async def replace(tx: Tx, status_id: StatusId, composed: Composition) -> None:
    """Replaces the mentions and hashtags of an edited status. Mentions that stay keep their `delivery`."""
    gone = mentions.c.account_id.not_in(sorted(composed.mentioned_ids))
    await tx.run(sa.delete(mentions).where(mentions.c.status_id == status_id, gone))
    await tx.run(sa.delete(status_tags).where(status_tags.c.status_id == status_id))
    await store(tx, status_id, composed)


async def source_of_typed_retweet(reader: Reader, text: str, composed: Composition) -> StatusId | None:
    """The recent public or unlisted status that a text beginning with `RT @alice` repeats, perhaps shortened or with words added.

    None when there is none. At least half of the original must be repeated.
    """
    mention = typed_retweet(text)
    source = composed.mentioned.get(mention.handle) if mention else None
    if mention is None or source is None:
        return None
    repeated = " ".join(words(text[mention.end :]))
    recent = (
        sa.select(statuses.c.id, statuses.c.content)
        .where(
            statuses.c.account_id == source.id,
            statuses.c.visibility <= 1,
            statuses.c.deleted_at.is_(None),
            statuses.c.reblog_of_id.is_(None),
        )
        .order_by(statuses.c.id.desc())
        .limit(RECENT)
    )
    for row in await reader.all(recent):
        original = " ".join(words(plain(row.content)))
        shorter = min(len(original), len(repeated))
        if shorter and original[:shorter] == repeated[:shorter] and shorter * 2 >= len(original):
            return StatusId(row.id)
    return None
