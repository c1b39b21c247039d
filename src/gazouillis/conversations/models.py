"""Data of conversations: private messages between the same few people.

A message is a status of visibility `direct`. Its author and its recipients are the people of the conversation it is in. Each participant
has a row for each message: that row is what `delete for me` deletes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.statuses.models import StatusView, Visibility


class State(IntEnum):
    """How a participant stands to a conversation."""

    OPEN = 0
    REQUEST = 1
    """Somebody whom they do not know wrote to them, and waits for an answer."""
    DECLINED = 2
    """Nothing that arrives in it reaches them any more."""


class MessagePolicy(IntEnum):
    """Who may write to somebody who has not written to them. The numbers are stored."""

    REQUESTS = 0
    """Everybody; messages of people whom one does not follow are requests."""
    FOLLOWED = 1
    """People whom one follows."""
    NOBODY = 2
    EVERYBODY = 3
    """Everybody, without requests."""

    @property
    def word(self) -> str:
        return self.name.lower()


class Standing(msgspec.Struct, frozen=True):
    """How a recipient stands to the author of a message. The defaults are those of strangers."""

    follows: bool = False
    """The recipient follows the author."""
    knows: bool = False
    """They have written in this conversation, or in that of the two of them."""
    has_declined: bool = False
    """They have declined a request of the author."""
    policy: MessagePolicy = MessagePolicy.REQUESTS

    @property
    def is_stranger(self) -> bool:
        """Whether the author is a stranger to them. The author could tell: it depends on nothing that is hidden from them."""
        return not (self.follows or self.knows)


class Participant(msgspec.Struct, frozen=True):
    """One account in one conversation, with what is theirs alone."""

    account_id: AccountId
    conversation_id: int
    state: State
    requested_by_id: AccountId | None
    is_unread: bool
    last_status_id: StatusId | None
    has_written: bool = False
    unanswered: int = 0


class ConversationView(msgspec.Struct, frozen=True):
    """A conversation as one participant sees it in their list."""

    id: int
    others: tuple[Account, ...]
    """The other people; empty when the others have deleted their accounts, and for notes to oneself."""
    last: StatusView | None
    """The newest message that the participant may read."""
    is_unread: bool
    state: State
    requested_by_id: AccountId | None = None
    is_note: bool = False
    """Whether these are notes to oneself."""

    @property
    def readers(self) -> tuple[Account, ...]:
        """The others who can still read what is written in it."""
        return tuple(one for one in self.others if one.is_visible)


class OperatorAccess(msgspec.Struct, frozen=True):
    """The operator of the server read a conversation by the break-glass command."""

    id: int
    conversation_id: int
    operator: str
    """Who ran the command, as the machine knows them."""
    reason: str
    created_at: datetime


class ExtractState(IntEnum):
    """The number is stored. From the last three nothing leads on."""

    ASKED = 0
    """Somebody whose words are in it has not answered yet."""
    PUBLISHED = 1
    """All whose words are in it agree. It is a status of whoever asked."""
    REFUSED = 2
    CANCELLED = 3
    """It ended before all had agreed: whoever asked took it back, or one of its messages was edited or deleted."""
    WITHDRAWN = 4
    """It was published, and is not any more."""

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def is_standing(self) -> bool:
        return self in {ExtractState.ASKED, ExtractState.PUBLISHED}


class Extract(msgspec.Struct, frozen=True):
    """Messages of a conversation that one of its people wants to publish, or has published, as quotes."""

    id: int
    conversation_id: int
    asker_id: AccountId
    state: ExtractState
    visibility: Visibility
    content: str
    spoiler_text: str
    language: str
    status_id: StatusId | None
    ended_by_id: AccountId | None
    created_at: datetime
    agreed_ids: tuple[AccountId, ...] = ()
    awaited_ids: tuple[AccountId, ...] = ()
    """Whose words are in it, and who have not answered."""
    message_ids: tuple[StatusId, ...] = ()

    @property
    def people_ids(self) -> tuple[AccountId, ...]:
        """Whom it concerns: nobody else sees it before it is published."""
        return (*self.agreed_ids, *self.awaited_ids)


class ExtractView(msgspec.Struct, frozen=True):
    """An extract as one of its people sees it in the conversation."""

    extract: Extract
    asker: Account
    awaited: tuple[Account, ...]


class MessageView(msgspec.Struct, frozen=True):
    """A message of an open conversation."""

    status: StatusView
    answered: StatusView | None = None
    """What it answers, unless that is the message right before it."""


def asked_for(ids: Iterable[StatusId]) -> str:
    """The same text for the same messages."""
    return ",".join(map(str, sorted(set(ids))))


def people_key(ids: Iterable[AccountId]) -> str:
    """The same text for the same people: `12,34,56`."""
    return ",".join(map(str, sorted(set(ids))))
