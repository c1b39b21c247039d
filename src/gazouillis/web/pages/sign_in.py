"""The pages to sign in and to sign out."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from gazouillis.accounts import sign_in
from gazouillis.accounts.rules import WaitsForApproval
from gazouillis.infra.basics.errors import Forbidden, Problem, TooMany, Unauthenticated
from gazouillis.infra.basics.messages import _
from gazouillis.web import log_in
from gazouillis.web.log_in import StartedSession
from gazouillis.web.pages import sign_up, unsent
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
from gazouillis.web.unsent import carried, restorable


@get("/sign-in")
async def show_form(request: AnyRequest) -> Response[Any]:
    """`again` in the address shows the form to signed-in people too, for apps that ask to sign in again."""
    next_path = local_path(request.query_params.get("next", ""))
    async with request_context(request) as context:
        if context.viewer and "again" not in request.query_params:
            return redirect(next_path or "/", request)
        return await unsent.show_sign_in(context, {"next": next_path}, {})


@post("/sign-in", opt=restorable("sign-in"))
async def submit(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    try:
        started = await _start_session(request, form)
    except WaitsForApproval as applicant:
        return redirect(sign_up.waiting_path(site_of(request), applicant.account_id), request)
    except (Unauthenticated, Forbidden, TooMany) as problem:
        async with request_context(request) as context:
            return await _show_again(context, form, problem)
    return log_in.with_session_cookie(await _welcome(request, form, started), request, started)


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
    response = await unsent.show_sign_in(context, form, context.errors(problem), status_code=status_code)
    response.headers.update(headers)
    return response


async def _welcome(request: AnyRequest, form: Form, started: StartedSession) -> Response[Any]:
    path, done = local_path(form.get("next", "")) or "/", None
    if started.has_unsent_form:
        path, done = unsent.PATH, unsent.WELCOME_BACK
    if started.has_restored_account:
        done = _("Welcome back: your account is as you left it, and will not be deleted.")
    if done is None:
        return redirect(path, request)
    async with request_context(request, token=started.token) as context:
        return redirect(path, request, flash=done, language=context.language)


async def _start_session(request: AnyRequest, form: Form) -> StartedSession:
    site, login = site_of(request), form.get("login", "")
    async with site.db.read() as reader:
        user = await sign_in.user_by_login(reader, login, site.settings.authority)
    try:
        proof = await log_in.check_password(request, user, login, form.get("password", ""))
    except Unauthenticated as fault:
        raise _wrong_address_or_password() if "@" in login.strip("@ ") else fault from fault
    unsent_form = carried(form)
    async with site.db.write() as tx:
        started = await log_in.start_session(tx, request, proof)
        has_unsent_form = unsent_form is not None and await unsent.keep(tx, started.token, unsent_form)
        return msgspec.structs.replace(started, has_unsent_form=has_unsent_form)


def _wrong_address_or_password() -> Unauthenticated:
    """The same refusal whether the e-mail address is unknown or unconfirmed (decision 0041), or the password is wrong."""
    return Unauthenticated(
        _("The address or the password is wrong. An address opens the door once it is confirmed: until then, sign in with your name.")
    )


routes = [show_form, submit, sign_out]
