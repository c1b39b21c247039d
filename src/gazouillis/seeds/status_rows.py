"""The rows of a batch of synthetic statuses, in every table: HTML, search words, mentions, tags, favourites, notifications."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import compress
from typing import Any

import msgspec
import numpy as np

from gazouillis.notifications.models import Kind
from gazouillis.notifications.tables import notifications
from gazouillis.search import matching
from gazouillis.search.words import index_words
from gazouillis.seeds import phrases
from gazouillis.seeds.bulk import Rows, columns
from gazouillis.seeds.crowd import Numbers, StatusBatch
from gazouillis.statuses import urls
from gazouillis.statuses.tables import favourites, status_tags, statuses
from gazouillis.text.entities import hashtag_key
from gazouillis.text.rendering import Mentioned, to_html

TableRows = tuple[str, list[str], Rows]
"""Table, columns, rows."""


class _Sentence(msgspec.Struct, frozen=True):
    text: str
    html: str
    words: list[str]
    language: str


class StatusRows:
    """`account_ids` turns ranks into ids; accounts whose rank is below `users` can sign in, so only they get notifications."""

    def __init__(self, dialect: str, base_url: str, account_ids: Callable[[Numbers], Numbers], users: int) -> None:
        self._dialect, self._base_url, self._account_ids, self._users = dialect, base_url, account_ids, users
        self.sentences = [_Sentence(text, _bare(to_html(text, {}, str)), index_words(text), lang) for text, lang in phrases.sentences()]
        self._tags = [_Sentence(f" #{tag}", " " + _bare(self._html(f"#{tag}")), index_words(tag), "") for tag in phrases.TAGS]
        self._mention_html = _bare(to_html("@name", {"name": Mentioned(f"{base_url}/@name", "name", "name")}, str))

    def rows(self, batch: StatusBatch, ids: Numbers) -> Iterator[TableRows]:
        """For every table that has rows about statuses."""
        authors, moments = self._account_ids(batch.authors), (ids >> 16) * 1000
        texts = [self._text(*one) for one in zip(*self._choices(batch), strict=True)]
        yield "statuses", *self._statuses(batch, ids, authors, moments, texts)
        yield "searched_statuses", ["rowid", "words", "tags"], self._searched(batch, ids, texts)
        replies = np.flatnonzero(batch.parents >= 0)
        addressees = authors[batch.parents[replies]]
        is_mention = addressees != authors[replies]
        yield "mentions", ["status_id", "account_id"], _zip(ids[replies][is_mention], addressees[is_mention])
        tagged = np.flatnonzero(_is_tagged(batch))
        tags = [phrases.TAGS[tag] for tag in batch.tags[tagged].tolist()]
        yield "status_tags", *columns(status_tags, len(tags), tag=map(hashtag_key, tags), status_id=ids[tagged].tolist(), name=tags)
        favourited, by = batch.favourites[:, 0], batch.favourites[:, 1]
        named = {
            "account_id": self._account_ids(by).tolist(),
            "status_id": ids[favourited].tolist(),
            "id": (ids[favourited] + np.arange(len(favourited)) % 60_000).tolist(),
        }
        yield "favourites", *columns(favourites, len(favourited), **named)
        yield "notifications", *self._notifications(batch, ids, authors)

    def _choices(self, batch: StatusBatch) -> Iterator[list[int]]:
        """The four arguments of `_text`, each for all statuses. -1: nobody, or no tag."""
        addressed = np.where(batch.parents >= 0, batch.authors[batch.parents], -1)
        yield np.where(addressed == batch.authors, -1, addressed).tolist()
        yield batch.sentences.tolist()
        yield np.where(_is_tagged(batch), batch.tags, -1).tolist()
        yield (batch.originals >= 0).tolist()

    def _text(self, addressee: int, sentence: int, tag: int, is_reblog: int) -> _Sentence:
        if is_reblog:
            return _EMPTY
        plain = self.sentences[sentence]
        text, html, words = plain.text, plain.html, plain.words
        if addressee >= 0:
            name = f"load{addressee + 1}"
            text, html, words = f"@{name} {text}", f"{self._mention_html.replace('name', name)} {html}", [name, *words]
        if tag >= 0:
            end = self._tags[tag]
            text, html, words = text + end.text, html + end.html, [*words, *end.words]
        return _Sentence(text, f"<p>{html}</p>", words, plain.language)

    def _statuses(
        self, batch: StatusBatch, ids: Numbers, authors: Numbers, moments: Numbers, texts: list[_Sentence]
    ) -> tuple[list[str], Rows]:
        count = len(ids)
        is_reblog, is_reply = batch.originals >= 0, batch.parents >= 0
        return columns(
            statuses,
            count,
            id=ids.tolist(),
            account_id=authors.tolist(),
            text=[one.text for one in texts],
            content=[one.html for one in texts],
            language=[one.language for one in texts],
            visibility=[0] * count,
            is_local=[True] * count,
            in_reply_to_id=_or_none(ids[batch.parents], is_reply),
            in_reply_to_account_id=_or_none(authors[batch.parents], is_reply),
            conversation_id=_conversations(batch, ids),
            reblog_of_id=_or_none(ids[batch.originals], is_reblog),
            created_at=moments.tolist(),
            replies_count=np.bincount(batch.parents[is_reply], minlength=count).tolist(),
            reblogs_count=np.bincount(batch.originals[is_reblog], minlength=count).tolist(),
            favourites_count=np.bincount(batch.favourites[:, 0], minlength=count).tolist(),
        )

    def _searched(self, batch: StatusBatch, ids: Numbers, texts: list[_Sentence]) -> Rows:
        documents = [matching.document(self._dialect, one.words) for one in texts]
        tags = [hashtag_key(phrases.TAGS[tag]) if tag >= 0 else "" for tag in batch.tags.tolist()]
        return compress(zip(ids.tolist(), documents, tags, strict=True), (batch.originals < 0).tolist())

    def _notifications(self, batch: StatusBatch, ids: Numbers, authors: Numbers) -> tuple[list[str], Rows]:
        found: list[tuple[int, int, str, int, int]] = []
        about = batch.favourites[:, 0]
        for kind, to, by, status in (
            (Kind.MENTION, batch.authors[batch.parents], batch.authors, np.where(batch.parents >= 0, np.arange(len(ids)), -1)),
            (Kind.REBLOG, batch.authors[batch.originals], batch.authors, batch.originals),
            (Kind.FAVOURITE, batch.authors[about], batch.favourites[:, 1], about),
        ):
            notified = np.flatnonzero((status >= 0) & (to != by) & (to < self._users))
            recipients, senders = self._account_ids(to[notified]).tolist(), self._account_ids(by[notified]).tolist()
            pairs = zip(recipients, senders, ids[status[notified]].tolist(), strict=True)
            found += [(one, other, kind.value, about_id, 0) for one, other, about_id in pairs]
        first = int(ids[0]) if len(ids) else 0
        to_ids, from_ids, kinds, status_ids, _ = zip(*found, strict=True) if found else ((), (), (), (), ())
        moments = [(one >> 16) * 1000 for one in status_ids]
        return columns(
            notifications,
            len(found),
            id=range(first, first + len(found)),
            account_id=to_ids,
            from_account_id=from_ids,
            kind=kinds,
            status_id=status_ids,
            created_at=moments,
        )

    def _html(self, text: str) -> str:
        return to_html(text, {}, lambda name: urls.tag(self._base_url, name))


def _is_tagged(batch: StatusBatch) -> Any:
    return (batch.tags >= 0) & (batch.originals < 0)


def _conversations(batch: StatusBatch, ids: Numbers) -> list[int]:
    conversations: list[int] = ids.tolist()
    for place in np.flatnonzero(batch.parents >= 0).tolist():
        conversations[place] = conversations[batch.parents[place]]
    return conversations


def _or_none(values: Numbers, is_set: Any) -> list[int | None]:
    return [value if one else None for value, one in zip(values.tolist(), is_set.tolist(), strict=True)]


def _zip(*parts: Numbers) -> Rows:
    return zip(*(part.tolist() for part in parts), strict=True)


def _bare(html: str) -> str:
    return html.removeprefix("<p>").removesuffix("</p>")


_EMPTY = _Sentence("", "", [], "")
