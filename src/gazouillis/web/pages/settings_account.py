"""Account settings: preferences, e-mail address and password. They are three forms on one page."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from gazouillis.accounts import emails, password, preferences, queries, rules
from gazouillis.accounts.change_email import change_email
from gazouillis.accounts.hashing import hash_password
from gazouillis.accounts.models import User
from gazouillis.accounts.sessions import SignedIn
from gazouillis.accounts.sign_in import Proof
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem, Unauthenticated
from gazouillis.infra.basics.messages import Message, _
from gazouillis.web import i18n, log_in
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable


@get("/settings/account")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        user, _account = context.user_and_account
        return await _show(context, user, _form(user))


@post("/settings/account", opt=restorable("account"))
async def save(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        user, _account = context.user_and_account
        signed_in, language = context.signed_in, context.language
    assert signed_in is not None
    form = await form_of(request)
    try:
        done = await _save(request, signed_in, form)
    except Invalid as problem:
        async with request_context(request) as context:
            return await _show(context, user, _form(user) | form, context.errors(problem))
    if form.get("part") == "preferences":
        language = form.get("interface_language") or language
    return redirect("/settings/account", request, flash=done, language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    user, _account = context.user_and_account
    return await _show(context, user, _form(user) | form, context.errors(problem))


async def _show(context: RequestContext, user: User, form: Form, errors: Form | None = None) -> Response[Any]:
    is_proven = await emails.confirmed_account_id(context.reader, user.email) == user.account_id
    status_code = 422 if errors else 200
    return await context.render("settings_account.html", status_code=status_code, form=form, errors=errors or {}, is_proven=is_proven)


def _form(user: User) -> Form:
    chosen = user.preferences
    form = {
        "interface_language": user.language,
        "default_visibility": chosen.default_visibility,
        "default_language": chosen.default_language,
        "email": user.email,
    }
    return form | ({"default_sensitive": "1"} if chosen.default_sensitive else {})


async def _save(request: AnyRequest, signed_in: SignedIn, form: Form) -> Message:
    match form.get("part"):
        case "preferences":
            await _save_preferences(request, signed_in, form)
            return _("Your preferences are saved.")
        case "email":
            await _save_email(request, signed_in, form)
            return _("Your address is changed. A letter says how to confirm it.")
        case "password":
            await _save_password(request, signed_in, form)
            return _("Your password is changed. Other browsers are signed out.")
        case _:
            raise Invalid(_("The form cannot be read"))


async def _save_preferences(request: AnyRequest, signed_in: SignedIn, form: Form) -> None:
    language = form.get("interface_language", "")
    if language and language not in i18n.LANGUAGES:
        raise Invalid(_("This is not a language code"), field="interface_language")
    async with site_of(request).db.write() as tx:
        user = await queries.user(tx, signed_in.account.id)
        if user is None:
            raise NotFound
        wanted = msgspec.structs.replace(
            user.preferences,
            default_visibility=form.get("default_visibility", user.preferences.default_visibility),
            default_sensitive="default_sensitive" in form,
            default_language=form.get("default_language", ""),
        )
        user = await preferences.change_preferences(tx, user, wanted)
        await preferences.change_language(tx, user, language)


async def _save_email(request: AnyRequest, signed_in: SignedIn, form: Form) -> None:
    email = rules.check_email(form.get("email", ""))
    proof = await _check_password(request, signed_in, form, "password")
    async with site_of(request).db.write() as tx:
        await change_email(tx, proof, email)


async def _save_password(request: AnyRequest, signed_in: SignedIn, form: Form) -> None:
    chosen = rules.check_password(form.get("new_password", ""), field="new_password")
    proof = await _check_password(request, signed_in, form, "current_password")
    password_hash = await hash_password(chosen)
    async with site_of(request).db.write() as tx:
        await password.change(tx, proof, password_hash, current_session_id=signed_in.session.id)


async def _check_password(request: AnyRequest, signed_in: SignedIn, form: Form, field: str) -> Proof:
    """A wrong password becomes an error of the form's field."""
    try:
        return await log_in.check_password_again(request, signed_in, form.get(field, ""))
    except Unauthenticated as fault:
        raise Invalid(_("This is not your present password"), field=field) from fault


routes = [show, save]
