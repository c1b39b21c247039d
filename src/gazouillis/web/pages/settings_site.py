"""The administrator's page: the site's options."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from litestar import Response, get, post

from gazouillis.accounts import options
from gazouillis.accounts.models import Role
from gazouillis.accounts.options import Guests, Inviters, Registrations, SiteOptions
from gazouillis.infra.basics.errors import Invalid, Problem
from gazouillis.infra.basics.messages import _
from gazouillis.infra.settings import Settings
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable


@get("/settings/site")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        context.require_administrator()
        return await _show(context, _form(context.options))


@post("/settings/site", opt=restorable("site"))
async def save(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        context.require_administrator()
        language = context.language
    site, form = site_of(request), await form_of(request)
    try:
        async with site.db.write() as tx:
            await options.change(tx, _chosen(await options.read(tx), form, fixed_fields(site.settings)))
    except Invalid as problem:
        async with request_context(request) as context:
            return await show_again(context, form, problem)
    return redirect("/settings/site", request, flash=_("The place is as you wish."), language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    context.require_administrator()
    return await _show(context, form, {_form_field(name): sentence for name, sentence in context.errors(problem).items()})


def fixed_fields(settings: Settings) -> set[str]:
    """The options that the server's settings decide. The form shows them without asking."""
    return {name for name in ("registrations", "max_characters") if getattr(settings, name)}


async def _show(context: RequestContext, form: Form, errors: Form | None = None) -> Response[Any]:
    return await context.render(
        "settings_site.html",
        status_code=422 if errors else 200,
        form=form,
        errors=errors or {},
        fixed=fixed_fields(context.site.settings),
    )


def _form(chosen: SiteOptions) -> Form:
    form = {name: getattr(chosen, name) for name in ("name", "description", "language", "registrations", "guests", "contact_email")}
    inviters = "everyone" if options.may_invite(chosen, Role.MEMBER) else "moderators"
    return form | {"inviters": inviters, "rules": "\n".join(chosen.rules), "max_characters": str(chosen.max_characters)}


def _chosen(present: SiteOptions, form: Form, fixed: set[str]) -> SiteOptions:
    """Fixed options keep their stored value, which applies again once the setting is removed."""
    changes: dict[str, Any] = {name: form[name].strip() for name in ("name", "description", "language", "contact_email") if name in form}
    if "rules" in form:
        changes["rules"] = form["rules"].split("\n")
    if "registrations" in form and "registrations" not in fixed:
        changes["registrations"] = cast("Registrations", form["registrations"])
    if "inviters" in form:
        changes["inviters"] = cast("Inviters", form["inviters"])
    if "guests" in form:
        changes["guests"] = cast("Guests", form["guests"])
    if "max_characters" in form and "max_characters" not in fixed:
        changes["max_characters"] = _limit(form["max_characters"])
    return msgspec.structs.replace(present, **changes)


def _limit(text: str) -> int:
    """0, which is out of bounds and refused later, when the text is not a number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _form_field(field: str) -> str:
    """The rule's fault names the field `email`; the form calls it `contact_email`."""
    return "contact_email" if field == "email" else field


routes = [show, save]
