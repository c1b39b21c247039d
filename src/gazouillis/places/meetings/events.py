"""Events of meetings. They tell neither place nor time: whoever may see the meeting reads them."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId


class OnMeeting(Event, frozen=True):
    """`account_id` did something about a meeting."""

    account_id: AccountId
    meeting_id: int

    @property
    def key(self) -> str:
        return f"meeting:{self.meeting_id}"


class MeetingPlanned(OnMeeting, frozen=True):
    pass


class MeetingChanged(OnMeeting, frozen=True):
    pass


class MeetingCancelled(OnMeeting, frozen=True):
    """Of a coffee, too."""


class MeetingAnswered(OnMeeting, frozen=True):
    pass


class SeatsFreed(OnMeeting, frozen=True):
    """`account_id` organizes it; those of `moved_ids` waited, and have a seat now."""

    moved_ids: tuple[AccountId, ...]


class OnCoffee(OnMeeting, frozen=True):
    """`account_id` did something that `other_id` has to know."""

    other_id: AccountId


class CoffeeProposed(OnCoffee, frozen=True):
    pass


class CoffeeMoved(OnCoffee, frozen=True):
    """Another time is proposed."""


class CoffeeAccepted(OnCoffee, frozen=True):
    pass


class CoffeeDeclined(OnCoffee, frozen=True):
    pass
