"""Contact cards: how to go on talking elsewhere, each shown to chosen people only. Nobody but its owner learns who else reads a card.

They are in no account entity, no search and no archive of others.
"""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from gazouillis.graph import queries
from gazouillis.graph.circles import is_read_by
from gazouillis.graph.tables import contact_card_readers, contact_cards, follows
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, CircleId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Row

MOST_CARDS = 20


class CardKind(StrEnum):
    PHONE = "phone"
    MATRIX = "matrix"
    XMPP = "xmpp"
    VIDEO = "video"
    """The address of a room for video calls."""
    MAIL = "mail"


class CardAudience(StrEnum):
    MUTUALS = "mutuals"
    CIRCLE = "circle"
    NAMED = "named"


class ContactCard(msgspec.Struct, frozen=True):
    id: int
    account_id: AccountId
    kind: CardKind
    value: str
    note: str
    audience: CardAudience
    circle_id: CircleId | None
    reader_ids: tuple[AccountId, ...] = ()
    """Who is named, for `NAMED`; only for its owner."""

    @property
    def url(self) -> str:
        """What a link to it opens. Matrix: https://github.com/matrix-org/matrix-spec-proposals/blob/main/proposals/2312-matrix-uri.md"""
        match self.kind:
            case CardKind.PHONE:
                return "tel:" + "".join(one for one in self.value if one in "+0123456789")
            case CardKind.MATRIX:
                return f"matrix:u/{self.value.removeprefix('@')}"
            case CardKind.XMPP:
                return f"xmpp:{self.value}"
            case CardKind.VIDEO:
                return self.value
            case CardKind.MAIL:
                return f"mailto:{self.value}"


_COLUMNS = tuple(contact_cards.c[name] for name in ContactCard.__struct_fields__[:7])
_owner, _viewer = (sa.bindparam(name, type_=sa.BigInteger) for name in ("owner", "viewer"))


def _follows(follower: sa.BindParameter[int], followed: sa.BindParameter[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(follows.c.follower_id == follower, follows.c.followed_id == followed)


_OWN = sa.select(*_COLUMNS).where(contact_cards.c.account_id == _owner).order_by(contact_cards.c.id).limit(MOST_CARDS)
_READERS = (
    sa.select(contact_card_readers.c.card_id, contact_card_readers.c.account_id)
    .join(contact_cards, contact_cards.c.id == contact_card_readers.c.card_id)
    .where(contact_cards.c.account_id == _owner)
    .order_by(contact_card_readers.c.account_id)
)
_is_named = sa.exists().where(contact_card_readers.c.card_id == contact_cards.c.id, contact_card_readers.c.account_id == _viewer)
_READABLE = _OWN.where(
    sa.or_(
        sa.and_(contact_cards.c.audience == CardAudience.MUTUALS.value, _follows(_viewer, _owner), _follows(_owner, _viewer)),
        sa.and_(contact_cards.c.audience == CardAudience.CIRCLE.value, is_read_by(contact_cards.c.circle_id, _viewer)),
        sa.and_(contact_cards.c.audience == CardAudience.NAMED.value, _is_named),
    )
)


async def of_account(reader: Reader, owner_id: AccountId) -> list[ContactCard]:
    """All cards of this account with their readers, for itself."""
    named = defaultdict[int, list[AccountId]](list)
    for row in await reader.all(_READERS, {"owner": owner_id}):
        named[row.card_id].append(AccountId(row.account_id))
    return [_card(row, tuple(named[row.id])) for row in await reader.all(_OWN, {"owner": owner_id})]


async def readable(reader: Reader, owner_id: AccountId, viewer_id: AccountId | None) -> list[ContactCard]:
    """The cards of another account that are meant for this viewer; none across a block."""
    if viewer_id is None or viewer_id == owner_id or owner_id in (await queries.blocks_and_mutes(reader, viewer_id)).blocked:
        return []
    return [_card(row) for row in await reader.all(_READABLE, {"owner": owner_id, "viewer": viewer_id})]


async def own(reader: Reader, owner_id: AccountId, card_id: int) -> ContactCard:
    """Raises NotFound when there is none, and with the same words when it is somebody else's."""
    for one in await of_account(reader, owner_id):
        if one.id == card_id:
            return one
    raise NotFound(_("There is no such card"))


def _card(row: Row, reader_ids: tuple[AccountId, ...] = ()) -> ContactCard:
    kind, audience = CardKind(row.kind), CardAudience(row.audience)
    return ContactCard(row.id, AccountId(row.account_id), kind, row.value, row.note, audience, row.circle_id, reader_ids)
