"""The page on which people delete their account. It says what follows, and asks for the password."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from gazouillis.accounts import deletion
from gazouillis.infra.basics.errors import Conflict, Invalid, Unauthenticated
from gazouillis.infra.basics.messages import _
from gazouillis.web import i18n, log_in
from gazouillis.web.request_context import SESSION, AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of


@get("/settings/delete")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context)


@post("/settings/delete")
async def delete(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        context.require_member()
        signed_in, language = context.signed_in, context.language
    assert signed_in is not None
    try:
        proof = await log_in.check_password_again(request, signed_in, form.get("password", ""))
        async with site_of(request).db.write() as tx:
            deletes_at = await deletion.request(tx, signed_in.account.id, proof=proof)
    except Unauthenticated as fault:
        async with request_context(request) as context:
            problem = Invalid(_("This is not your present password"), field="password")
            problem.__cause__ = fault
            return await _show(context, context.errors(problem))
    day = i18n.full_date(deletes_at, language)
    done = _("Your account is hidden, and will be deleted on {day}. Until then, sign in to keep it.", day=day)
    response = redirect("/", request, flash=done, language=language)
    response.delete_cookie(SESSION)
    return response


async def _show(context: RequestContext, errors: Form | None = None) -> Response[Any]:
    user, _account = context.user_and_account
    try:
        await deletion.check_may_leave(context.reader, user)
        may_leave = True
    except Conflict:
        may_leave = False
    return await context.render(
        "settings_deletion.html",
        status_code=422 if errors else 200,
        errors=errors or {},
        may_leave=may_leave,
        days=deletion.WAITING_TIME.days,
        email=user.email,
    )


routes = [show, delete]
