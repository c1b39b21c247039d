"""The form of a filter: what is typed becomes a draft, and a filter becomes the fields of the form that changes it.

Words are typed in two fields, one in each line: whole words, and words that also count within others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import UNSET, UnsetType

from gazouillis.filters.models import MOST_KEYWORDS, Action, Context, Filter, FilterDraft, Keyword, KeywordChange
from gazouillis.web.request_context import Form

TITLE, WHOLE_WORDS, PARTS, ACTION, END = "title", "whole_words", "parts", "filter_action", "expires_in"
FIELDS = {"context": "in_home", "keywords_attributes": WHOLE_WORDS}
"""Where the form shows an error that the room names otherwise."""
KEEP, NEVER = "keep", ""
ENDS = ("1800", "3600", "21600", "43200", "86400", "604800", "2592000")
"""Seconds to choose from."""
UNKNOWN_END = -1


def box(context: Context) -> str:
    """The name of its checkbox."""
    return f"in_{context.value}"


EMPTY: Form = {ACTION: Action.WARN.value, END: NEVER} | {box(one): "1" for one in Context}


def fields_of(one: Filter) -> Form:
    """Of the form that changes it."""
    return {
        TITLE: one.title,
        WHOLE_WORDS: _lines(each.text for each in one.keywords if each.is_whole_word),
        PARTS: _lines(each.text for each in one.keywords if not each.is_whole_word),
        ACTION: one.action.value,
        END: KEEP if one.expires_at else NEVER,
        **{box(each): "1" for each in one.contexts},
    }


def draft(form: Form, before: Filter | None = None) -> FilterDraft:
    """A box that is not ticked is not sent."""
    contexts = tuple(one.value for one in Context if form.get(box(one)))
    keywords = _changes(form, before.keywords if before else ())
    return FilterDraft(form.get(TITLE, ""), contexts, form.get(ACTION, ""), _end(form.get(END, NEVER)), keywords)


def _changes(form: Form, before: Sequence[Keyword]) -> tuple[KeywordChange, ...]:
    """What is typed as it was stays the same keyword."""
    typed = [(line, True) for line in _typed(form.get(WHOLE_WORDS, ""))] + [(line, False) for line in _typed(form.get(PARTS, ""))]
    kept = {(one.text, one.is_whole_word) for one in before}
    removed = [KeywordChange(one.id, is_removed=True) for one in before if (one.text, one.is_whole_word) not in typed]
    added = [KeywordChange(None, text, is_whole) for text, is_whole in typed if (text, is_whole) not in kept]
    return (*removed, *added)


def _typed(text: str) -> list[str]:
    """The lines, each once. One more than there may be is enough to refuse them."""
    lines = (one.strip() for one in text.split("\n"))
    return list(dict.fromkeys(one for one in lines if one))[: MOST_KEYWORDS + 1]


def _lines(words: Iterable[str]) -> str:
    return "\n".join(" ".join(one.split("\n")) for one in words)


def _end(chosen: str) -> int | UnsetType | None:
    if chosen == KEEP:
        return UNSET
    if chosen == NEVER:
        return None
    return int(chosen) if chosen in ENDS else UNKNOWN_END
