"""Events of places: what people announce about where they are and live."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId


class OnStay(Event, frozen=True):
    """Something about a stay. It tells neither place nor days: whoever may see the stay reads them."""

    account_id: AccountId
    stay_id: int

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class StayAnnounced(OnStay, frozen=True):
    pass


class StayChanged(OnStay, frozen=True):
    """It has another place, other days or another audience."""

    has_moved: bool = False
    """Whether it is in another place."""


class StayCancelled(OnStay, frozen=True):
    pass


class ResidenceChanged(Event, frozen=True):
    """The account lives elsewhere, or says no more where. It does not tell where."""

    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"
