"""The form to note something about somebody, for oneself alone. It is shown on their profile, to its writer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts.models import Account
from gazouillis.graph import note as noting
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem
from gazouillis.infra.basics.messages import _
from gazouillis.web.pages.profile import HIDDEN_FROM_ROBOTS, account_by_handle, canonical
from gazouillis.web.rendering import profile_url
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable


@get("/{handle:str}/note")
async def show(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        account = await _other(context, handle)
        if redirection := canonical(request, handle, account):
            return redirection
        relation = await graph.relation(context.reader, context.member.id, account.id)
        return await _show(context, account, {"comment": relation.note}, None)


@post("/{handle:str}/note", opt=restorable("note"))
async def keep(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, account = context.member, await _other(context, handle)
        try:
            async with site_of(request).db.write() as tx:
                await noting.note(tx, me, account, form.get("comment", ""))
        except Invalid as problem:
            return await _show(context, account, form, problem)
        return redirect(profile_url(account), request, flash=_("Your note is kept, for you alone"), language=context.language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, await _other(context, form.get("handle", "")), form, problem)


async def _other(context: RequestContext, handle: str) -> Account:
    me, account = context.member, await account_by_handle(context, handle)
    if account.id == me.id:
        raise NotFound(_("There is nothing here"))
    return account


async def _show(context: RequestContext, account: Account, form: Mapping[str, str], problem: Problem | None) -> Response[Any]:
    errors, status_code = context.errors(problem), 422 if problem else 200
    longest = noting.LONGEST_NOTE
    response = await context.render(
        "account_note.html", status_code=status_code, account=account, form=form, errors=errors, longest=longest
    )
    response.headers.update(HIDDEN_FROM_ROBOTS)
    return response


routes = [show, keep]
