"""One's own invitations: to make them, pass their links on, see who came, and take them back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import invitations, options
from gazouillis.accounts.invitations import State
from gazouillis.accounts.invite import Terms, invite, revoke
from gazouillis.infra.basics.errors import Invalid, Problem
from gazouillis.infra.basics.messages import _
from gazouillis.web.confirmations import ask
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.sent_again import after_id, with_after_id
from gazouillis.web.unsent import restorable

PATH = "/invite"
LIFETIMES = {"86400": timedelta(days=1), "604800": timedelta(days=7), "2592000": timedelta(days=30), "": None}
"""What the form offers, in seconds; empty: until it is revoked."""
READY = _("Your link is ready. Send it to whom you want to see here.")
REVOKED = _("You have taken this link back. Fill in the form once more to make another.")
FRESH = {"expires_in": "604800", "follows_inviter": "1"}


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, FRESH)


@post(PATH, opt=restorable("invitation"))
async def create(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        user, language = context.user_and_account[0], context.language
    site, form = site_of(request), await form_of(request)
    try:
        terms = _terms(form)
        async with site.db.write() as tx:
            made = await invite(tx, user, await options.effective(tx, site.settings), terms, after_id=after_id(form))
    except Invalid as problem:
        async with request_context(request) as context:
            return await _show(context, form, context.errors(problem))
    return redirect(PATH, request, flash=REVOKED if made.revoked_at else READY, language=language)


@post("/settings/invitations/{invitation_id:str}/revoke")
async def take_back(request: AnyRequest, invitation_id: FromPath[str]) -> Response[Any]:
    identifier, form = parse_id(invitation_id), await form_of(request)
    async with request_context(request) as context:
        account, language = context.member, context.language
        if asked := await ask(context, form, "take-back", default=PATH):
            return asked
    async with site_of(request).db.write() as tx:
        await revoke(tx, account.id, identifier)
    return redirect(PATH, request, flash=_("The link is taken back. Those who came by it stay."), language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, form, context.errors(problem))


async def _show(context: RequestContext, form: Form, errors: Form | None = None) -> Response[Any]:
    reader, (user, account) = context.reader, context.user_and_account
    mine = await invitations.of_account(reader, account.id)
    return await context.render(
        "invitations.html",
        status_code=422 if errors else 200,
        form=with_after_id(form, (one.id for one in mine)),
        errors=errors or {},
        may_invite=options.may_invite(context.options, user.role),
        guests_wait=not options.lets_guests_in(context.options, user.role),
        still_open=[one for one in mine if invitations.state(reader, one) is State.OPEN],
        over=[one for one in mine if invitations.state(reader, one) is not State.OPEN],
        guests=await invitations.guests(reader, [one.id for one in mine]),
        address=f"{context.site.settings.base_url}{PATH}/",
    )


def _terms(form: Form) -> Terms:
    uses, lifetime = form.get("max_uses", "").strip(), form.get("expires_in", "")
    if lifetime not in LIFETIMES:
        raise Invalid(_("Choose how long it lasts"), field="expires_in")
    return Terms(form.get("note", ""), _number(uses) if uses else None, LIFETIMES[lifetime], "follows_inviter" in form)


def _number(text: str) -> int:
    """0, which is out of bounds and refused later, when the text is not a number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


routes = [show, create, take_back]
