from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Raw

from gazouillis.accounts.models import User
from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.api.entities.moments import moment
from gazouillis.encounters.shelf import models, words
from gazouillis.encounters.shelf.models import Kind, ReasonKind
from gazouillis.infra.basics.messages import Message


class Because(msgspec.Struct, frozen=True):
    """`place_id` of a town, `query` of a track; else null."""

    kind: Literal["town", "track", "language", "willing"]
    place_id: str | None = None
    query: str | None = None


class ShelfItem(msgspec.Struct, frozen=True):
    """Of our own. Described in `openapi.json`."""

    id: str
    kind: Literal["question", "first_post"]
    reason: str
    because: list[Because]
    leaves_at: str
    status: Raw


class OwnShelfItem(msgspec.Struct, frozen=True):
    id: str
    kind: Literal["question", "first_post"]
    withdrawn: bool
    leaves_at: str
    status: Raw


class ShelfWishes(msgspec.Struct, frozen=True):
    shows_questions: bool
    shelves_first_posts: bool


def shelf_item(one: models.Item, cache: JsonCache, user: User, language: str, translate: Callable[[Message], str]) -> ShelfItem:
    """`language`: in which places are named."""
    return ShelfItem(
        id=str(one.view.id),
        kind=_kind(one.kind),
        reason=translate(words.sentence(one.kind, one.reasons[0], language)),
        because=[_because(each) for each in one.reasons],
        leaves_at=moment(one.leaves_at),
        status=cache.status(one.view, user.account_id),
    )


def own_shelf_item(one: models.OwnPlace, cache: JsonCache, user: User) -> OwnShelfItem:
    status = cache.status(one.view, user.account_id)
    return OwnShelfItem(str(one.view.id), _kind(one.kind), one.is_withdrawn, moment(one.leaves_at), status)


def shelf_wishes(user: User) -> ShelfWishes:
    return ShelfWishes(user.preferences.shows_questions, user.preferences.shelves_first_posts)


def _kind(kind: Kind) -> Literal["question", "first_post"]:
    return "question" if kind is Kind.QUESTION else "first_post"


def _because(one: models.Reason) -> Because:
    return Because(
        one.kind.value,
        str(one.place_id) if one.kind is ReasonKind.TOWN else None,
        one.query if one.kind is ReasonKind.TRACK else None,
    )
