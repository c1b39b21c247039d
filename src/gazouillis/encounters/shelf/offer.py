"""Commands: put a question of one's own on the shelf, take a post back from it, and say whether one wants to be asked."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.accounts.preferences import change_preferences
from gazouillis.encounters.shelf import queries, rules
from gazouillis.encounters.shelf.models import Kind
from gazouillis.encounters.shelf.tables import shelved_statuses
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_replace
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.models import Status

_PLACE = insert_or_replace(shelved_statuses, ["status_id"], ["kind", "is_withdrawn"])
_WITHDRAW = insert_or_replace(shelved_statuses, ["status_id"], ["is_withdrawn"])


async def offer(tx: Tx, author: Account, status_id: StatusId) -> None:
    """Puts the question on the shelf. Doing it again changes nothing.

    Raises NotFound or Forbidden unless it is the author's, Invalid when it is no question that others can answer.
    """
    status = await statuses.own(tx, status_id, author.id)
    reason = refusal(tx, status)
    if reason is None:
        await tx.run(_PLACE, _row(status, Kind.QUESTION, is_withdrawn=False))
    elif not await _put_back(tx, status):
        raise Invalid(reason, field="status_id", code="ERR_INVALID")


async def withdraw(tx: Tx, author: Account, status_id: StatusId) -> None:
    """Takes it back, and keeps a first post from entering by itself. Raises as `offer`; a post that is not there is no problem."""
    status = await statuses.own(tx, status_id, author.id)
    if status.id > queries.oldest(tx):
        await tx.run(_WITHDRAW, _row(status, Kind.QUESTION, is_withdrawn=True))


def refusal(reader: Reader, status: Status) -> Message | None:
    """Why this post of one's own is no question for the shelf; None when it is."""
    if not rules.is_public_post(status):
        return _("Only a public post that answers nobody can be put there")
    if not rules.belongs(status, Kind.QUESTION):
        return _("Only a question can be put there: a post that ends with a question mark")
    if reader.has_come(queries.leaves_at(status.id)):
        return _("This question is older than two days: ask it again")
    return None


async def change_wishes(tx: Tx, account: Account, *, shows_questions: bool | None = None, shelves_first_posts: bool | None = None) -> None:
    """Whether the account is shown questions, and whether its first posts enter by themselves; None: as it is.

    Who wants the latter no more has the first posts that are there withdrawn.
    """
    user = await accounts.user(tx, account.id)
    if user is None:
        raise NotFound
    chosen = {"shows_questions": shows_questions, "shelves_first_posts": shelves_first_posts}
    changes = {name: value for name, value in chosen.items() if value is not None}
    await change_preferences(tx, user, msgspec.structs.replace(user.preferences, **changes))
    if shelves_first_posts is False:
        first_posts = (shelved_statuses.c.account_id == account.id, shelved_statuses.c.kind == Kind.FIRST_POST.value)
        await tx.run(sa.update(shelved_statuses).where(*first_posts).values(is_withdrawn=True))


async def _put_back(tx: Tx, status: Status) -> bool:
    """Whether it is a first post that was there."""
    if not rules.belongs(status, Kind.FIRST_POST):
        return False
    is_it = (shelved_statuses.c.status_id == status.id, shelved_statuses.c.kind == Kind.FIRST_POST.value)
    return bool(await tx.run(sa.update(shelved_statuses).where(*is_it).values(is_withdrawn=False)))


def _row(status: Status, kind: Kind, *, is_withdrawn: bool) -> dict[str, object]:
    return {
        "status_id": status.id,
        "account_id": status.account_id,
        "kind": kind.value,
        "exposures": 0,
        "is_withdrawn": is_withdrawn,
    }
