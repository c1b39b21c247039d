"""Sign-up: opens an account at once, or asks for approval, as the site's options say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response, get, post

from gazouillis.accounts import options
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.register import check_details, check_name_is_free, prepare, register
from gazouillis.accounts.sign_in import Proof
from gazouillis.infra.basics.errors import Faults, Forbidden, Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.infra.site import Site
from gazouillis.text.blank import is_blank
from gazouillis.web import log_in
from gazouillis.web.log_in import StartedSession
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, local_path, redirect, request_context, site_of

WINDOW = timedelta(minutes=30)
MOST_JOINING = 5
"""Accounts from one IP address in one window."""
MOST_TRIES = 30
"""Forms from one IP address in one window, refused ones included."""


@get("/sign-up")
async def show_form(request: AnyRequest) -> Response[Any]:
    next_path = local_path(request.query_params.get("next", ""))
    async with request_context(request) as context:
        return redirect(next_path or "/", request) if context.viewer else await _show(context, {"next": next_path})


@post("/sign-up")
async def join(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        chosen, language = context.options, context.language
    try:
        session = await _join(request, form, chosen, language)
    except (Invalid, Forbidden) as problem:
        async with request_context(request) as context:
            return await _show(context, form, context.errors(problem))
    if not session:
        return redirect("/sign-up/waiting", request)
    flash = _("Welcome! To begin: say hello, then follow a few people who answer.")
    return log_in.with_session_cookie(
        redirect(local_path(form.get("next", "")) or "/", request, flash=flash, language=language), request, session
    )


@get("/sign-up/waiting")
async def waiting(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await context.render("sign_up_waiting.html")


async def _show(context: RequestContext, form: Form, errors: Form | None = None) -> Response[Any]:
    chosen = context.options
    status_code = 422 if errors else 200
    return await context.render(
        "sign_up.html", status_code=status_code, registrations=chosen.registrations, rules=chosen.rules, form=form, errors=errors or {}
    )


async def _join(request: AnyRequest, form: Form, chosen: SiteOptions, language: str) -> StartedSession | None:
    """None when the account waits for approval."""
    site, address = site_of(request), log_in.client_address(request)
    await log_in.count_attempt(request, "sign up form", address, MOST_TRIES, WINDOW)
    await _check(site, form, chosen)
    username, email, password = _details(form)
    registration = await prepare(username, email, password, language=language, reason=form.get("reason", ""))
    await log_in.count_attempt(request, "sign up", address, MOST_JOINING, WINDOW)
    async with site.db.write() as tx:
        present = await options.effective(tx, site.settings)
        account = await register(tx, registration, options=present)
        if present.registrations != "open":
            return None
        return await log_in.start_session(tx, request, Proof(account.id, registration.password_hash))


async def _check(site: Site, form: Form, chosen: SiteOptions) -> None:
    faults = Faults()
    with faults.collected():
        check_details(*_details(form), reason=form.get("reason", ""))
    with faults.collected():
        async with site.db.read() as reader:
            await check_name_is_free(reader, form.get("username", ""))
    with faults.collected():
        _check_answers(form, chosen)
    faults.raise_any()


def _details(form: Form) -> tuple[str, str, str]:
    return form.get("username", ""), form.get("email", ""), form.get("password", "")


def _check_answers(form: Form, chosen: SiteOptions) -> None:
    if chosen.registrations == "approval" and is_blank(form.get("reason", "")):
        raise Invalid(_("Say a word to the person who will welcome you"), field="reason", code="ERR_BLANK")
    if chosen.rules and not form.get("agreement"):
        raise Invalid(_("The rules of the place must be agreed to"), field="agreement", code="ERR_ACCEPTED")


routes = [show_form, join, waiting]
