"""The work that no post can avoid, done by the functions of the server itself.

The token is hashed. The text is counted, rendered as HTML and split into words for the search. The event and the response are encoded.
There is no framework, no SQL, no lookup of the account and no notification.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from bench.limits.rows import Post
from gazouillis.accounts.options import SiteOptions
from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.api.v1.statuses import StatusForm
from gazouillis.infra.basics.clock import system_clock
from gazouillis.infra.basics.events import record
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.sqlite import SqliteDatabase
from gazouillis.infra.secrets import digest
from gazouillis.media.urls import SignedAddresses
from gazouillis.search.words import index_words
from gazouillis.statuses import rules, urls, views
from gazouillis.statuses.events import StatusPublished
from gazouillis.statuses.models import StatusView
from gazouillis.text.rendering import to_html

BASE_URL = "http://127.0.0.1:8000"


class Needed:
    def __init__(self, samples: list[StatusView]) -> None:
        self._samples = {one.account.id: one for one in samples}
        self._json = JsonCache(SignedAddresses(BASE_URL, "", timedelta(minutes=15), system_clock), cache=None)

    def answer(self, scope: Any, body: bytes, post: Post) -> bytes:
        token = next(value for name, value in scope["headers"] if name == b"authorization").decode().removeprefix("Bearer ")
        digest(token)
        text = msgspec.json.decode(body, type=StatusForm).status
        rules.check_length(text, "", SiteOptions().max_characters)
        content = to_html(text, {}, partial(urls.tag, BASE_URL))
        index_words(text)
        sample = self._samples[AccountId(post.account_id)]
        now = system_clock()
        status = msgspec.structs.replace(sample.status, id=StatusId(post.id), text=text, content=content, created_at=now)
        record(StatusPublished(status.id, status.account_id, status.visibility, None), now)
        view = msgspec.structs.replace(sample, cached=msgspec.structs.replace(sample.cached, status=status))
        return bytes(self._json.status(view, status.account_id))


async def samples(path: Path, status_ids: list[int]) -> list[StatusView]:
    """Views of statuses by the writers, to make new ones from."""
    db = SqliteDatabase(path, system_clock)
    await db.open()
    async with db.read() as reader:
        found = await views.views(reader, [StatusId(one) for one in status_ids], viewer_id=None)
    await db.close()
    return found
