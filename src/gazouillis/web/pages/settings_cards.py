"""Settings: one's own contact cards, each shown to chosen people only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import queries as accounts
from gazouillis.graph import change_contact_card, circles, contact_cards
from gazouillis.graph.change_contact_card import MOST_READERS, CardDraft
from gazouillis.graph.contact_cards import CardAudience, CardKind, ContactCard
from gazouillis.infra.basics.errors import Invalid, Problem
from gazouillis.infra.basics.ids import AccountId, CircleId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader
from gazouillis.web.confirmations import ask
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

PATH = "/settings/cards"


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, {"kind": CardKind.PHONE, "audience": CardAudience.MUTUALS}, {})


@post(PATH, opt=restorable("cards"))
async def create(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        try:
            async with site_of(request).db.write() as tx:
                await change_contact_card.add(tx, me.id, await _draft(tx, form, site_of(request).settings.authority))
        except Invalid as problem:
            return await _show(context, form, _errors(context, problem), status_code=422)
    return redirect(PATH, request, flash=_("The card is saved"), language=language)


@get(PATH + "/{card_id:str}")
async def edit(request: AnyRequest, card_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        card = await contact_cards.own(context.reader, context.member.id, parse_id(card_id))
        known = await accounts.by_ids(context.reader, card.reader_ids)
        readers = " ".join(f"@{known[one].acct}" for one in card.reader_ids if one in known)
        form = {"kind": card.kind.value, "value": card.value, "note": card.note, "audience": card.audience.value}
        form |= {"circle_id": str(card.circle_id or ""), "readers": readers}
        return await _show(context, form, {}, card=card)


@post(PATH + "/{card_id:str}", opt=restorable("card"))
async def change(request: AnyRequest, card_id: FromPath[str]) -> Response[Any]:
    identifier, form = parse_id(card_id), await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        card = await contact_cards.own(context.reader, me.id, identifier)
        try:
            async with site_of(request).db.write() as tx:
                await change_contact_card.change(tx, me.id, identifier, await _draft(tx, form, site_of(request).settings.authority))
        except Invalid as problem:
            return await _show(context, form, _errors(context, problem), card=card, status_code=422)
    return redirect(PATH, request, flash=_("The card is saved"), language=language)


@post(PATH + "/{card_id:str}/delete")
async def delete(request: AnyRequest, card_id: FromPath[str]) -> Response[Any]:
    identifier, form = parse_id(card_id), await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        await contact_cards.own(context.reader, me.id, identifier)
        if asked := await ask(context, form, "delete-card", default=PATH):
            return asked
    async with site_of(request).db.write() as tx:
        await change_contact_card.delete(tx, me.id, identifier)
    return redirect(PATH, request, flash=_("The card is deleted"), language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, form, context.errors(problem))


async def show_card_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    card = await contact_cards.own(context.reader, context.member.id, parse_id(form.get("card_id", "")))
    return await _show(context, form, context.errors(problem), card=card)


async def _draft(reader: Reader, form: Form, authority: str) -> CardDraft:
    circle_id = form.get("circle_id", "")
    return CardDraft(
        kind=form.get("kind", ""),
        value=form.get("value", ""),
        note=form.get("note", ""),
        audience=form.get("audience", ""),
        circle_id=CircleId(parse_id(circle_id)) if circle_id else None,
        reader_ids=await _readers(reader, form, authority) if form.get("audience") == CardAudience.NAMED else (),
    )


async def _readers(reader: Reader, form: Form, authority: str) -> tuple[AccountId, ...]:
    handles = form.get("readers", "").replace(",", " ").split()
    if len(handles) > MOST_READERS:
        raise Invalid(_("Name fewer people"), field="readers", code="ERR_TOO_MANY")
    found = []
    for handle in handles:
        account = await accounts.by_handle(reader, handle, authority)
        if account is None or not account.is_visible:
            raise Invalid(_("Nobody here is called {handle}", handle=handle), field="readers")
        found.append(account.id)
    return tuple(found)


def _errors(context: RequestContext, problem: Invalid) -> Form:
    """The form names people by their handles."""
    return {"readers" if field == "reader_ids" else field: sentence for field, sentence in context.errors(problem).items()}


async def _show(
    context: RequestContext, form: Mapping[str, str], errors: Form, *, card: ContactCard | None = None, status_code: int = 200
) -> Response[Any]:
    mine = await contact_cards.of_account(context.reader, context.member.id)
    own_circles = await circles.of_account(context.reader, context.member.id)
    return await context.render(
        "settings_cards.html",
        status_code=status_code,
        cards=mine,
        circles=own_circles,
        circle_names={one.id: one.name for one in own_circles},
        editing=card,
        kinds=[one.value for one in CardKind],
        form=form,
        errors=errors,
    )


routes = [show, create, edit, change, delete]
