"""The archive of an account: a ZIP file made while it is sent, of pages of 500 rows. Nothing is kept on the server.

Files and columns are those of Mastodon's archive and lists (https://docs.joinmastodon.org/user/moving/), so that other servers read them;
those of `circles.csv` are of its `lists.csv`. `settings.json`, `limited_accounts.csv`, `endorsed_accounts.csv`, `notes.csv`, `thanked.csv`,
`thanks_received.csv` and `roads.csv` are ours.
"""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from functools import partial
from io import StringIO
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import urls as account_urls
from gazouillis.accounts.models import Account
from gazouillis.exports import activities, queries, settings
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import LARGEST_ID
from gazouillis.infra.database.transactions import Row
from gazouillis.infra.site import Site
from gazouillis.media.models import Attachment, Variant

Line = Sequence[object]

HEADINGS: dict[str, Line] = {
    "following": ("Account address", "Show boosts", "Notify on new posts", "Languages"),
    "followers": ("Account address",),
    "mutes": ("Account address", "Hide notifications"),
    "blocks": (),
    "limits": (),
}
FILES = {
    "following": "following_accounts.csv",
    "followers": "followers.csv",
    "mutes": "muted_accounts.csv",
    "blocks": "blocked_accounts.csv",
    "limits": "limited_accounts.csv",
}
NOTES: Line = ("Account address", "Note")
THANKS: Line = ("Account address", "Post", "Personal line")


class Table(msgspec.Struct, frozen=True):
    """A CSV file of a room beside this one. `statement` reads pages of rows as those of `queries.py`, with `cursor` as the first column."""

    heading: Line
    statement: sa.Select[Any]
    line: Callable[[str, Row], Line]
    """From the address of this server and a row."""


class _Sink:
    """What `ZipFile` writes to: it cannot be rewound, and hands on what it was given since the last `take`."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, chunk: bytes) -> int:
        self._chunks.append(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken, self._chunks = b"".join(self._chunks), []
        return taken


async def archive(
    site: Site, account: Account, more: Mapping[str, Any] | None = None, tables: Mapping[str, Table] | None = None
) -> AsyncIterator[bytes]:
    """The bytes of the ZIP file. `more`: settings that rooms beside this one keep, by name. `tables`: their CSV files, by name.

    Compression and long reads run in threads, so other requests do not wait."""
    sink = _Sink()
    with ZipFile(cast("IO[bytes]", sink), "w", ZIP_DEFLATED) as bundle:
        for name, parts in _members(site, account, more or {}, tables or {}):
            with bundle.open(name, "w") as member:
                async for part in parts:
                    await asyncio.to_thread(member.write, part)
                    yield sink.take()
        async for attachment in _attachments(site, account):
            with bundle.open(_stored(activities.file_of(attachment)), "w", force_zip64=True) as member:
                async for part in _media(site, attachment):
                    await asyncio.to_thread(member.write, part)
                    yield sink.take()
    yield sink.take()


def _members(
    site: Site, account: Account, more: Mapping[str, Any], tables: Mapping[str, Table]
) -> Iterable[tuple[str, AsyncIterator[bytes]]]:
    base_url = site.settings.base_url
    yield "actor.json", _once(msgspec.json.encode(activities.actor(base_url, account)))
    yield "outbox.json", _outbox(site, account)
    for name, file in (("favourites", "likes.json"), ("bookmarks", "bookmarks.json")):
        yield file, _collection(site, account, file, queries.FLAGGED[name])
    yield "featured.json", _collection(site, account, "featured.json", queries.PINNED)
    yield "bookmarks.csv", _lines(site, account, queries.FLAGGED["bookmarks"], (), lambda row: (_uri(base_url, row),))
    for name, file in FILES.items():
        yield file, _lines(site, account, queries.PEOPLE[name], HEADINGS[name], lambda row: _handle(base_url, row))
    yield "endorsed_accounts.csv", _lines(site, account, queries.ENDORSED, ("Account address",), lambda row: (_address(base_url, row),))
    yield "notes.csv", _lines(site, account, queries.PEOPLE["notes"], NOTES, lambda row: (_address(base_url, row), _inert(row.text)))
    yield "blocked_domains.csv", _lines(site, account, queries.DOMAINS, (), lambda row: (row.domain,))
    yield "circles.csv", _lines(site, account, queries.CIRCLES, (), lambda row: (row.name, _address(base_url, row)))
    yield "lists.csv", _lines(site, account, queries.LISTS, (), lambda row: (row.title, _address(base_url, row)))
    for file, statement in (("thanked.csv", queries.THANKED), ("thanks_received.csv", queries.THANKS_RECEIVED)):
        yield file, _lines(site, account, statement, THANKS, lambda row: (_address(base_url, row), _uri(base_url, row), _inert(row.line)))
    for file, one in tables.items():
        yield file, _lines(site, account, one.statement, one.heading, partial(one.line, base_url))
    yield "settings.json", _settings(site, account, more)
    for name, key in (("avatar.webp", account.avatar), ("header.webp", account.header)):
        if key and "://" not in key:
            yield name, _file(site, key)


def _inert(text: str) -> str:
    """What somebody else wrote, so that a spreadsheet shows it as text and does not compute it: https://owasp.org/www-community/attacks/CSV_Injection"""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _stored(name: str) -> ZipInfo:
    """Pictures and videos are compressed already."""
    return ZipInfo(name)


async def _attachments(site: Site, account: Account) -> AsyncIterator[Attachment]:
    """Those that have a file."""
    before = LARGEST_ID
    while True:
        async with site.db.long_read() as reader:
            page = await queries.page_of_attachments(reader, account.id, before)
        if not page:
            return
        for one in page:
            if activities.file_of(one):
                yield one
        before = page[-1].id


async def _media(site: Site, attachment: Attachment) -> AsyncIterator[bytes]:
    original = attachment.file(Variant.ORIGINAL)
    if original is None:
        return
    try:
        async for part in await site.media_store.open(original.key):
            yield part
    except NotFound:  # deleted since the archive was begun
        return


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _settings(site: Site, account: Account, more: Mapping[str, Any]) -> AsyncIterator[bytes]:
    async with site.db.long_read() as reader:
        found = await settings.settings(reader, site.settings.base_url, account)
    yield msgspec.json.format(msgspec.json.encode({**found, **more}))


async def _file(site: Site, key: str) -> AsyncIterator[bytes]:
    try:
        yield await site.blobs.get(key)
    except NotFound:  # replaced since the archive was begun
        yield b""


async def _outbox(site: Site, account: Account) -> AsyncIterator[bytes]:
    async with site.db.long_read() as reader:
        total = await queries.count(reader, account.id)
    yield _collection_head("outbox.json", total)
    before, is_first = LARGEST_ID, True
    while True:
        async with site.db.long_read() as reader:
            page = await queries.page_of_statuses(reader, account.id, before)
        if not page:
            break
        yield await asyncio.to_thread(_encode, site.settings.base_url, account, page, is_first=is_first)
        before, is_first = page[-1].status.id, False
    yield b"]}"


def _encode(base_url: str, account: Account, page: Sequence[queries.ExportedStatus], *, is_first: bool) -> bytes:
    items = b",\n".join(msgspec.json.encode(activities.activity(base_url, account, one)) for one in page)
    return items if is_first else b",\n" + items


async def _collection(site: Site, account: Account, file: str, statement: Any) -> AsyncIterator[bytes]:
    """URIs of statuses. The whole number is not known before, and is left out."""
    yield _collection_head(file, None)
    is_first = True
    async for rows in _pages(site, account, statement):
        items = b",\n".join(msgspec.json.encode(_uri(site.settings.base_url, row)) for row in rows)
        yield items if is_first else b",\n" + items
        is_first = False
    yield b"]}"


def _collection_head(file: str, total: int | None) -> bytes:
    head = {"@context": activities.CONTEXT, "id": file, "type": "OrderedCollection", **({} if total is None else {"totalItems": total})}
    return msgspec.json.encode(head)[:-1] + b',"orderedItems":['


async def _lines(site: Site, account: Account, statement: Any, heading: Line, line: Callable[[Row], Line]) -> AsyncIterator[bytes]:
    yield _csv([heading] if heading else [])
    async for rows in _pages(site, account, statement):
        yield _csv(map(line, rows))


async def _pages(site: Site, account: Account, statement: Any) -> AsyncIterator[Sequence[Row]]:
    before = LARGEST_ID
    while True:
        async with site.db.long_read() as reader:
            rows = await queries.page_of_rows(reader, statement, account.id, before)
        if not rows:
            return
        yield rows
        before = rows[-1].cursor


def _csv(lines: Iterable[Line]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def _handle(base_url: str, row: Row) -> Line:
    """`bob@here.test`, then the options of the list: yes and no as Mastodon writes them."""
    _cursor, _username, _domain, *options = list(row)
    written = ["true" if one else "false" for one in options]
    return (_address(base_url, row), *written, *([""] if len(written) == 2 else []))


def _address(base_url: str, row: Row) -> str:
    return f"{row.username}@{row.domain or account_urls.authority(base_url)}"


def _uri(base_url: str, row: Row) -> str:
    return row.uri or f"{base_url}/users/{row.account_id}/statuses/{row.id}"
