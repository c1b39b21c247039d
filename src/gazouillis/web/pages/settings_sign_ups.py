"""The moderators' page of those who wait for approval. It has no other form on it, so that an answer discards nothing."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import invitations, queries, roles
from gazouillis.infra.basics.errors import Conflict, Invalid, NotFound, Problem
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

PATH = "/settings/site/sign-ups"
WELCOMED = {
    True: _("Welcomed. A letter tells them so."),
    False: _("Welcomed. This server sends no letters yet: tell them yourself."),
}
"""Said to the moderator, by whether the server sends e-mails."""
TURNED_AWAY = {
    True: _("Turned away, and told so by letter. The name is free again."),
    False: _("Turned away. The name is free again. This server sends no letters yet: tell them yourself."),
}


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        context.require_moderator()
        waiting = await roles.applicants(context.reader)
        inviters = await invitations.inviters_of(context.reader, [one.account.id for one in waiting])
        return await context.render("settings_sign_ups.html", applicants=waiting, inviters=inviters)


@post(PATH + "/{account_id:str}/approve")
async def approve(request: AnyRequest, account_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        moderator, language = context.moderator, context.language
    try:
        async with site_of(request).db.write() as tx:
            await roles.approve(tx, moderator, AccountId(parse_id(account_id)))
    except (Conflict, NotFound):
        return redirect(PATH, request, flash=await _already(request, account_id), language=language)
    return redirect(PATH, request, flash=WELCOMED[_sends_mail(request)], language=language)


@get(PATH + "/{account_id:str}/reject")
async def ask_to_reject(request: AnyRequest, account_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        context.require_moderator()
        return await _ask(context, account_id, {})


@post(PATH + "/{account_id:str}/reject", opt=restorable("rejection"))
async def reject(request: AnyRequest, account_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        moderator, language = context.moderator, context.language
    form = await form_of(request)
    try:
        async with site_of(request).db.write() as tx:
            await roles.reject(tx, moderator, AccountId(parse_id(account_id)), form.get("reason", ""))
    except (Conflict, NotFound):
        return redirect(PATH, request, flash=await _already(request, account_id), language=language)
    except Invalid as problem:
        async with request_context(request) as context:
            return await _ask(context, account_id, form, context.errors(problem))
    return redirect(PATH, request, flash=TURNED_AWAY[_sends_mail(request)], language=language)


def _sends_mail(request: AnyRequest) -> bool:
    return bool(site_of(request).settings.mail)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    context.require_moderator()
    return await _ask(context, form.get("account_id", ""), form, context.errors(problem))


async def _ask(context: RequestContext, account_id: str, form: Form, errors: Form | None = None) -> Response[Any]:
    waiting = await roles.applicants(context.reader)
    applicant = next((one for one in waiting if one.account.id == parse_id(account_id)), None)
    if applicant is None:
        flash = await _already(context.request, account_id)
        return redirect(PATH, context.request, flash=flash, language=context.language)
    variables: dict[str, Any] = {"applicant": applicant, "form": form, "errors": errors or {}}
    return await context.render("settings_sign_up_reject.html", status_code=422 if errors else 200, **variables)


async def _already(request: AnyRequest, account_id: str) -> Message:
    """What to say to a moderator who answers somebody that another moderator, or an earlier click, has answered."""
    async with site_of(request).db.read() as reader:
        account = await queries.by_id(reader, AccountId(parse_id(account_id)))
    if account is None:
        raise NotFound
    if account.is_approved:
        return _("@{handle} was let in already.", handle=account.acct)
    return _("This request has been answered already.")


routes = [show, approve, ask_to_reject, reject]
