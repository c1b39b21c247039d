"""Rules of conversations: whom a message reaches, whether as a request, and how much strangers may write. Pure functions."""

from __future__ import annotations

from gazouillis.conversations.models import MessagePolicy, Participant, Standing, State
from gazouillis.infra.basics.ids import AccountId

MOST_UNANSWERED = 3
"""So many messages are taken of a stranger in one conversation, until somebody answers."""
MOST_REQUESTS = 5
"""To so many people who do not follow them an account may begin to write a day, without an answer."""


def takes(participant: Participant | None, standing: Standing) -> bool:
    """Whether they take messages of this author, by their own choice. `participant`: of the conversation, if it exists."""
    if participant is not None and participant.has_written:
        return True
    match standing.policy:
        case MessagePolicy.REQUESTS | MessagePolicy.EVERYBODY:
            return True
        case MessagePolicy.FOLLOWED:
            return not standing.is_stranger
        case MessagePolicy.NOBODY:
            return False


def state_after_message(participant: Participant | None, standing: Standing, author_id: AccountId) -> State:
    """Of a recipient. `participant`: of the conversation, if it exists.

    Who has declined an author can follow them: then they read each other again. A declined group stays declined for what others write.
    """
    if participant is not None and participant.state is State.OPEN:
        return State.OPEN
    if participant is not None and participant.state is State.DECLINED:
        return State.OPEN if standing.follows and participant.requested_by_id == author_id else State.DECLINED
    if standing.follows:
        return State.OPEN
    if standing.has_declined:
        return State.DECLINED
    return State.REQUEST if standing.is_stranger and standing.policy is not MessagePolicy.EVERYBODY else State.OPEN


def has_had_enough(participant: Participant | None, standing: Standing) -> bool:
    """Whether a recipient gets no more messages of this stranger until they answer."""
    return standing.is_stranger and participant is not None and participant.unanswered >= MOST_UNANSWERED
