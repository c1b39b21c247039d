"""Who may see a stay or a residence. Pure functions: every list, count, filter, notification and single answer asks them."""

from __future__ import annotations

from typing import Protocol

from gazouillis.accounts.boundaries import Act
from gazouillis.accounts.models import Account
from gazouillis.graph.boundaries import may
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import AccountId, CircleId
from gazouillis.places.models import Audience


class HasAudience(Protocol):
    @property
    def account_id(self) -> AccountId: ...
    @property
    def audience(self) -> Audience: ...
    @property
    def circle_id(self) -> CircleId | None: ...


def can_see_stay(stay: HasAudience, owner: Account, relation: Relation, *, is_over: bool, reads_circle: bool) -> bool:
    """`relation` is that of the viewer to the owner. `is_over`: its last day is over in the place. What is over, nobody sees."""
    return not is_over and _is_for(stay, owner, relation, reads_circle=reads_circle)


def can_see_residence(residence: HasAudience, owner: Account, relation: Relation, *, reads_circle: bool) -> bool:
    """Those of its audience who may also see the town in the profile (`Act.TOWN`)."""
    return may(Act.TOWN, owner, relation) and _is_for(residence, owner, relation, reads_circle=reads_circle)


def _is_for(one: HasAudience, owner: Account, relation: Relation, *, reads_circle: bool) -> bool:
    if relation.is_self:
        return True
    if relation.is_apart or relation.mutes or not owner.is_visible:
        return False
    return is_in_audience(one, relation, reads_circle=reads_circle)


def is_in_audience(one: HasAudience, relation: Relation, *, reads_circle: bool) -> bool:
    """Whether a viewer who is not the owner belongs to the audience. Blocks and mutes are asked apart."""
    match one.audience:
        case Audience.EVERYONE:
            return True
        case Audience.FOLLOWERS:
            return relation.follows
        case Audience.MUTUALS:
            return relation.follows and relation.is_followed
        case Audience.CIRCLE:
            return reads_circle
        case Audience.NOBODY:
            return False
