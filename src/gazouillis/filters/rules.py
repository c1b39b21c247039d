"""What a filter may be. Pure functions: every door asks these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import UNSET, UnsetType

from gazouillis.filters.models import (
    LONGEST,
    LONGEST_KEYWORD,
    LONGEST_TITLE,
    MOST_KEYWORDS,
    Action,
    Context,
    Filter,
    FilterDraft,
    Keyword,
    KeywordChange,
)
from gazouillis.infra.basics.errors import Faults, Invalid, NotFound
from gazouillis.infra.basics.messages import _, counted
from gazouillis.text.blank import unless_blank

TITLE, CONTEXT, ACTION, END, KEYWORDS = "title", "context", "filter_action", "expires_in", "keywords_attributes"
"""The fields that errors name."""

_CONTEXTS = {one.value: one for one in Context}
_ACTIONS = {one.value: one for one in Action}


def checked(draft: FilterDraft, now: datetime, before: Filter | None = None) -> Filter:
    """The filter of this draft. `before`: the one that is changed. A keyword that is added has the id 0. Raises Invalid."""
    faults, kept = Faults(), before or Filter(0, "", ())
    title, contexts, action, expires_at, keywords = kept.title, kept.contexts, kept.action, kept.expires_at, kept.keywords
    with faults.collected():
        title = _checked_title(draft.title, kept)
    with faults.collected():
        contexts = _checked_contexts(draft.contexts, kept)
    with faults.collected():
        action = _checked_action(draft.action, kept)
    with faults.collected():
        expires_at = _checked_end(draft.expires_in, now, kept)
    with faults.collected():
        keywords = checked_keywords(draft.keywords, kept.keywords)
    faults.raise_any()
    return Filter(kept.id, title, contexts, action, expires_at, keywords, kept.statuses)


def checked_keywords(changes: Sequence[KeywordChange], before: Sequence[Keyword]) -> tuple[Keyword, ...]:
    """The keywords after these changes; those that are added have the id 0. Raises NotFound for one that there is not."""
    known, added = {one.id: one for one in before}, []
    if len(changes) > 2 * MOST_KEYWORDS:
        raise _too_many()
    for one in changes:
        if one.id is not None and one.id not in known:
            raise NotFound
        if one.is_removed:
            known.pop(one.id or 0, None)
        elif one.id is None:
            added.append(Keyword(0, checked_keyword(one.text), one.is_whole_word is not False))
        else:
            known[one.id] = _changed(known[one.id], one)
    if len(known) + len(added) > MOST_KEYWORDS:
        raise _too_many()
    return (*known.values(), *added)


def checked_keyword(text: str | UnsetType, field: str = KEYWORDS) -> str:
    """Without the spaces around it. Raises Invalid for one that is blank or too long."""
    keyword = "" if text is UNSET else unless_blank(text).strip()
    if not keyword:
        raise Invalid(_("Give a word or a phrase"), field=field, code="ERR_BLANK")
    if len(keyword) > LONGEST_KEYWORD:
        raise _too_long(LONGEST_KEYWORD, field)
    return keyword


def _changed(keyword: Keyword, change: KeywordChange) -> Keyword:
    text = keyword.text if change.text is UNSET else checked_keyword(change.text)
    is_whole_word = keyword.is_whole_word if change.is_whole_word is UNSET else change.is_whole_word
    return Keyword(keyword.id, text, is_whole_word)


def _checked_title(title: str | UnsetType, before: Filter) -> str:
    title = before.title if title is UNSET else unless_blank(title).strip()
    if not title:
        raise Invalid(_("Give the filter a name"), field=TITLE, code="ERR_BLANK")
    if len(title) > LONGEST_TITLE:
        raise _too_long(LONGEST_TITLE, TITLE)
    return title


def _checked_contexts(words: Sequence[str] | UnsetType, before: Filter) -> tuple[Context, ...]:
    if words is UNSET:
        words = [one.value for one in before.contexts]
    if not words:
        raise Invalid(_("Choose where the filter applies"), field=CONTEXT, code="ERR_BLANK")
    if any(one not in _CONTEXTS for one in words):
        raise Invalid(_("There is no such place to filter"), field=CONTEXT, code="ERR_INCLUSION")
    return tuple(one for one in Context if one.value in words)


def _checked_action(word: str | UnsetType, before: Filter) -> Action:
    if word is UNSET:
        return before.action
    if word not in _ACTIONS:
        raise Invalid(_("Choose what is done to posts that match"), field=ACTION, code="ERR_INCLUSION")
    return _ACTIONS[word]


def _checked_end(seconds: int | UnsetType | None, now: datetime, before: Filter) -> datetime | None:
    if seconds is UNSET:
        return before.expires_at
    if seconds is None:
        return None
    if not 0 <= seconds <= LONGEST:
        raise Invalid(_("Choose when the filter ends"), field=END, code="ERR_INVALID")
    return now + timedelta(seconds=seconds)


def _too_many() -> Invalid:
    sentence = counted("A filter has at most {count} word", "A filter has at most {count} words", MOST_KEYWORDS)
    return Invalid(sentence, field=KEYWORDS, code="ERR_TOO_MANY")


def _too_long(limit: int, field: str) -> Invalid:
    return Invalid(counted("At most {count} character", "At most {count} characters", limit), field=field, code="ERR_TOO_LONG")
