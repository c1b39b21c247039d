"""Lists of people: one's own, the timeline of each, live, and the form that changes one."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph import change_list, lists
from gazouillis.graph import queries as graph
from gazouillis.graph.change_list import Wishes
from gazouillis.graph.lists import ListOfPeople, RepliesPolicy
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses.views import views
from gazouillis.timelines import lists as timelines
from gazouillis.web import pagination
from gazouillis.web.confirmations import ask
from gazouillis.web.page_cache import Timeline
from gazouillis.web.pages.profile import HIDDEN_FROM_ROBOTS, account_by_handle, canonical, people
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import profile_url
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.sent_again import after_id, with_after_id
from gazouillis.web.unsent import restorable

PATH = "/lists"
CHANGED, ADDED, REMOVED = _("The list is changed"), _("They are in the list"), _("They are no longer in the list")


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, {}, {})


@post(PATH, opt=restorable("lists"))
async def create(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        try:
            async with site_of(request).db.write() as tx:
                made = await change_list.make(tx, me.id, Wishes(form.get("title", "")), after_id=after_id(form))
        except Invalid as problem:
            return await _show(context, form, context.errors(problem), status_code=422)
    return redirect(f"{PATH}/{made.id}/edit", request, flash=_("The list is made: add people to it"), language=language)


@get(PATH + "/{list_id:str}")
async def timeline(request: AnyRequest, list_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        one = await lists.own(context.reader, context.member.id, parse_id(list_id))
        fetch = partial(timelines.page, context.reader, one)
        load = partial(views, context.reader, viewer_id=context.viewer_id, hides_muted=True)
        if pagination.wants_newer(context):
            return await pagination.newer_statuses(context, fetch, load)
        page = await pagination.list_page(context, fetch, load)
        has_members = bool(page.entries) or bool(await lists.counts(context.reader, [one.id]))
        live = f"/live/list/{one.id}" if page.is_first else ""
        feed = Timeline(page.entries, page.older, page.newer)
        return await context.render_timeline("list.html", feed, live=live, list=one, has_members=has_members)


@get(PATH + "/{list_id:str}/edit")
async def edit(request: AnyRequest, list_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        return await _show_one(context, await lists.own(context.reader, context.member.id, parse_id(list_id)), {}, {})


@post(PATH + "/{list_id:str}/edit", opt=restorable("list"))
async def change(request: AnyRequest, list_id: FromPath[str]) -> Response[Any]:
    """`part` says what to do: `change`, `add`, `remove`."""
    form, identifier = await form_of(request), parse_id(list_id)
    async with request_context(request) as context:
        me, language = context.member, context.language
        one = await lists.own(context.reader, me.id, identifier)
        try:
            async with site_of(request).db.write() as tx:
                done = await _change(tx, me.id, identifier, form, site_of(request).settings.authority)
        except Invalid as problem:
            return await _show_one(context, one, form, context.errors(problem), status_code=422)
    return redirect(f"{PATH}/{identifier}/edit", request, flash=done, language=language)


@post(PATH + "/{list_id:str}/delete")
async def delete(request: AnyRequest, list_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), parse_id(list_id)
    async with request_context(request) as context:
        me, language = context.member, context.language
        one = await lists.own(context.reader, me.id, identifier)
        if asked := await ask(context, form, "delete-list", default=f"{PATH}/{identifier}/edit", list=one.title):
            return asked
    async with site_of(request).db.write() as tx:
        await change_list.delete(tx, me.id, identifier)
    return redirect(PATH, request, flash=_("The list is deleted"), language=language)


@get("/{handle:str}/lists")
async def of_person(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    """Which of one's own lists hold somebody."""
    async with request_context(request) as context:
        me, account = context.member, await account_by_handle(context, handle)
        if redirection := canonical(request, handle, account):
            return redirection
        mine = await lists.of_account(context.reader, me.id)
        holding = {one.id for one in await lists.holding(context.reader, me.id, account.id)}
        can_be_in = account.id == me.id or await _follows(context, account)
        response = await context.render("lists_of_person.html", account=account, lists=mine, holding=holding, can_be_in=can_be_in)
        response.headers.update(HIDDEN_FROM_ROBOTS)
        return response


@post("/{handle:str}/lists")
async def choose(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, account = context.member, await account_by_handle(context, handle)
        chosen = {parse_id(name.removeprefix("list-")) for name in form if name.startswith("list-")}
        async with site_of(request).db.write() as tx:
            await change_list.choose(tx, me.id, account.id, chosen)
        return redirect(profile_url(account), request, flash=_("Your lists are changed"), language=context.language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, form, context.errors(problem))


async def show_list_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    one = await lists.own(context.reader, context.member.id, parse_id(form.get("list_id", "")))
    return await _show_one(context, one, form, context.errors(problem))


async def _follows(context: RequestContext, account: Account) -> bool:
    return bool(await graph.followed_among(context.reader, context.viewer_id, [account.id]))


async def _change(tx: Tx, me: AccountId, list_id: int, form: Form, authority: str) -> Any:
    match form.get("part"):
        case "change":
            policy = form.get("replies_policy", "")
            if policy not in {*RepliesPolicy}:
                raise Invalid(_("Choose which replies it shows"), field="replies_policy", code="ERR_INCLUSION")
            await change_list.change(tx, me, list_id, Wishes(form.get("title", ""), RepliesPolicy(policy), "exclusive" in form))
            return CHANGED
        case "remove":
            await change_list.remove(tx, me, list_id, [AccountId(parse_id(form.get("account_id", "")))])
            return REMOVED
        case "add":
            try:
                await change_list.add(tx, me, list_id, [await _account_id(tx, form.get("handle", ""), authority)])
            except Invalid as refused:
                raise Invalid(refused.public, field="handle", code="ERR_INVALID") from refused
            return ADDED
        case _:
            raise NotFound(_("There is nothing here"))


async def _account_id(tx: Tx, handle: str, authority: str) -> AccountId:
    found = await accounts.by_handle(tx, handle.strip(), authority) if handle.strip() else None
    if found is None or not found.is_visible:
        raise Invalid(_("Nobody here bears this name"), field="handle")
    return found.id


async def _show(context: RequestContext, form: Form, errors: Form, *, status_code: int = 200) -> Response[Any]:
    mine = await lists.of_account(context.reader, context.member.id)
    counts = await lists.counts(context.reader, [one.id for one in mine])
    form = with_after_id(form, (one.id for one in mine))
    return await context.render("lists.html", status_code=status_code, lists=mine, counts=counts, form=form, errors=errors)


async def _show_one(context: RequestContext, one: ListOfPeople, form: Form, errors: Form, *, status_code: int = 200) -> Response[Any]:
    page = await people(context, partial(lists.member_ids, context.reader, one.id))
    relations = await graph.relations(context.reader, context.member.id, [each.id for each in page.entries])
    stored = {"title": one.title, "replies_policy": one.replies_policy.value, "exclusive": "1" if one.is_exclusive else ""}
    typed = {"exclusive": "", **form} if form.get("part") == "change" else {"handle": form.get("handle", "")}
    return await context.render(
        "list_edit.html",
        status_code=status_code,
        list=one,
        accounts=page.entries,
        relations=relations,
        form=stored | typed,
        errors=errors,
        **page.links,
    )


routes = [show, create, timeline, edit, change, delete, of_person, choose]
