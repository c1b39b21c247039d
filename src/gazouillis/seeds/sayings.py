"""The rows that a stretch of synthetic statuses makes, as if people had typed them."""

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
from gazouillis.seeds.crowd import Numbers, Said
from gazouillis.statuses import urls
from gazouillis.statuses.tables import favourites, status_tags, statuses
from gazouillis.text.entities import hashtag_key
from gazouillis.text.rendering import Mentioned, to_html

Filled = tuple[str, list[str], Rows]


class _Sentence(msgspec.Struct, frozen=True):
    text: str
    html: str
    words: list[str]
    language: str


class Sayings:
    """`account_ids` by rank; accounts whose rank is below `told` have notifications."""

    def __init__(self, dialect: str, base_url: str, account_ids: Callable[[Numbers], Numbers], told: int) -> None:
        self._dialect, self._base_url, self._account_ids, self._told = dialect, base_url, account_ids, told
        self.sentences = [_Sentence(text, _bare(to_html(text, {}, str)), index_words(text), lang) for text, lang in phrases.sentences()]
        self._tags = [_Sentence(f" #{tag}", " " + _bare(self._html(f"#{tag}")), index_words(tag), "") for tag in phrases.TAGS]
        self._address = _bare(to_html("@name", {"name": Mentioned(f"{base_url}/@name", "name", "name")}, str))

    def rows(self, said: Said, ids: Numbers) -> Iterator[Filled]:
        """Table, columns and rows, for every table that knows of statuses."""
        authors, moments = self._account_ids(said.authors), (ids >> 16) * 1000
        written = [self._written(*one) for one in zip(*self._choices(said), strict=True)]
        yield "statuses", *self._statuses(said, ids, authors, moments, written)
        yield "searched_statuses", ["rowid", "words", "tags"], self._searched(said, ids, written)
        answers = np.flatnonzero(said.parents >= 0)
        addressees = authors[said.parents[answers]]
        named = addressees != authors[answers]
        yield "mentions", ["status_id", "account_id"], _zip(ids[answers][named], addressees[named])
        tagged = np.flatnonzero(_is_tagged(said))
        tags = [phrases.TAGS[tag] for tag in said.tags[tagged].tolist()]
        yield "status_tags", *columns(status_tags, len(tags), tag=map(hashtag_key, tags), status_id=ids[tagged].tolist(), name=tags)
        loved, by = said.favourites[:, 0], said.favourites[:, 1]
        marks = ids[loved] + np.arange(len(loved)) % 60_000
        fans = self._account_ids(by)
        yield "favourites", *columns(favourites, len(loved), account_id=fans.tolist(), status_id=ids[loved].tolist(), id=marks.tolist())
        yield "notifications", *self._notifications(said, ids, authors)

    def _choices(self, said: Said) -> Iterator[list[int]]:
        addressed = np.where(said.parents >= 0, said.authors[said.parents], -1)
        yield np.where(addressed == said.authors, -1, addressed).tolist()
        yield said.sentences.tolist()
        yield np.where(_is_tagged(said), said.tags, -1).tolist()
        yield (said.originals >= 0).tolist()

    def _written(self, addressee: int, sentence: int, tag: int, is_reblog: int) -> _Sentence:
        if is_reblog:
            return _NOTHING
        said = self.sentences[sentence]
        text, html, words = said.text, said.html, said.words
        if addressee >= 0:
            name = f"load{addressee + 1}"
            text, html, words = f"@{name} {text}", f"{self._address.replace('name', name)} {html}", [name, *words]
        if tag >= 0:
            end = self._tags[tag]
            text, html, words = text + end.text, html + end.html, [*words, *end.words]
        return _Sentence(text, f"<p>{html}</p>", words, said.language)

    def _statuses(self, said: Said, ids: Numbers, authors: Numbers, moments: Numbers, written: list[_Sentence]) -> tuple[list[str], Rows]:
        count = len(ids)
        repeats, answers = said.originals >= 0, said.parents >= 0
        return columns(
            statuses,
            count,
            id=ids.tolist(),
            account_id=authors.tolist(),
            text=[one.text for one in written],
            content=[one.html for one in written],
            language=[one.language for one in written],
            visibility=[0] * count,
            is_local=[True] * count,
            in_reply_to_id=_or_none(ids[said.parents], answers),
            in_reply_to_account_id=_or_none(authors[said.parents], answers),
            conversation_id=_conversations(said, ids),
            reblog_of_id=_or_none(ids[said.originals], repeats),
            created_at=moments.tolist(),
            replies_count=np.bincount(said.parents[answers], minlength=count).tolist(),
            reblogs_count=np.bincount(said.originals[repeats], minlength=count).tolist(),
            favourites_count=np.bincount(said.favourites[:, 0], minlength=count).tolist(),
        )

    def _searched(self, said: Said, ids: Numbers, written: list[_Sentence]) -> Rows:
        documents = [matching.document(self._dialect, one.words) for one in written]
        tags = [hashtag_key(phrases.TAGS[tag]) if tag >= 0 else "" for tag in said.tags.tolist()]
        return compress(zip(ids.tolist(), documents, tags, strict=True), (said.originals < 0).tolist())

    def _notifications(self, said: Said, ids: Numbers, authors: Numbers) -> tuple[list[str], Rows]:
        found: list[tuple[int, int, str, int, int]] = []
        about = said.favourites[:, 0]
        for kind, to, by, status in (
            (Kind.MENTION, said.authors[said.parents], said.authors, np.where(said.parents >= 0, np.arange(len(ids)), -1)),
            (Kind.REBLOG, said.authors[said.originals], said.authors, said.originals),
            (Kind.FAVOURITE, said.authors[about], said.favourites[:, 1], about),
        ):
            told = np.flatnonzero((status >= 0) & (to != by) & (to < self._told))
            pairs = zip(self._account_ids(to[told]).tolist(), self._account_ids(by[told]).tolist(), ids[status[told]].tolist(), strict=True)
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


def _is_tagged(said: Said) -> Any:
    return (said.tags >= 0) & (said.originals < 0)


def _conversations(said: Said, ids: Numbers) -> list[int]:
    begun: list[int] = ids.tolist()
    for place in np.flatnonzero(said.parents >= 0).tolist():
        begun[place] = begun[said.parents[place]]
    return begun


def _or_none(values: Numbers, holds: Any) -> list[int | None]:
    return [value if one else None for value, one in zip(values.tolist(), holds.tolist(), strict=True)]


def _zip(*parts: Numbers) -> Rows:
    return zip(*(part.tolist() for part in parts), strict=True)


def _bare(html: str) -> str:
    return html.removeprefix("<p>").removesuffix("</p>")


_NOTHING = _Sentence("", "", [], "")
