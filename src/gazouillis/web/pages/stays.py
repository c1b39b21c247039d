"""One's own stays, where one lives and which languages one speaks: the list, and the forms to change or cancel them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.encounters.visits import wait as waiting
from gazouillis.encounters.visits.queries import awaited, overlaps
from gazouillis.graph import circles
from gazouillis.infra.basics.errors import Invalid, Problem
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.places import announce, gazetteer, queries, reside
from gazouillis.places.models import Stay
from gazouillis.web.confirmations import ask
from gazouillis.web.pages.stay_forms import stay_draft
from gazouillis.web.pagination import parse_id
from gazouillis.web.place_names import SPOKEN
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

PATH = "/stays"


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        reader, me = context.reader, context.member
        mine = await queries.own_stays(reader, me.id)
        residence = await queries.residence(reader, me.id)
        spoken = (await queries.languages_of(reader, [me.id])).get(me.id, ())
        ids = {one.place_id for one in mine} | ({residence.place_id} if residence else set())
        places = {one.id: one for one in gazetteer.by_ids(list(ids))}
        return await context.render(
            "stays.html",
            stays=[(one, places[one.place_id]) for one in mine if one.place_id in places],
            residence=residence,
            home=places.get(residence.place_id) if residence else None,
            spoken=spoken,
            overlaps=await overlaps(reader, me.id),
            awaited=await awaited(reader, me.id),
            circle_names={one.id: one.name for one in await circles.of_account(reader, me.id)},
        )


@post(PATH + "/languages")
async def speak(request: AnyRequest) -> Response[Any]:
    """Those of the form; what an app has added beside them stays."""
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        others = [one for one in (await queries.languages_of(context.reader, [me.id])).get(me.id, ()) if one not in SPOKEN]
    chosen = [one for one in SPOKEN if f"speaks_{one}" in form]
    async with site_of(request).db.write() as tx:
        await reside.speak(tx, me, [*chosen, *others])
    return redirect(PATH, request, flash=_("Your languages are saved."), language=language)


@post(PATH + "/residence/delete")
async def leave(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        if asked := await ask(context, form, "leave-home", default=PATH):
            return asked
    async with site_of(request).db.write() as tx:
        await reside.leave(tx, me.id)
    return redirect(PATH, request, flash=_("You say no more where you live."), language=language)


@post(PATH + "/{stay_id:str}/next-time")
async def wait(request: AnyRequest, stay_id: FromPath[str]) -> Response[Any]:
    """`stay_id`: of somebody whom the viewer misses by a day."""
    identifier = parse_id(stay_id)
    async with request_context(request) as context:
        me, language = context.member, context.language
    async with site_of(request).db.write() as tx:
        await waiting.wait(tx, me, identifier)
    return redirect(f"{PATH}#awaited", request, flash=_("You will hear of their next stay there."), language=language)


@post(PATH + "/next-time/delete")
async def wait_no_more(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
    async with site_of(request).db.write() as tx:
        await waiting.wait_no_more(tx, me.id, AccountId(parse_id(form.get("account_id", ""))), parse_id(form.get("place_id", "")))
    return redirect(PATH, request, flash=_("You wait no more."), language=language)


@get(PATH + "/{stay_id:str}")
async def edit(request: AnyRequest, stay_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        stay = await queries.own_stay(context.reader, context.member.id, parse_id(stay_id))
        form = {"from": stay.first.isoformat(), "to": stay.last.isoformat(), "audience": stay.audience.value}
        return await _show_one(context, stay, form | {"circle_id": str(stay.circle_id or "")}, {})


@post(PATH + "/{stay_id:str}", opt=restorable("stay"))
async def change(request: AnyRequest, stay_id: FromPath[str]) -> Response[Any]:
    identifier, form = parse_id(stay_id), await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        stay = await queries.own_stay(context.reader, me.id, identifier)
        try:
            draft = stay_draft(form, stay.place_id)
            async with site_of(request).db.write() as tx:
                await announce.change(tx, me, identifier, lambda _before: draft)
        except Invalid as problem:
            return await _show_one(context, stay, form, context.errors(problem), status_code=422)
    return redirect(PATH, request, flash=_("Your stay is changed."), language=language)


@post(PATH + "/{stay_id:str}/delete")
async def cancel(request: AnyRequest, stay_id: FromPath[str]) -> Response[Any]:
    identifier, form = parse_id(stay_id), await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        await queries.own_stay(context.reader, me.id, identifier)
        if asked := await ask(context, form, "cancel-stay", default=PATH):
            return asked
    async with site_of(request).db.write() as tx:
        await announce.cancel(tx, me.id, identifier)
    return redirect(PATH, request, flash=_("Your stay is cancelled."), language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    stay = await queries.own_stay(context.reader, context.member.id, parse_id(form.get("stay_id", "")))
    return await _show_one(context, stay, form, context.errors(problem))


async def _show_one(context: RequestContext, stay: Stay, form: Mapping[str, str], errors: Form, *, status_code: int = 200) -> Response[Any]:
    return await context.render(
        "stay.html",
        status_code=status_code,
        stay=stay,
        place=gazetteer.by_id(stay.place_id),
        circles=await circles.of_account(context.reader, context.member.id),
        form=form,
        errors=errors,
    )


routes = [show, speak, leave, wait, wait_no_more, edit, change, cancel]
