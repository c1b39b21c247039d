"""The administrator's page to make accounts for others, one by one or by a list, with the links by which they choose a password."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import options, password
from gazouillis.accounts.make_account import Newcomer, discard, made_since, make_account, parse_list, without_password
from gazouillis.accounts.models import Account, User
from gazouillis.infra.basics.errors import Invalid, Problem
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import Message, _, counted
from gazouillis.infra.database.transactions import Tx, lock
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.sent_again import after_id, with_after_id
from gazouillis.web.unsent import restorable

PATH = "/settings/site/people"


class LineRefused(Invalid):
    """A line of the list is at fault."""

    def __init__(self, newcomer: Newcomer, fault: Invalid) -> None:
        super().__init__(fault.public, field="people", code=fault.code)
        self.line = newcomer.display_name or newcomer.username or newcomer.email


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        context.require_administrator()
        return await _show(context, {})


@post(PATH, opt=restorable("people"))
async def make(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        context.require_administrator()
        user, language = context.user_and_account[0], context.language
    form = await form_of(request)
    try:
        done = await _make_list(request, user, form) if "people" in form else await _make_one(request, user, form)
    except Invalid as problem:
        async with request_context(request) as context:
            return await _show(context, form, _errors(context, problem))
    return redirect(PATH, request, flash=done, language=language)


@post(PATH + "/{account_id:str}/discard")
async def take_back(request: AnyRequest, account_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        context.require_administrator()
        user, language = context.user_and_account[0], context.language
    async with site_of(request).db.write() as tx:
        await discard(tx, user, AccountId(parse_id(account_id)))
    return redirect(PATH, request, flash=_("The account is gone, and its name is free."), language=language)


async def _make_one(request: AnyRequest, by: User, form: Form) -> Message:
    newcomer = Newcomer(form.get("display_name", ""), form.get("username", ""), form.get("email", ""))
    site = site_of(request)
    async with site.db.write() as tx:
        account, *_others = await _sent_before(tx, [newcomer], form) or [
            await make_account(tx, by, newcomer, await options.effective(tx, site.settings))
        ]
    return _("@{handle} is ready. Give them their link.", handle=account.acct)


async def _make_list(request: AnyRequest, by: User, form: Form) -> Message:
    """All or none: the list is shown again with the line at fault."""
    newcomers, site = parse_list(form["people"]), site_of(request)
    if not newcomers:
        raise Invalid(_("Write one name per line"), field="people", code="ERR_BLANK")
    async with site.db.write() as tx:
        chosen = await options.effective(tx, site.settings)
        for newcomer in [] if await _sent_before(tx, newcomers, form) else newcomers:
            try:
                await make_account(tx, by, newcomer, chosen)
            except Invalid as fault:
                raise LineRefused(newcomer, fault) from fault
    return counted("{count} account is ready. Give them their link.", "{count} accounts are ready. Give them their links.", len(newcomers))


async def _sent_before(tx: Tx, newcomers: Sequence[Newcomer], form: Form) -> list[Account]:
    """What this form has made already."""
    await lock(tx, "accounts made for others")
    since = after_id(form)
    return [] if since is None else await made_since(tx, newcomers, since)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    context.require_administrator()
    return await _show(context, form, context.errors(problem))


def _errors(context: RequestContext, problem: Invalid) -> Form:
    if isinstance(problem, LineRefused):
        sentence = _("{line}: {fault}", line=problem.line, fault=context.translate(problem.public))
        return {"people": context.translate(sentence)}
    return context.errors(problem)


async def _show(context: RequestContext, form: Form, errors: Form | None = None) -> Response[Any]:
    waiting, site = await without_password(context.reader), context.site
    links = {
        one.id: f"{site.settings.base_url}/password/{password.first_token(site.secrets, user, is_mailed=False)}" for one, user in waiting
    }
    return await context.render(
        "settings_site_people.html",
        status_code=422 if errors else 200,
        form=with_after_id(form, (one.id for one, _user in waiting)),
        errors=errors or {},
        waiting=waiting,
        links=links,
    )


routes = [show, make, take_back]
