"""Commands: make, change and delete lists of people, add and remove members. Nobody is told of any of it."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.graph import lists, queries
from gazouillis.graph.events import ExclusiveListsChanged
from gazouillis.graph.follow import lock_pair
from gazouillis.graph.lists import ListOfPeople, RepliesPolicy
from gazouillis.graph.tables import list_members
from gazouillis.graph.tables import lists as lists_table
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId, ListId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Tx, insert_or_ignore, lock
from gazouillis.text.blank import unless_blank

MOST_LISTS = 50
MOST_MEMBERS = 5000
LONGEST_TITLE = 256


class Wishes(msgspec.Struct, frozen=True):
    """What a list should be like. None: as it is, or as a new one is."""

    title: str | None = None
    replies_policy: RepliesPolicy | None = None
    exclusive: bool | None = None


async def make(tx: Tx, account_id: AccountId, wishes: Wishes, *, after_id: int | None = None) -> ListOfPeople:
    """An empty list. Raises Invalid for a bad title or for too many lists.

    `after_id`: what was the newest list when the form was shown. One with this title that was made since is returned: the form was sent
    again.
    """
    await lock(tx, f"lists:{account_id}")
    title = _checked_title(wishes.title or "")
    mine = await lists.of_account(tx, account_id)
    if after_id is not None and (same := next((one for one in mine if one.id > after_id and one.title == title), None)):
        return same
    if len(mine) >= MOST_LISTS:
        sentence = counted("You can have {count} list", "You can have {count} lists", MOST_LISTS)
        raise Invalid(sentence, field="title", code="ERR_TOO_MANY")
    made = _wished(ListOfPeople(ListId(tx.new_id()), account_id, title), wishes)
    await tx.run(sa.insert(lists_table).values(id=made.id, account_id=account_id, **_values(made)))
    return made


async def change(tx: Tx, account_id: AccountId, list_id: int, wishes: Wishes) -> ListOfPeople:
    await lock(tx, f"lists:{account_id}")
    before = await lists.own(tx, account_id, list_id)
    after = _wished(before, wishes)
    await tx.run(sa.update(lists_table).where(lists_table.c.id == before.id).values(**_values(after)))
    if before.is_exclusive != after.is_exclusive:
        await tx.emit(ExclusiveListsChanged(account_id))
    return after


async def delete(tx: Tx, account_id: AccountId, list_id: int) -> None:
    await lock(tx, f"lists:{account_id}")
    await _delete(tx, await lists.own(tx, account_id, list_id))


async def add(tx: Tx, account_id: AccountId, list_id: int, ids: Collection[AccountId]) -> None:
    """Adds people whom the owner follows, or the owner, as on Mastodon; those that are members stay.

    Raises NotFound for an account that is not visible.
    """
    await lock(tx, f"lists:{account_id}")
    one = await lists.own(tx, account_id, list_id)
    for each in sorted(set(ids) - {account_id}):
        await lock_pair(tx, account_id, each)
    known, followed = await accounts.by_ids(tx, list(ids)), await queries.followed_among(tx, account_id, ids)
    for each in ids:
        if each not in known or not known[each].is_visible:
            raise NotFound(_("There is no such account"))
        if each not in followed and each != account_id:
            sentence = _("You do not follow @{acct}: a list holds people whom you follow", acct=known[each].acct)
            raise Invalid(sentence, field="account_ids", code="ERR_INCLUSION")
    joining = sorted(set(ids) - await lists.members_among(tx, one.id, ids))
    if (await lists.counts(tx, [one.id])).get(one.id, 0) + len(joining) > MOST_MEMBERS:
        sentence = counted("A list has at most {count} person", "A list has at most {count} people", MOST_MEMBERS)
        raise Invalid(sentence, field="account_ids", code="ERR_TOO_MANY")
    if joining:
        await tx.run(insert_or_ignore(list_members), [{"list_id": one.id, "account_id": each, "id": tx.new_id()} for each in joining])
        await _tell_if_exclusive(tx, one)


async def remove(tx: Tx, account_id: AccountId, list_id: int, ids: Collection[AccountId]) -> None:
    """Removes those of these accounts that are members, whatever has become of them since."""
    one = await lists.own(tx, account_id, list_id)
    if await tx.run(sa.delete(list_members).where(list_members.c.list_id == one.id, list_members.c.account_id.in_(sorted(ids)))):
        await _tell_if_exclusive(tx, one)


async def choose(tx: Tx, account_id: AccountId, member_id: AccountId, chosen: Collection[int]) -> None:
    """Puts somebody into these lists of the account, and takes them out of its others. Ids of lists that it has not are passed over."""
    holding = {one.id for one in await lists.holding(tx, account_id, member_id)}
    for one in await lists.of_account(tx, account_id):
        if one.id in chosen and one.id not in holding:
            await add(tx, account_id, one.id, [member_id])
        elif one.id in holding and one.id not in chosen:
            await remove(tx, account_id, one.id, [member_id])


async def erase(tx: Tx, account_id: AccountId) -> bool:
    """Deletes one list of this account. Returns whether there was one. It leaves the lists of others when their follows end."""
    mine = await lists.of_account(tx, account_id)
    for one in mine[:1]:
        await _delete(tx, one)
    return bool(mine)


async def _delete(tx: Tx, one: ListOfPeople) -> None:
    await tx.run(sa.delete(list_members).where(list_members.c.list_id == one.id))
    await tx.run(sa.delete(lists_table).where(lists_table.c.id == one.id))
    await _tell_if_exclusive(tx, one)


async def _tell_if_exclusive(tx: Tx, one: ListOfPeople) -> None:
    if one.is_exclusive:
        await tx.emit(ExclusiveListsChanged(one.account_id))


def _wished(one: ListOfPeople, wishes: Wishes) -> ListOfPeople:
    return msgspec.structs.replace(
        one,
        title=one.title if wishes.title is None else _checked_title(wishes.title),
        replies_policy=wishes.replies_policy or one.replies_policy,
        is_exclusive=one.is_exclusive if wishes.exclusive is None else wishes.exclusive,
    )


def _values(one: ListOfPeople) -> dict[str, object]:
    return {"title": one.title, "replies_policy": one.replies_policy.value, "is_exclusive": one.is_exclusive}


def _checked_title(title: str) -> str:
    title = unless_blank(title).strip()
    if not title:
        raise Invalid(_("Give the list a name"), field="title", code="ERR_BLANK")
    if len(title) > LONGEST_TITLE:
        sentence = counted("At most {count} character", "At most {count} characters", LONGEST_TITLE)
        raise Invalid(sentence, field="title", code="ERR_TOO_LONG")
    return title
