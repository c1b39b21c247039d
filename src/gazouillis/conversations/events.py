"""Events of conversations. Each concerns what one account sees of one conversation; events of one account are handled in order."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId, StatusId


class OnConversation(Event, frozen=True):
    conversation_id: int
    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class MessageArrived(OnConversation, frozen=True):
    """A message was added to what the account has of the conversation; also for its author."""


class OperatorReadConversation(OnConversation, frozen=True):
    """The operator of the server read it by the break-glass command; the account takes part in it."""


class RequestAccepted(OnConversation, frozen=True):
    """A request became an ordinary conversation, by its messages: the recipient accepted it, answered it, or follows who wrote."""

    status_ids: tuple[StatusId, ...] = ()


class ExtractAsked(OnConversation, frozen=True):
    """`account_id` is asked to agree that messages of this conversation are published."""

    asker_id: AccountId
    message_id: StatusId
    """The first of these messages."""


class ExtractAnswered(OnConversation, frozen=True):
    """Nothing is asked of `account_id` any more: it answered, or the request is gone."""

    asker_id: AccountId
    message_id: StatusId


class ExtractPublished(OnConversation, frozen=True):
    """All whose words are in it agreed. `account_id` is who asked, `agreed_id` who agreed last."""

    agreed_id: AccountId
    status_id: StatusId


class ConversationChanged(OnConversation, frozen=True):
    """It was read or marked unread, a message was edited or deleted, or a request arrived or was declined."""
