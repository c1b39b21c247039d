"""Sign in, sign out."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from gazouillis.accounts import sign_in
from gazouillis.infra.basics.errors import Forbidden, Problem, TooMany, Unauthenticated
from gazouillis.infra.basics.messages import _
from gazouillis.web import log_in
from gazouillis.web.log_in import Entered
from gazouillis.web.request_context import SESSION, AnyRequest, Form, RequestContext, form_of, go, own_path, request_context, site_of


@get("/sign-in")
async def ask(request: AnyRequest) -> Response[Any]:
    """`again` asks even those who are signed in, for an app that wants to be sure."""
    wanted = own_path(request.query_params.get("next", ""))
    async with request_context(request) as context:
        if context.viewer and "again" not in request.query_params:
            return go(wanted or "/", request)
        return await context.show("sign_in.html", form={"next": wanted}, errors={})


@post("/sign-in")
async def enter(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    try:
        entered = await _enter(request, form)
    except (Unauthenticated, Forbidden, TooMany) as problem:
        async with request_context(request) as context:
            return await _show_again(context, form, problem)
    return log_in.with_session(go(own_path(form.get("next", "")) or "/", request), request, entered)


@post("/sign-out")
async def leave(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        language = context.language
    async with site_of(request).db.write() as tx:
        await log_in.leave(tx, request)
    answer = go("/", request, flash=_("You are signed out. See you soon!"), language=language)
    answer.delete_cookie(SESSION)
    return answer


async def _show_again(context: RequestContext, form: Form, problem: Problem) -> Response[Any]:
    wait = {"Retry-After": str(problem.retry_after)} if isinstance(problem, TooMany) else {}
    status_code = 429 if wait else 422
    answer = await context.show("sign_in.html", status_code=status_code, form=form, errors=context.errors(problem))
    answer.headers.update(wait)
    return answer


async def _enter(request: AnyRequest, form: Form) -> Entered:
    site, login = site_of(request), form.get("login", "")
    async with site.db.read() as reader:
        user = await sign_in.user_by_login(reader, login, site.settings.authority)
    try:
        proof = await log_in.prove(request, user, login, form.get("password", ""))
    except Unauthenticated as fault:
        raise _by_address() if "@" in login.strip("@ ") else fault from fault
    async with site.db.write() as tx:
        return await log_in.enter(tx, request, proof)


def _by_address() -> Unauthenticated:
    """The same whether the address is unknown, unconfirmed (decision 0041) or the password is wrong."""
    return Unauthenticated(
        _("The address or the password is wrong. An address opens the door once it is confirmed: until then, sign in with your name.")
    )


routes = [ask, enter, leave]
