"""The pages to sign in and to sign out."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from gazouillis.accounts import sign_in
from gazouillis.infra.basics.errors import Forbidden, Problem, TooMany, Unauthenticated
from gazouillis.infra.basics.messages import _
from gazouillis.web import log_in
from gazouillis.web.log_in import StartedSession
from gazouillis.web.request_context import (
    SESSION,
    AnyRequest,
    Form,
    RequestContext,
    form_of,
    local_path,
    redirect,
    request_context,
    site_of,
)


@get("/sign-in")
async def show_form(request: AnyRequest) -> Response[Any]:
    """`again` in the address shows the form to signed-in people too, for apps that ask to sign in again."""
    next_path = local_path(request.query_params.get("next", ""))
    async with request_context(request) as context:
        if context.viewer and "again" not in request.query_params:
            return redirect(next_path or "/", request)
        return await context.render("sign_in.html", form={"next": next_path}, errors={})


@post("/sign-in")
async def submit(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    try:
        started = await _start_session(request, form)
    except (Unauthenticated, Forbidden, TooMany) as problem:
        async with request_context(request) as context:
            return await _show_again(context, form, problem)
    return log_in.with_session_cookie(redirect(local_path(form.get("next", "")) or "/", request), request, started)


@post("/sign-out")
async def sign_out(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        language = context.language
    async with site_of(request).db.write() as tx:
        await log_in.end_session(tx, request)
    response = redirect("/", request, flash=_("You are signed out. See you soon!"), language=language)
    response.delete_cookie(SESSION)
    return response


async def _show_again(context: RequestContext, form: Form, problem: Problem) -> Response[Any]:
    headers = {"Retry-After": str(problem.retry_after)} if isinstance(problem, TooMany) else {}
    status_code = 429 if headers else 422
    response = await context.render("sign_in.html", status_code=status_code, form=form, errors=context.errors(problem))
    response.headers.update(headers)
    return response


async def _start_session(request: AnyRequest, form: Form) -> StartedSession:
    site, login = site_of(request), form.get("login", "")
    async with site.db.read() as reader:
        user = await sign_in.user_by_login(reader, login, site.settings.authority)
    try:
        proof = await log_in.check_password(request, user, login, form.get("password", ""))
    except Unauthenticated as fault:
        raise _wrong_address_or_password() if "@" in login.strip("@ ") else fault from fault
    async with site.db.write() as tx:
        return await log_in.start_session(tx, request, proof)


def _wrong_address_or_password() -> Unauthenticated:
    """The same refusal whether the e-mail address is unknown or unconfirmed (decision 0041), or the password is wrong."""
    return Unauthenticated(
        _("The address or the password is wrong. An address opens the door once it is confirmed: until then, sign in with your name.")
    )


routes = [show_form, submit, sign_out]
