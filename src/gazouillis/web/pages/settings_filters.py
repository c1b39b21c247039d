"""Settings: one's own filters, and what is in each; and a post that is to be filtered from now on, from the menu of the post."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.filters import change, queries
from gazouillis.filters.models import Filter, FilterDraft
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem
from gazouillis.infra.basics.ids import AccountId, StatusId, id_or_none
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.views import views
from gazouillis.web import filter_forms
from gazouillis.web.confirmations import ask
from gazouillis.web.filter_forms import EMPTY, ENDS
from gazouillis.web.pages import compose
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.sent_again import after_id, with_after_id
from gazouillis.web.unsent import restorable

PATH = "/settings/filters"
OF_FILTER = PATH + "/{filter_id:str}"
OF_STATUS = "/statuses/{status_id:str}/filter"


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, {}, {})


@post(PATH, opt=restorable("filters"))
async def create(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        try:
            async with site_of(request).db.write() as tx:
                await change.make(tx, me.id, filter_forms.draft(form), after_id=after_id(form))
        except Invalid as problem:
            return await _show(context, form, _errors(context, problem), status_code=422)
    return redirect(PATH, request, flash=_("The filter counts from now on"), language=language)


@get(OF_FILTER)
async def one(request: AnyRequest, filter_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        own = await queries.own(context.reader, context.member.id, parse_id(filter_id))
        return await _show_one(context, own, filter_forms.fields_of(own), {})


@post(OF_FILTER, opt=restorable("filter"))
async def update(request: AnyRequest, filter_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), parse_id(filter_id)
    async with request_context(request) as context:
        me, language = context.member, context.language
        own = await queries.own(context.reader, me.id, identifier)
        try:
            async with site_of(request).db.write() as tx:
                before = await queries.own(tx, me.id, identifier)
                await change.change(tx, me.id, identifier, filter_forms.draft(form, before))
        except Invalid as problem:
            return await _show_one(context, own, form, _errors(context, problem), status_code=422)
    return redirect(PATH, request, flash=_("The filter is changed"), language=language)


@post(OF_FILTER + "/delete")
async def delete(request: AnyRequest, filter_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), parse_id(filter_id)
    async with request_context(request) as context:
        me, language = context.member, context.language
        own = await queries.own(context.reader, me.id, identifier)
        if asked := await ask(context, form, "delete-filter", default=f"{PATH}/{identifier}", filter=own.title):
            return asked
    async with site_of(request).db.write() as tx:
        await change.delete(tx, me.id, identifier)
    return redirect(PATH, request, flash=_("The filter is deleted"), language=language)


@post(OF_FILTER + "/remove")
async def remove_status(request: AnyRequest, filter_id: FromPath[str]) -> Response[Any]:
    """Of the post that the form names by its place in the filter."""
    form, identifier = await form_of(request), parse_id(filter_id)
    async with request_context(request) as context:
        me, language = context.member, context.language
    async with site_of(request).db.write() as tx:
        await change.remove_status(tx, me.id, parse_id(form.get("filtered", "")))
    return redirect(f"{PATH}/{identifier}", request, flash=_("The post is not filtered any more"), language=language)


@get(OF_STATUS)
async def choose(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    """In which filter to put a post."""
    async with request_context(request) as context:
        return await _show_choice(context, status_id, {}, {})


@post(OF_STATUS, opt=restorable("filter-post"))
async def put(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), StatusId(parse_id(status_id))
    async with request_context(request) as context:
        me, language = context.member, context.language
        try:
            async with site_of(request).db.write() as tx:
                status = await statuses.visible_original(tx, identifier, me.id)
                chosen = await _chosen(tx, me.id, form)
                await change.add_status(tx, me.id, chosen.id, status.id)
        except Invalid as problem:
            return await _show_choice(context, status_id, form, context.errors(problem), status_code=422)
    return redirect(f"{PATH}/{chosen.id}", request, flash=_("The post is filtered from now on"), language=language)


async def _chosen(tx: Tx, me: AccountId, form: Form) -> Filter:
    """One of the filters, or one more with the title that was typed."""
    number = id_or_none(form.get("filter", ""))
    if number:
        return await queries.own(tx, me, number)
    everywhere = filter_forms.draft(EMPTY).contexts
    return await change.make(tx, me, FilterDraft(form.get("title", ""), everywhere), after_id=after_id(form))


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, form, context.errors(problem))


async def show_one_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    own = await queries.own(context.reader, context.member.id, parse_id(form.get("filter_id", "")))
    return await _show_one(context, own, form, context.errors(problem))


async def show_choice_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show_choice(context, form.get("status_id", ""), form, context.errors(problem))


async def _show(context: RequestContext, form: Form, errors: Form, *, status_code: int = 200) -> Response[Any]:
    mine = await queries.of_account(context.reader, context.member.id)
    ended = {one.id for one in mine if one.expires_at is not None and context.reader.has_come(one.expires_at)}
    form = with_after_id(form or EMPTY, (one.id for one in mine))
    return await context.render(
        "settings_filters.html", status_code=status_code, filters=mine, ended=ended, ends=ENDS, form=form, errors=errors
    )


async def _show_one(context: RequestContext, own: Filter, form: Form, errors: Form, *, status_code: int = 200) -> Response[Any]:
    """With the single posts that it is for, as far as the viewer may still see them."""
    places = {one.status_id: one.id for one in own.statuses}
    found = await views(context.reader, list(places), context.viewer_id)
    return await context.render(
        "settings_filter.html",
        status_code=status_code,
        filter=own,
        posts=[(places[view.id], view) for view in found],
        ends=ENDS,
        form=form,
        errors=errors,
    )


async def _show_choice(context: RequestContext, status_id: str, form: Form, errors: Form, *, status_code: int = 200) -> Response[Any]:
    me, view = context.member, await compose.readable(context, status_id)
    if view.account.id == me.id:
        raise NotFound(_("Your own posts are never filtered"))
    mine = await queries.of_account(context.reader, me.id)
    form = with_after_id(form, (one.id for one in mine))
    return await context.render("filter_post.html", status_code=status_code, view=view, filters=mine, form=form, errors=errors)


def _errors(context: RequestContext, problem: Invalid) -> Form:
    """By the fields of the form."""
    return {filter_forms.FIELDS.get(field, field): sentence for field, sentence in context.errors(problem).items()}


routes = [show, create, one, update, delete, remove_status, choose, put]
