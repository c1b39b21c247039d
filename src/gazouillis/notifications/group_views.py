"""Grouped notifications with all that is needed to show them on a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from gazouillis.accounts import invitations
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.filters.matching import in_context
from gazouillis.filters.models import Context
from gazouillis.graph import queries as graph
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.notifications import groups, queries
from gazouillis.notifications.groups import Members
from gazouillis.notifications.models import Kind, Notification, NotificationView
from gazouillis.statuses.models import StatusView

MOST_NAMED = 3
"""So many people are all named in a sentence; of more, two are."""


FOLLOWERS = frozenset({Kind.FOLLOW, Kind.FOLLOW_REQUEST})


class GroupView(msgspec.Struct, frozen=True):
    """`newest` is the newest notification of the group; an ungrouped notification is a group of one."""

    newest: NotificationView
    accounts: tuple[Account, ...]
    """Who caused it, the newest first; at most `groups.MOST_SAMPLES`."""
    count: int
    """How many they are in all."""
    relations: Mapping[AccountId, Relation] = {}
    """How the viewer stands to `accounts`."""
    last_statuses: Mapping[AccountId, tuple[StatusView, ...]] = {}
    """Of new followers: what they said last, so that you know who follows you without a click (N21); nothing that a filter matches."""
    guests: frozenset[AccountId] = frozenset()
    """Of new followers: who came by an invitation of the viewer."""
    is_unread: bool = False

    @property
    def named(self) -> tuple[Account, ...]:
        return self.accounts[:MOST_NAMED] if self.count <= MOST_NAMED else self.accounts[: MOST_NAMED - 1]

    @property
    def others(self) -> int:
        return self.count - len(self.named)


async def group_views(reader: Reader, newest: Collection[int], viewer_id: AccountId, *, read_up_to: int) -> list[GroupView]:
    """`newest`: ids as `groups.page` returns them. Groups with a notification newer than `read_up_to` are unread."""
    found = [one for one in await queries.by_ids(reader, newest) if one.account_id == viewer_id]
    alike = [one.id for one in found if one.group_hour is not None]
    members = await groups.members(reader, viewer_id, alike) if alike else {}
    people = {one.id: _account_ids(one, members) for one in found}
    everybody = {each for ids in people.values() for each in ids}
    followers = {each for one in found if one.kind in FOLLOWERS for each in people[one.id]}
    views, latest = await queries.views_and_last_statuses(reader, found, viewer_id, followers)
    last = {one: tuple(view for view in seen if not in_context(view.filtered, Context.NOTIFICATIONS)) for one, seen in latest.items()}
    known = await accounts.by_ids(reader, everybody)
    relations = await graph.relations(reader, viewer_id, everybody)
    inviters = await invitations.inviter_ids(reader, followers)
    guests = frozenset(guest for guest, inviter in inviters.items() if inviter == viewer_id)

    def group_view(view: NotificationView) -> GroupView:
        one = view.notification
        shown = tuple(known[each] for each in people[one.id] if each in known) or (view.account,)
        count = max(members[one.id].count, len(shown)) if one.id in members else 1
        return GroupView(view, shown, count, relations, last, guests, is_unread=one.id > read_up_to)

    return [group_view(view) for view in views]


def _account_ids(one: Notification, members: Mapping[int, Members]) -> Collection[AccountId]:
    group = members.get(one.id)
    return group.account_ids if group and group.account_ids else (one.from_account_id,)
