"""Command: propose a coffee to somebody. Doors propose with this, not with `places.meetings.coffee` itself: only people who may write to
each other propose coffees to each other.
"""

from __future__ import annotations

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.conversations import queries as conversations
from gazouillis.conversations import rules
from gazouillis.conversations.check import check_may_write
from gazouillis.conversations.models import people_key
from gazouillis.conversations.standings import standings
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Invalid, NotFound, SeveralInvalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.places.meetings import coffee
from gazouillis.places.meetings.models import CoffeeDraft, Meeting


async def propose(tx: Tx, account: Account, guest_id: AccountId, draft: CoffeeDraft) -> Meeting:
    """Raises NotFound when there is nobody, or a block in between; Invalid and TooMany as writing to them, and as `coffee.propose`."""
    guest = await guest_of(tx, account, guest_id)
    await _check_may_write(tx, account, guest)
    return await coffee.propose(tx, account, guest, draft)


async def guest_of(reader: Reader, account: Account, guest_id: AccountId) -> Account:
    """Raises NotFound."""
    guest = (await accounts.by_ids(reader, [guest_id])).get(guest_id)
    relation = await graph.relation(reader, account.id, guest_id)
    if guest is None or not guest.is_visible or not guest.is_local or relation.is_apart:
        raise NotFound(_("There is no such person"))
    return guest


async def _check_may_write(tx: Tx, account: Account, guest: Account) -> None:
    """In both directions."""
    if guest.id == account.id:
        return
    conversation_id = await conversations.by_people(tx, people_key([account.id, guest.id]))
    known = await conversations.participants_of(tx, conversation_id) if conversation_id is not None else {}
    try:
        await check_may_write(tx, account.id, await standings(tx, account.id, [guest.id], known), known)
    except Invalid as refused:
        raise SeveralInvalid([Invalid(one.public, field="with", code=one.code) for one in refused.faults]) from refused
    back = await standings(tx, guest.id, [account.id], known)
    if not rules.takes(known.get(account.id), back[account.id]):
        raise Invalid(_("They could not write to you: see who may, in your limits"), field="with")
