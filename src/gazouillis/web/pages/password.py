"""Password reset by e-mail: asks for the address, sends a link, and sets the new password."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import password, queries, rules
from gazouillis.accounts.hashing import hash_password
from gazouillis.accounts.make_account import NO_PASSWORD
from gazouillis.accounts.models import User
from gazouillis.accounts.rules import WaitsForApproval
from gazouillis.accounts.sign_in import Proof
from gazouillis.infra.basics.errors import Forbidden, Invalid, Problem
from gazouillis.infra.basics.messages import Message, _
from gazouillis.web import log_in
from gazouillis.web.pages import sign_up
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

MOST_EMAILS = 5
"""From one IP address, and to one e-mail address, in one window."""
WINDOW = timedelta(minutes=30)


@get("/password")
async def show_request_form(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _ask(context, {}, {}, is_sent="sent" in request.query_params)


@post("/password", opt=restorable("password"))
async def send(request: AnyRequest) -> Response[Any]:
    """The answer is the same whether an account has this address or not."""
    form = await form_of(request)
    try:
        email = rules.check_email(form.get("email", ""))
    except Invalid as problem:
        async with request_context(request) as context:
            return await show_again(context, form, problem)
    await log_in.count_attempt(request, "password e-mails from", log_in.client_address(request), MOST_EMAILS, WINDOW)
    await log_in.count_attempt(request, "password e-mails to", rules.email_key(email), MOST_EMAILS, WINDOW)
    async with site_of(request).db.write() as tx:
        await password.request_reset(tx, email)
    return redirect("/password?sent=1", request)


@get("/password/{token:str}")
async def show_form(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        user = await password.user_of_token(context.reader, context.site.secrets, token)
        return await _show(context, user)


@post("/password/{token:str}")
async def save(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    site, form = site_of(request), await form_of(request)
    async with request_context(request) as context:
        language = context.language
        user = await password.user_of_token(context.reader, site.secrets, token)
        try:
            chosen = rules.check_password(form.get("password", ""))
        except Invalid as problem:
            return await _show(context, user, context.errors(problem))
    password_hash = await hash_password(chosen)
    async with site.db.write() as tx:
        account_id = await password.reset(tx, site.secrets, token, password_hash)
    flash = _("Your password is changed. Everywhere else, you are signed out.")
    if user.password_hash == NO_PASSWORD:
        flash = _("Welcome! To begin: say hello, then follow a few people who answer.")
    return await _start_session(request, Proof(account_id, password_hash), flash, language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _ask(context, form, context.errors(problem))


async def _ask(context: RequestContext, form: Form, errors: Form, *, is_sent: bool = False) -> Response[Any]:
    return await context.render("password_ask.html", status_code=422 if errors else 200, form=form, errors=errors, sent=is_sent)


async def _show(context: RequestContext, user: User, errors: Form | None = None) -> Response[Any]:
    """`newcomer`: whoever chooses their first password."""
    newcomer = await queries.by_id(context.reader, user.account_id) if user.password_hash == NO_PASSWORD else None
    return await context.render("password_set.html", status_code=422 if errors else 200, errors=errors or {}, newcomer=newcomer)


async def _start_session(request: AnyRequest, proof: Proof, flash: Message, language: str) -> Response[Any]:
    """In a transaction of its own: the new password stays, even when the account may not sign in yet."""
    path, site, session = "/", site_of(request), None
    try:
        async with site.db.write() as tx:
            session = await log_in.start_session(tx, request, proof)
    except WaitsForApproval as applicant:
        path = sign_up.waiting_path(site, applicant.account_id)
    except Forbidden:
        pass
    response = redirect(path, request, flash=flash, language=language)
    return log_in.with_session_cookie(response, request, session) if session else response


routes = [show_request_form, send, show_form, save]
