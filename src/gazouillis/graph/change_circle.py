"""Commands: make, rename and delete circles, add and remove members. Nobody is told of any of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.boundaries import Act
from gazouillis.accounts.models import Account
from gazouillis.graph import circles, queries
from gazouillis.graph.boundaries import may
from gazouillis.graph.circles import Circle
from gazouillis.graph.events import CircleChanged
from gazouillis.graph.tables import circle_members
from gazouillis.graph.tables import circles as circles_table
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId, CircleId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Tx, insert_or_ignore, lock
from gazouillis.text.blank import unless_blank

MOST_CIRCLES = 50
MOST_MEMBERS = 500
LONGEST_NAME = 60


async def make(tx: Tx, account_id: AccountId, name: str, *, after_id: int | None = None) -> Circle:
    """An empty circle. Raises Invalid for a bad name or for too many circles.

    `after_id`: what was the newest circle when the form was shown. One with this name that was made since is returned: the form was sent
    again.
    """
    await lock(tx, f"circles:{account_id}")
    name = _checked_name(name)
    mine = await circles.of_account(tx, account_id)
    if after_id is not None and (same := next((one for one in mine if one.id > after_id and one.name == name), None)):
        return same
    if len(mine) >= MOST_CIRCLES:
        raise Invalid(
            counted("You can have {count} circle", "You can have {count} circles", MOST_CIRCLES), field="title", code="ERR_TOO_MANY"
        )
    made = Circle(CircleId(tx.new_id()), account_id, name)
    await tx.run(sa.insert(circles_table).values(id=made.id, account_id=account_id, name=name))
    await tx.emit(CircleChanged(account_id, made.id))
    return made


async def rename(tx: Tx, account_id: AccountId, circle_id: CircleId, name: str) -> Circle:
    await circles.own(tx, account_id, circle_id)
    name = _checked_name(name)
    await tx.run(sa.update(circles_table).where(circles_table.c.id == circle_id).values(name=name))
    await tx.emit(CircleChanged(account_id, circle_id))
    return Circle(circle_id, account_id, name)


async def delete(tx: Tx, account_id: AccountId, circle_id: CircleId) -> None:
    """What was written to it stays, for its author and those whom it names."""
    await circles.own(tx, account_id, circle_id)
    await _delete(tx, account_id, circle_id)


async def add(tx: Tx, account_id: AccountId, circle_id: CircleId, ids: Collection[AccountId]) -> None:
    """Adds accounts; those that are members stay. Raises NotFound for an account that is not visible or in a block with the owner."""
    await lock(tx, f"circles:{account_id}")
    await circles.own(tx, account_id, circle_id)
    known, hidden = await accounts.by_ids(tx, list(ids)), await queries.blocks_and_mutes(tx, account_id)
    for one in ids:
        if one not in known or not known[one].is_visible or one in hidden.blocked:
            raise NotFound(_("There is no such account"))
    if account_id in ids:
        raise Invalid(_("You always read your own posts"), field="account_ids")
    joining = sorted(set(ids) - await circles.members_among(tx, circle_id, ids))
    await _check_consent(tx, account_id, {one: known[one] for one in joining})
    if (await circles.counts(tx, [circle_id])).get(circle_id, 0) + len(joining) > MOST_MEMBERS:
        sentence = counted("A circle has at most {count} person", "A circle has at most {count} people", MOST_MEMBERS)
        raise Invalid(sentence, field="account_ids", code="ERR_TOO_MANY")
    if joining:
        rows = [{"circle_id": circle_id, "account_id": one, "id": tx.new_id()} for one in joining]
        await tx.run(insert_or_ignore(circle_members), rows)
        await tx.emit(CircleChanged(account_id, circle_id, tuple(joining)))


async def _check_consent(tx: Tx, owner_id: AccountId, joining: Mapping[AccountId, Account]) -> None:
    for one, relation in (await queries.relations(tx, owner_id, list(joining))).items():
        if not may(Act.LIST, joining[one], relation):
            sentence = _("@{acct} does not want to be put into circles", acct=joining[one].acct)
            raise Invalid(sentence, field="account_ids", code="ERR_NOT_ALLOWED")


async def remove(tx: Tx, account_id: AccountId, circle_id: CircleId, ids: Collection[AccountId]) -> None:
    """Removes those of these accounts that are members. They stop reading what was written to the circle."""
    await circles.own(tx, account_id, circle_id)
    leaving = sorted(await circles.members_among(tx, circle_id, ids))
    if leaving:
        await tx.run(sa.delete(circle_members).where(circle_members.c.circle_id == circle_id, circle_members.c.account_id.in_(leaving)))
        await tx.emit(CircleChanged(account_id, circle_id, tuple(leaving)))


async def leave_circles_of(tx: Tx, owner_id: AccountId, member_id: AccountId) -> None:
    """Removes a member from all circles of one owner, as a block does."""
    own_circles = sa.select(circles_table.c.id).where(circles_table.c.account_id == owner_id)
    is_theirs = (circle_members.c.account_id == member_id, circle_members.c.circle_id.in_(own_circles))
    await _remove_from(tx, await tx.values(sa.select(circle_members.c.circle_id).where(*is_theirs)), owner_id, member_id)


async def erase(tx: Tx, account_id: AccountId, limit: int) -> bool:
    """Deletes some circles of this account and some of its memberships. Returns whether there may be more."""
    owned = await tx.values(sa.select(circles_table.c.id).where(circles_table.c.account_id == account_id).limit(limit))
    for one in owned:
        await _delete(tx, account_id, CircleId(one))
    joined = circle_members.join(circles_table, circles_table.c.id == circle_members.c.circle_id)
    memberships = sa.select(circle_members.c.circle_id, circles_table.c.account_id).select_from(joined)
    found = await tx.all(memberships.where(circle_members.c.account_id == account_id).limit(limit))
    for row in found:
        await _remove_from(tx, [row.circle_id], AccountId(row.account_id), account_id)
    return bool(owned or found)


async def _remove_from(tx: Tx, circle_ids: Sequence[int], owner_id: AccountId, member_id: AccountId) -> None:
    for one in circle_ids:
        await tx.run(sa.delete(circle_members).where(circle_members.c.circle_id == one, circle_members.c.account_id == member_id))
        await tx.emit(CircleChanged(owner_id, CircleId(one), (member_id,)))


async def _delete(tx: Tx, account_id: AccountId, circle_id: CircleId) -> None:
    members = await tx.values(sa.select(circle_members.c.account_id).where(circle_members.c.circle_id == circle_id))
    await tx.run(sa.delete(circle_members).where(circle_members.c.circle_id == circle_id))
    await tx.run(sa.delete(circles_table).where(circles_table.c.id == circle_id))
    await tx.emit(CircleChanged(account_id, circle_id, tuple(members)))


def _checked_name(name: str) -> str:
    name = unless_blank(name).strip()
    if not name:
        raise Invalid(_("Give the circle a name"), field="title", code="ERR_BLANK")
    if len(name) > LONGEST_NAME:
        sentence = counted("At most {count} character", "At most {count} characters", LONGEST_NAME)
        raise Invalid(sentence, field="title", code="ERR_TOO_LONG")
    return name
