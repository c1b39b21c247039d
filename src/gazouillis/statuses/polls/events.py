"""Events that happened to polls: the facts this room emits for `reactions.py`. The end is `statuses.events.PollEnded`."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId, StatusId


class _OnPoll(Event, frozen=True):
    status_id: StatusId

    @property
    def key(self) -> str:
        return f"status:{self.status_id}"


class PollVoted(_OnPoll, frozen=True):
    """Somebody voted, or their votes went with their account: it only invalidates caches. Nobody is told who voted."""

    account_id: AccountId


class BallotsReset(_OnPoll, frozen=True):
    """All votes in the poll of a status were taken back, since an edit changed what it asks: it only invalidates caches."""


class PollEndTold(_OnPoll, frozen=True):
    """A poll has ended, of which those in `told` hear: voters, and `account_id`, its author. Each is told once."""

    account_id: AccountId
    told: tuple[AccountId, ...]
