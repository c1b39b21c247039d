"""Contact cards, which Mastodon does not have: one's own, and those of others that are meant for the caller."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, post, put
from litestar.params import FromPath

from gazouillis.api import lookups
from gazouillis.api.bind import AccountsForm, Id, bind, fields_sent_as, identifier
from gazouillis.api.caller import authorised
from gazouillis.api.entities.contact_card import ContactCard, card_of_another, own_card
from gazouillis.api.request import AnyRequest, site
from gazouillis.graph import change_contact_card, contact_cards
from gazouillis.graph.change_contact_card import CardDraft
from gazouillis.infra.basics.ids import CircleId

NAMES = {"reader_ids": "account_ids"}
"""How requests name the fields of a draft."""


class CardForm(AccountsForm, frozen=True):
    kind: str = ""
    value: str = ""
    note: str = ""
    audience: str = ""
    circle_id: Id | None = None

    @property
    def draft(self) -> CardDraft:
        circle_id = None if self.circle_id is None else CircleId(self.circle_id)
        return CardDraft(self.kind, self.value, self.note, self.audience, circle_id, tuple(self.named_ids))


@get("/api/v1/contact_cards")
async def mine(request: AnyRequest) -> Response[list[ContactCard]]:
    caller = await authorised(request, "read:accounts")
    async with site(request).db.read() as reader:
        return Response([own_card(one) for one in await contact_cards.of_account(reader, caller.account.id)])


@post("/api/v1/contact_cards", status_code=200)
async def add(request: AnyRequest) -> Response[ContactCard]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, CardForm)
    with fields_sent_as(NAMES):
        async with site(request).db.write() as tx:
            return Response(own_card(await change_contact_card.add(tx, caller.account.id, form.draft)))


@put("/api/v1/contact_cards/{card_id:str}")
async def change(request: AnyRequest, card_id: FromPath[str]) -> Response[ContactCard]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, CardForm)
    with fields_sent_as(NAMES):
        async with site(request).db.write() as tx:
            return Response(own_card(await change_contact_card.change(tx, caller.account.id, identifier(card_id), form.draft)))


@delete("/api/v1/contact_cards/{card_id:str}", status_code=200)
async def remove(request: AnyRequest, card_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:accounts")
    async with site(request).db.write() as tx:
        await change_contact_card.delete(tx, caller.account.id, identifier(card_id))
    return Response({})


@get("/api/v1/accounts/{account_id:str}/contact_cards")
async def of_another(request: AnyRequest, account_id: FromPath[str]) -> Response[list[ContactCard]]:
    """Empty unless the account has chosen to show some to the caller."""
    caller = await authorised(request, "read:accounts")
    async with site(request).db.read() as reader:
        account = await lookups.account(reader, account_id)
        return Response([card_of_another(one) for one in await contact_cards.readable(reader, account.id, caller.account.id)])


routes = [mine, add, change, remove, of_another]
