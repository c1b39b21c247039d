"""Commands: add, change and delete contact cards. Nobody is told of any of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.graph import circles, contact_cards, queries
from gazouillis.graph.contact_cards import MOST_CARDS, CardAudience, CardKind, ContactCard
from gazouillis.graph.tables import contact_card_readers
from gazouillis.graph.tables import contact_cards as cards_table
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, CircleId
from gazouillis.infra.basics.messages import Message, _, counted
from gazouillis.infra.database.transactions import Reader, Tx, lock
from gazouillis.text.blank import unless_blank
from gazouillis.text.cleaning import clean_line

LONGEST_VALUE = 200
LONGEST_NOTE = 100
MOST_READERS = 50

_LOCAL, _DOMAIN = r"[^\s@/\"<>:?#]{1,64}", r"[\w-]+(?:\.[\w-]+)+"
_PATTERNS: Mapping[CardKind, re.Pattern[str]] = {
    CardKind.PHONE: re.compile(r"\+?(?:[ ().-]*[0-9]){5,15}\)?"),
    CardKind.MATRIX: re.compile(rf"@[a-zA-Z0-9._=/+-]{{1,200}}:{_DOMAIN}(?::[0-9]{{1,5}})?"),
    CardKind.XMPP: re.compile(rf"{_LOCAL}@{_DOMAIN}"),
    CardKind.VIDEO: re.compile(rf"https://{_DOMAIN}(?::[0-9]{{1,5}})?(?:/[^\s\"<>]*)?"),
    CardKind.MAIL: re.compile(rf"{_LOCAL}@{_DOMAIN}"),
}
_EXAMPLES: Mapping[CardKind, Message] = {
    CardKind.PHONE: _("Write a phone number, as +33 6 12 34 56 78"),
    CardKind.MATRIX: _("Write a Matrix address, as @ada:example.org"),
    CardKind.XMPP: _("Write an XMPP address, as ada@example.org"),
    CardKind.VIDEO: _("Write the address of a room, as https://meet.example.org/ada"),
    CardKind.MAIL: _("Write an e-mail address, as ada@example.org"),
}


class CardDraft(msgspec.Struct, frozen=True):
    """What somebody asks to put on a card; the commands check it."""

    kind: str
    value: str
    note: str = ""
    audience: str = ""
    circle_id: CircleId | None = None
    reader_ids: tuple[AccountId, ...] = ()


async def add(tx: Tx, account_id: AccountId, draft: CardDraft) -> ContactCard:
    """Raises Invalid, with the field. The same card is not added twice: the form was sent again."""
    await lock(tx, f"contact cards:{account_id}")
    card = await _checked(tx, account_id, tx.new_id(), draft)
    mine = await contact_cards.of_account(tx, account_id)
    if same := next((one for one in mine if msgspec.structs.replace(one, id=card.id) == card), None):
        return same
    if len(mine) >= MOST_CARDS:
        raise Invalid(counted("You can have {count} card", "You can have {count} cards", MOST_CARDS), field="kind", code="ERR_TOO_MANY")
    await tx.run(sa.insert(cards_table), _row(card))
    await _store_readers(tx, card)
    return card


async def change(tx: Tx, account_id: AccountId, card_id: int, draft: CardDraft) -> ContactCard:
    """Raises NotFound unless it is the account's, Invalid with the field."""
    await lock(tx, f"contact cards:{account_id}")
    await contact_cards.own(tx, account_id, card_id)
    card = await _checked(tx, account_id, card_id, draft)
    await tx.run(sa.update(cards_table).where(cards_table.c.id == card_id).values(_row(card)))
    await tx.run(sa.delete(contact_card_readers).where(contact_card_readers.c.card_id == card_id))
    await _store_readers(tx, card)
    return card


async def delete(tx: Tx, account_id: AccountId, card_id: int) -> None:
    await contact_cards.own(tx, account_id, card_id)
    await _delete(tx, [card_id])


async def erase(tx: Tx, account_id: AccountId) -> bool:
    """Deletes the cards of this account, and takes it out of those of others. Returns whether there were any."""
    mine = await tx.values(sa.select(cards_table.c.id).where(cards_table.c.account_id == account_id))
    if mine:
        await _delete(tx, mine)
    named = await tx.run(sa.delete(contact_card_readers).where(contact_card_readers.c.account_id == account_id))
    return bool(mine or named)


async def _delete(tx: Tx, ids: Sequence[int]) -> None:
    await tx.run(sa.delete(contact_card_readers).where(contact_card_readers.c.card_id.in_(ids)))
    await tx.run(sa.delete(cards_table).where(cards_table.c.id.in_(ids)))


async def _store_readers(tx: Tx, card: ContactCard) -> None:
    for one in card.reader_ids:
        await tx.run(sa.insert(contact_card_readers), {"card_id": card.id, "account_id": one})


async def _checked(reader: Reader, account_id: AccountId, card_id: int, draft: CardDraft) -> ContactCard:
    kind = _member(CardKind, draft.kind, "kind", _("Choose what kind of card it is"))
    audience = _member(CardAudience, draft.audience, "audience", _("Choose who sees this card"))
    value, note = clean_line(unless_blank(draft.value)), clean_line(unless_blank(draft.note))
    if len(value) > LONGEST_VALUE or not _PATTERNS[kind].fullmatch(value):
        raise Invalid(_EXAMPLES[kind], field="value", code="ERR_INVALID")
    if len(note) > LONGEST_NOTE:
        sentence = counted("At most {count} character", "At most {count} characters", LONGEST_NOTE)
        raise Invalid(sentence, field="note", code="ERR_TOO_LONG")
    circle_id = await circles.chosen(reader, account_id, draft.circle_id) if audience is CardAudience.CIRCLE else None
    readers = await _readers(reader, account_id, draft.reader_ids) if audience is CardAudience.NAMED else ()
    return ContactCard(card_id, account_id, kind, value, note, audience, circle_id, readers)


Chosen = TypeVar("Chosen", bound=StrEnum)


def _member(kinds: type[Chosen], chosen: str, field: str, otherwise: Message) -> Chosen:
    if chosen not in {one.value for one in kinds}:
        raise Invalid(otherwise, field=field, code="ERR_INCLUSION")
    return kinds(chosen)


async def _readers(reader: Reader, account_id: AccountId, ids: tuple[AccountId, ...]) -> tuple[AccountId, ...]:
    chosen = sorted(set(ids) - {account_id})
    if not chosen:
        raise Invalid(_("Name who sees this card"), field="reader_ids", code="ERR_BLANK")
    if len(chosen) > MOST_READERS:
        sentence = counted("Name at most {count} person", "Name at most {count} people", MOST_READERS)
        raise Invalid(sentence, field="reader_ids", code="ERR_TOO_MANY")
    known, hidden = await accounts.by_ids(reader, chosen), await queries.blocks_and_mutes(reader, account_id)
    if any(one not in known or not known[one].is_visible or one in hidden.blocked for one in chosen):
        raise Invalid(_("There is no such account"), field="reader_ids", code="ERR_INVALID")
    return tuple(chosen)


def _row(card: ContactCard) -> dict[str, object]:
    values = msgspec.structs.asdict(card)
    del values["reader_ids"]
    return values | {"kind": card.kind.value, "audience": card.audience.value}
