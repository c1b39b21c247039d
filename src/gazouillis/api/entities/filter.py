"""https://docs.joinmastodon.org/entities/Filter/ with what belongs to it: FilterKeyword, FilterStatus, FilterResult and V1::Filter."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.api.entities.moments import moment_or_none
from gazouillis.filters import models
from gazouillis.filters.models import Action


class FilterKeyword(msgspec.Struct, frozen=True):
    id: str
    keyword: str
    whole_word: bool


class FilterStatus(msgspec.Struct, frozen=True):
    id: str
    status_id: str


class Filter(msgspec.Struct, frozen=True):
    id: str
    title: str
    context: list[str]
    expires_at: str | None
    filter_action: str
    keywords: list[FilterKeyword] | UnsetType = UNSET
    """Left out in a FilterResult, as the next."""
    statuses: list[FilterStatus] | UnsetType = UNSET


class FilterResult(msgspec.Struct, frozen=True):
    filter: Filter
    keyword_matches: tuple[str, ...] | None
    status_matches: list[str] | None


class V1Filter(msgspec.Struct, frozen=True):
    """https://docs.joinmastodon.org/entities/V1_Filter/ – one keyword, whose id it has."""

    id: str
    phrase: str
    context: list[str]
    whole_word: bool
    expires_at: str | None
    irreversible: bool


def whole(one: models.Filter) -> Filter:
    keywords, statuses = [keyword(each) for each in one.keywords], [status(each) for each in one.statuses]
    return msgspec.structs.replace(_filter(one), keywords=keywords, statuses=statuses)


def keyword(one: models.Keyword) -> FilterKeyword:
    return FilterKeyword(str(one.id), one.text, one.is_whole_word)


def status(one: models.FilteredStatus) -> FilterStatus:
    return FilterStatus(str(one.id), str(one.status_id))


def result(one: models.Match) -> FilterResult:
    return FilterResult(_filter(one.filter), one.keywords or None, [str(each) for each in one.statuses] or None)


def v1(of: models.Filter, one: models.Keyword) -> V1Filter:
    known = _filter(of)
    return V1Filter(str(one.id), one.text, known.context, one.is_whole_word, known.expires_at, of.action is Action.HIDE)


def _filter(one: models.Filter) -> Filter:
    contexts = [each.value for each in one.contexts]
    return Filter(str(one.id), one.title, contexts, moment_or_none(one.expires_at), one.action.value)
