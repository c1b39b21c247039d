"""A file store in a bucket of any service that speaks the protocol of S3: https://docs.aws.amazon.com/AmazonS3/latest/API/

This is the only module that imports obstore, an optional dependency (`gazouillis[s3]`): import it lazily.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from gazouillis.infra.basics.errors import Invalid, NotFound, Unavailable
from gazouillis.infra.basics.log_redaction import Throttled
from gazouillis.infra.basics.messages import _
from gazouillis.infra.files import blobs
from gazouillis.infra.files.blobs import Stored

if TYPE_CHECKING:
    from obstore.store import S3Config  # exists only for type checkers

logger = logging.getLogger(__name__)

SCHEMES = {"s3+https": "https", "s3+http": "http"}
DEFAULT_REGION = "us-east-1"
"""Services other than Amazon's mostly ignore the region, or document this one."""
PART = 1024 * 1024
"""Bytes of one request when a file is read: a slow reader holds so much in memory, and no request lasts as long as the reader."""
UPLOADED_AT_ONCE = 2
"""Parts of 5 MB of one large file that are sent, and held in memory, at the same time."""
TIMEOUT = timedelta(seconds=30)
CONNECT_TIMEOUT = timedelta(seconds=5)
RETRY_TIMEOUT = timedelta(seconds=15)
RETRIES = 3
RETRY_AFTER = 10

_seldom = Throttled()


class S3Blobs:
    """Its URL is `s3+https://key:secret@host/bucket/prefix?region=…`; `s3+http` for one on a private network.

    Without key and secret, obstore looks for them where Amazon's own programs do: environment variables, the role of the machine.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        bucket, _slash, prefix = parts.path.strip("/").partition("/")
        if parts.scheme not in SCHEMES or not parts.hostname or not bucket:
            raise Invalid(_("media_store must be a URL such as s3+https://key:secret@host/bucket"), field="media_store")
        place = parts.netloc.rpartition("@")[2]
        self._destination = f"{parts.scheme}://{place}/{bucket}" + (f"/{prefix}" if prefix else "")
        credentials: S3Config = {}
        if parts.username and parts.password:
            credentials = {"access_key_id": unquote(parts.username), "secret_access_key": unquote(parts.password)}
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            endpoint=f"{SCHEMES[parts.scheme]}://{place}",
            region=parse_qs(parts.query).get("region", [DEFAULT_REGION])[0],
            virtual_hosted_style_request=False,
            client_options={"allow_http": parts.scheme == "s3+http", "timeout": TIMEOUT, "connect_timeout": CONNECT_TIMEOUT},
            retry_config={"max_retries": RETRIES, "retry_timeout": RETRY_TIMEOUT},
            config=credentials,
        )

    @property
    def destination(self) -> str:
        return self._destination

    async def put(self, content: bytes, suffix: str) -> str:
        key = blobs.key_of(content, suffix)
        with self._errors(is_write=True):
            await obstore.put_async(self._store, key, content)
        return key

    async def put_file(self, source: Path, suffix: str) -> str:
        key = await asyncio.to_thread(blobs.key_of_file, source, suffix)
        with self._errors(is_write=True):
            await obstore.put_async(self._store, key, source, max_concurrency=UPLOADED_AT_ONCE)
        return key

    async def stat(self, key: str) -> Stored:
        blobs.check(key)
        with self._errors():
            found = await obstore.head_async(self._store, key)
        return Stored(found["size"], blobs.etag_of(key))

    async def exists(self, key: str) -> bool:
        try:
            await self.stat(key)
        except NotFound:
            return False
        return True

    async def get(self, key: str) -> bytes:
        blobs.check(key)
        with self._errors():
            return bytes(await (await obstore.get_async(self._store, key)).bytes_async())

    async def open(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        size = (await self.stat(key)).size
        return self._parts(key, start, size if stop is None else min(stop, size))

    async def _parts(self, key: str, start: int, stop: int) -> AsyncIterator[bytes]:
        while start < stop:
            end = min(start + PART, stop)
            with self._errors():
                part = await obstore.get_range_async(self._store, key, start=start, end=end)
            start = end
            yield bytes(part)

    async def delete(self, key: str) -> None:
        blobs.check(key)
        try:
            with self._errors():
                await obstore.delete_async(self._store, key)
        except NotFound:  # some services say so, Amazon's does not
            return

    async def keys(self, *, before: datetime) -> list[str]:
        found: list[str] = []
        with self._errors(is_write=True):
            async for page in obstore.list(self._store):
                found += [str(one["path"]) for one in page if one["last_modified"] < before]
        return found

    async def delete_drafts(self, *, before: datetime) -> None:
        """None are visible: an upload in several parts appears when it is complete. A rule of the bucket deletes parts left by a crash."""

    @contextmanager
    def _errors(self, *, is_write: bool = False) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as fault:
            if not is_write:
                raise NotFound from fault
            raise self._unavailable(fault) from fault  # there is no such bucket
        except (BaseError, OSError) as fault:
            raise self._unavailable(fault) from fault

    def _unavailable(self, fault: Exception) -> Unavailable:
        if _seldom.has_come():
            logger.error("%s cannot be read or written: %s", self._destination, str(fault).splitlines()[0])
        return Unavailable(retry_after=RETRY_AFTER)
