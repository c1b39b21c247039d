"""A contact card, an entity of our own."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.graph import contact_cards


class ContactCard(msgspec.Struct, frozen=True):
    """Who reads it is only in one's own cards."""

    id: str
    kind: str
    value: str
    note: str
    url: str
    audience: str | UnsetType = UNSET
    circle_id: str | UnsetType | None = UNSET
    account_ids: list[str] | UnsetType = UNSET


def own_card(one: contact_cards.ContactCard) -> ContactCard:
    circle_id = str(one.circle_id) if one.circle_id else None
    readers = [str(each) for each in one.reader_ids]
    return ContactCard(str(one.id), one.kind.value, one.value, one.note, one.url, one.audience.value, circle_id, readers)


def card_of_another(one: contact_cards.ContactCard) -> ContactCard:
    return ContactCard(str(one.id), one.kind.value, one.value, one.note, one.url)
