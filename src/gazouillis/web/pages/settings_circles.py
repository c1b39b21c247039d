"""Settings: one's own circles, and the people in each."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import queries as accounts
from gazouillis.graph import change_circle, circles
from gazouillis.graph import queries as graph
from gazouillis.graph.circles import Circle
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem
from gazouillis.infra.basics.ids import AccountId, CircleId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.web.confirmations import ask
from gazouillis.web.pages.profile import people
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.sent_again import after_id, with_after_id
from gazouillis.web.unsent import restorable

PATH = "/settings/circles"
RENAMED, ADDED, REMOVED = _("The circle has another name now"), _("They are in the circle"), _("They are no longer in the circle")


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, {}, {})


@post(PATH, opt=restorable("circles"))
async def create(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me = context.member
        try:
            async with site_of(request).db.write() as tx:
                made = await change_circle.make(tx, me.id, form.get("title", ""), after_id=after_id(form))
        except Invalid as problem:
            return await _show(context, form, context.errors(problem), status_code=422)
    return redirect(f"{PATH}/{made.id}", request)


@get(PATH + "/{circle_id:str}")
async def members(request: AnyRequest, circle_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        one = await circles.own(context.reader, context.member.id, CircleId(parse_id(circle_id)))
        return await _show_members(context, one, {"title": one.name}, {})


@post(PATH + "/{circle_id:str}", opt=restorable("circle"))
async def change(request: AnyRequest, circle_id: FromPath[str]) -> Response[Any]:
    """`part` says what to do: `rename`, `add`, `remove`."""
    form, identifier = await form_of(request), CircleId(parse_id(circle_id))
    async with request_context(request) as context:
        me, language = context.member, context.language
        one = await circles.own(context.reader, me.id, identifier)
        try:
            async with site_of(request).db.write() as tx:
                done = await _change(tx, me.id, identifier, form, site_of(request).settings.authority)
        except Invalid as problem:
            return await _show_members(context, one, {"title": one.name} | form, context.errors(problem), status_code=422)
    return redirect(f"{PATH}/{identifier}", request, flash=done, language=language)


@post(PATH + "/{circle_id:str}/delete")
async def delete(request: AnyRequest, circle_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), CircleId(parse_id(circle_id))
    async with request_context(request) as context:
        me, language = context.member, context.language
        one = await circles.own(context.reader, me.id, identifier)
        if asked := await ask(context, form, "delete-circle", default=f"{PATH}/{identifier}", circle=one.name):
            return asked
    async with site_of(request).db.write() as tx:
        await change_circle.delete(tx, me.id, identifier)
    return redirect(PATH, request, flash=_("The circle is deleted"), language=language)


async def _change(tx: Tx, me: AccountId, circle_id: CircleId, form: Form, authority: str) -> Any:
    match form.get("part"):
        case "rename":
            await change_circle.rename(tx, me, circle_id, form.get("title", ""))
            return RENAMED
        case "remove":
            await change_circle.remove(tx, me, circle_id, [AccountId(parse_id(form.get("account_id", "")))])
            return REMOVED
        case "add":
            await change_circle.add(tx, me, circle_id, [await _account_id(tx, form.get("handle", ""), authority)])
            return ADDED
        case _:
            raise NotFound(_("There is nothing here"))


async def _account_id(tx: Tx, handle: str, authority: str) -> AccountId:
    found = await accounts.by_handle(tx, handle.strip(), authority) if handle.strip() else None
    if found is None or not found.is_visible:
        raise Invalid(_("Nobody here bears this name"), field="handle")
    return found.id


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, form, context.errors(problem))


async def show_circle_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    one = await circles.own(context.reader, context.member.id, CircleId(parse_id(form.get("circle_id", ""))))
    return await _show_members(context, one, {"title": one.name} | form, context.errors(problem))


async def _show(context: RequestContext, form: Form, errors: Form, *, status_code: int = 200) -> Response[Any]:
    mine = await circles.of_account(context.reader, context.member.id)
    counts = await circles.counts(context.reader, [one.id for one in mine])
    form = with_after_id(form, (one.id for one in mine))
    return await context.render("settings_circles.html", status_code=status_code, circles=mine, counts=counts, form=form, errors=errors)


async def _show_members(context: RequestContext, one: Circle, form: Form, errors: Form, *, status_code: int = 200) -> Response[Any]:
    page = await people(context, partial(circles.member_ids, context.reader, one.id))
    relations = await graph.relations(context.reader, context.member.id, [each.id for each in page.entries])
    return await context.render(
        "settings_circle.html",
        status_code=status_code,
        circle=one,
        accounts=page.entries,
        relations=relations,
        form=form,
        errors=errors,
        **page.links,
    )


routes = [show, create, members, change, delete]
