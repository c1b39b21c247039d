"""The form to propose a coffee to somebody. While a proposal is open between the two, it leads there instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.encounters.coffees.propose import guest_of, propose
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem, TooMany
from gazouillis.infra.basics.messages import _
from gazouillis.places.chosen import Homonyms
from gazouillis.places.meetings import queries
from gazouillis.web import placing
from gazouillis.web.pages import publishing
from gazouillis.web.pages.meeting_forms import blank, errors_of, lengths, placed_coffee_draft
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

PATH = "/meetings/coffee"
USUAL = 60


@get(PATH)
async def new(request: AnyRequest) -> Response[Any]:
    """`with`: a handle; `place` fills in the town."""
    query = request.query_params
    async with request_context(request) as context:
        me = context.member
        guest = await _guest(context, query.get("with", ""))
        present = await queries.open_coffee(context.reader, me.id, guest.id)
        if present is not None:
            return redirect(f"/meetings/{present.id}", request)
        return await _show(context, guest, blank(context.reader, query.get("place", ""), context.language, USUAL), None)


@post(PATH, opt=restorable("coffee"))
async def create(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        guest = await _guest(context, form.get("with", ""))
        try:
            draft = placed_coffee_draft(form, language)
            async with site_of(request).db.write() as tx:
                proposed = await propose(tx, me, guest.id, draft)
        except (Invalid, TooMany) as problem:
            return publishing.with_retry(await _show(context, guest, form, problem), problem)
    return redirect(f"/meetings/{proposed.id}", request, flash=_("Your proposal is sent."), language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, await _guest(context, form.get("with", "")), form, problem)


async def _guest(context: RequestContext, handle: str) -> Account:
    """Raises NotFound when there is nobody, it is the viewer, or a block in between."""
    me = context.member
    found = await accounts.by_handle(context.reader, handle.replace("\0", ""), context.site.settings.authority) if handle else None
    if found is None or found.id == me.id:
        raise NotFound(_("There is no such person"))
    return await guest_of(context.reader, me, found.id)


async def _show(context: RequestContext, guest: Account, form: Mapping[str, str], problem: Problem | None) -> Response[Any]:
    return await context.render(
        "coffee_form.html",
        status_code=publishing.status_of(problem),
        guest=guest,
        place=placing.typed(form, context.language, asks=isinstance(problem, Homonyms)),
        form=form,
        lengths=lengths(context),
        errors=errors_of(context, problem),
    )


routes = [new, create]
