"""The administrator's page: the site's options, and sign-ups that wait for approval."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import options, roles
from gazouillis.accounts.models import User
from gazouillis.accounts.options import Registrations, SiteOptions
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.settings import Settings
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of

Decision = Callable[[Tx, User | None, AccountId], Awaitable[None]]


@get("/settings/site")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        assert context.administrator
        return await _show(context, _form(context.options))


@post("/settings/site")
async def save(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        assert context.administrator
        language = context.language
    site, form = site_of(request), await form_of(request)
    try:
        async with site.db.write() as tx:
            await options.change(tx, _chosen(await options.read(tx), form, fixed_fields(site.settings)))
    except Invalid as problem:
        async with request_context(request) as context:
            return await _show(context, form, {_form_field(name): sentence for name, sentence in context.errors(problem).items()})
    return redirect("/settings/site", request, flash=_("The place is as you wish."), language=language)


@post("/settings/site/sign-ups/{account_id:str}/approve")
async def approve(request: AnyRequest, account_id: FromPath[str]) -> Response[Any]:
    return await _decide(request, account_id, roles.approve, _("Welcomed. A letter tells them so."))


@post("/settings/site/sign-ups/{account_id:str}/reject")
async def reject(request: AnyRequest, account_id: FromPath[str]) -> Response[Any]:
    return await _decide(request, account_id, roles.reject, _("Turned away. The name is free again."))


def fixed_fields(settings: Settings) -> set[str]:
    """The options that the server's settings decide. The form shows them without asking."""
    return {name for name in ("registrations", "max_characters") if getattr(settings, name)}


async def _decide(request: AnyRequest, account_id: str, decide: Decision, done: Message) -> Response[Any]:
    async with request_context(request) as context:
        assert context.administrator
        user, language = context.user_and_account[0], context.language
    async with site_of(request).db.write() as tx:
        await decide(tx, user, AccountId(parse_id(account_id)))
    return redirect("/settings/site", request, flash=done, language=language)


async def _show(context: RequestContext, form: Form, errors: Form | None = None) -> Response[Any]:
    applicants = await roles.applicants(context.reader)
    return await context.render(
        "settings_site.html",
        status_code=422 if errors else 200,
        form=form,
        errors=errors or {},
        waiting=[(one.account, one.user) for one in applicants],
        reasons={one.account.id: one.reason for one in applicants},
        fixed=fixed_fields(context.site.settings),
    )


def _form(chosen: SiteOptions) -> Form:
    form = {name: getattr(chosen, name) for name in ("name", "description", "language", "registrations", "contact_email")}
    return form | {"rules": "\n".join(chosen.rules), "max_characters": str(chosen.max_characters)}


def _chosen(present: SiteOptions, form: Form, fixed: set[str]) -> SiteOptions:
    """Fixed options keep their stored value, which applies again once the setting is removed."""
    changes: dict[str, Any] = {name: form[name].strip() for name in ("name", "description", "language", "contact_email") if name in form}
    if "rules" in form:
        changes["rules"] = form["rules"].split("\n")
    if "registrations" in form and "registrations" not in fixed:
        changes["registrations"] = cast("Registrations", form["registrations"])
    if "max_characters" in form and "max_characters" not in fixed:
        changes["max_characters"] = _limit(form["max_characters"])
    return msgspec.structs.replace(present, **changes)


def _limit(text: str) -> int:
    """0, which is out of bounds and refused later, when the text is not a number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _form_field(field: str) -> str:
    """The rule's fault names the field `email`; the form calls it `contact_email`."""
    return "contact_email" if field == "email" else field


routes = [show, save, approve, reject]
