"""Who may do what to an account: the one function that pages, apps, notifications, lists and search ask."""

from __future__ import annotations

from gazouillis.accounts.boundaries import Act, Who
from gazouillis.accounts.models import Account
from gazouillis.graph.models import Relation


def may(act: Act, account: Account, relation: Relation) -> bool:
    """Whether the viewer of this relation may do this to the account. A visitor who is not signed in is a stranger."""
    if relation.is_self:
        return True
    if relation.is_apart:
        return False
    return who_may(act, account).includes(follows=relation.follows, is_followed=relation.is_followed)


def who_may(act: Act, account: Account) -> Who:
    chosen = account.boundaries
    match act:
        case Act.MENTION:
            return chosen.mention
        case Act.LIST:
            return chosen.list
        case Act.FIND:
            return Who.EVERYONE if account.is_discoverable else account.found_by
        case Act.TOWN:
            return chosen.town
        case Act.TRACK:
            return chosen.track
        case Act.INVITE:
            return chosen.invite


def town(account: Account, relation: Relation | None) -> str:
    """Where the account lives; empty when it says nothing, or not to this viewer. `relation` is None for visitors."""
    return account.location if may(Act.TOWN, account, relation or Relation(None, account.id)) else ""
