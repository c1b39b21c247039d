"""Matching: which filters a text or a status matches. Pure functions.

As on Mastodon, case does not matter, and a whole word has a boundary at each end that is itself a part of a word: a keyword that begins
with `#` may follow a letter. https://docs.joinmastodon.org/api/guidelines/#filters
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence

import msgspec

from gazouillis.filters.models import Context, Filter, Keyword, Match
from gazouillis.infra.basics.clock import Watch
from gazouillis.infra.basics.ids import StatusId


class CompiledFilter(msgspec.Struct, frozen=True):
    """A filter, and its keywords as `folded` returns them, in their order."""

    filter: Filter
    needles: tuple[str, ...]


Compiled = tuple[CompiledFilter, ...]
"""All filters of one person."""


def compiled(filters: Iterable[Filter]) -> Compiled:
    return tuple(CompiledFilter(one, tuple(folded(each.text) for each in one.keywords)) for one in filters)


def matches(filters: Compiled, texts: Sequence[str], status_ids: Collection[StatusId], watch: Watch) -> tuple[Match, ...]:
    """The filters that a status with these texts matches, in their order. Filters that have ended match nothing.

    `status_ids`: that of the status, and of a reblog those of both.
    """
    haystack = ""
    found = []
    for one in filters:
        if one.filter.expires_at is not None and watch.has_come(one.filter.expires_at):
            continue
        haystack = haystack or folded("\n\n".join(texts))
        pairs = zip(one.filter.keywords, one.needles, strict=True)
        keywords = tuple(keyword.text for keyword, needle in pairs if _has(haystack, needle, keyword))
        statuses = tuple(each.status_id for each in one.filter.statuses if each.status_id in status_ids)
        if keywords or statuses:
            found.append(Match(one.filter, keywords, statuses))
    return tuple(found)


def in_context(matched: Iterable[Match], context: Context) -> tuple[Match, ...]:
    """Those whose filters apply there."""
    return tuple(one for one in matched if context in one.filter.contexts)


def folded(text: str) -> str:
    """The same for texts that differ only in case, or in how their accents are written."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _has(haystack: str, needle: str, keyword: Keyword) -> bool:
    at = haystack.find(needle)
    while at >= 0:
        if not keyword.is_whole_word or _is_whole(haystack, at, at + len(needle)):
            return True
        at = haystack.find(needle, at + 1)
    return False


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no end of this part lies within a word."""
    begins_within = start > 0 and _is_of_word(text[start]) and _is_of_word(text[start - 1])
    ends_within = end < len(text) and _is_of_word(text[end - 1]) and _is_of_word(text[end])
    return not begins_within and not ends_within


def _is_of_word(character: str) -> bool:
    """Letters, marks, digits and what connects them, as `[[:word:]]` of Ruby."""
    category = unicodedata.category(character)
    return category[0] in "LM" or category in _OF_WORD


_OF_WORD = frozenset({"Nd", "Nl", "Pc"})
