"""Settings: the sessions of the account and its authorised apps, which can be ended and revoked here."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from gazouillis.accounts import sessions, tokens
from gazouillis.accounts.sessions import SignedIn
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.transactions import Tx
from gazouillis.web.confirmations import ask
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, form_of, redirect, request_context, site_of

# User agents by the word that identifies them, the most specific first: https://www.rfc-editor.org/rfc/rfc9110#name-user-agent
BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Vivaldi", "Vivaldi"), ("Firefox", "Firefox")),
    *(
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
        ("Lynx", "Lynx"),
        ("w3m", "w3m"),
        ("curl", "curl"),
    ),
)
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS")),
    *(("Mac OS X", "macOS"), ("Linux", "Linux"), ("BSD", "BSD")),
)


@get("/settings/sessions")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        member, signed_in = context.member, context.signed_in
        assert signed_in is not None
        listed = await sessions.of_account(context.reader, member.id)
        return await context.render(
            "settings_sessions.html",
            sessions=listed,
            devices={one.id: device(one.user_agent) for one in listed},
            current_id=signed_in.session.id,
            apps=await tokens.apps_of(context.reader, member.id),
        )


@post("/settings/sessions")
async def end(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        context.require_member()
        signed_in, language = context.signed_in, context.language
        if asked := await ask(context, form, _question(form), default="/settings/sessions"):
            return asked
    assert signed_in is not None
    async with site_of(request).db.write() as tx:
        done = await _end(tx, signed_in, form)
    return redirect("/settings/sessions", request, flash=done, language=language)


def device(user_agent: str) -> str:
    """`Firefox, Linux`; empty when nothing is recognised."""
    found = (next((name for word, name in table if word in user_agent), "") for table in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, found))


def _question(form: Form) -> str:
    if form.get("app"):
        return "revoke-app"
    return "end-other-sessions" if form.get("end") == "others" else "end-session"


async def _end(tx: Tx, signed_in: SignedIn, form: Form) -> Message:
    me = signed_in.account.id
    if app := form.get("app"):
        await tokens.revoke_app(tx, me, parse_id(app))
        return _("The app is sent away.")
    if form.get("end") == "others":
        await sessions.end_others(tx, me, signed_in.session.id)
        return _("You are signed out everywhere else.")
    await sessions.end(tx, me, parse_id(form.get("end", "")))
    return _("This browser is signed out.")


routes = [show, end]
