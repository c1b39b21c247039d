"""Password reset by e-mail: asks for the address, sends a link, and sets the new password."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import password, rules
from gazouillis.accounts.hashing import hash_password
from gazouillis.accounts.sign_in import Proof
from gazouillis.infra.basics.errors import Forbidden, Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.web import log_in
from gazouillis.web.request_context import AnyRequest, form_of, redirect, request_context, site_of

MOST_EMAILS = 5
"""From one IP address, and to one e-mail address, in one window."""
WINDOW = timedelta(minutes=30)


@get("/password")
async def show_request_form(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await context.render("password_ask.html", form={}, errors={}, sent="sent" in request.query_params)


@post("/password")
async def send(request: AnyRequest) -> Response[Any]:
    """The answer is the same whether an account has this address or not."""
    form = await form_of(request)
    try:
        email = rules.check_email(form.get("email", ""))
    except Invalid as problem:
        async with request_context(request) as context:
            return await context.render("password_ask.html", status_code=422, form=form, errors=context.errors(problem))
    await log_in.count_attempt(request, "letters from", log_in.client_address(request), MOST_EMAILS, WINDOW)
    await log_in.count_attempt(request, "letters to", rules.email_key(email), MOST_EMAILS, WINDOW)
    async with site_of(request).db.write() as tx:
        await password.request_reset(tx, email)
    return redirect("/password?sent=1", request)


@get("/password/{token:str}")
async def show_form(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        await password.user_of_token(context.reader, context.site.secrets, token)
        return await context.render("password_set.html", errors={})


@post("/password/{token:str}")
async def save(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    site, form = site_of(request), await form_of(request)
    async with request_context(request) as context:
        language = context.language
        await password.user_of_token(context.reader, site.secrets, token)
        try:
            chosen = rules.check_password(form.get("password", ""))
        except Invalid as problem:
            return await context.render("password_set.html", status_code=422, errors=context.errors(problem))
    password_hash = await hash_password(chosen)
    async with site.db.write() as tx:
        account_id = await password.reset(tx, site.secrets, token, password_hash)
    flash = _("Your password is changed. Everywhere else, you are signed out.")
    return await _start_session(request, Proof(account_id, password_hash), redirect("/", request, flash=flash, language=language))


async def _start_session(request: AnyRequest, proof: Proof, response: Response[Any]) -> Response[Any]:
    """In a transaction of its own: the new password stays, even when the account may not sign in yet."""
    try:
        async with site_of(request).db.write() as tx:
            session = await log_in.start_session(tx, request, proof)
    except Forbidden:
        return response
    return log_in.with_session_cookie(response, request, session)


routes = [show_request_form, send, show_form, save]
