"""Sign-up: opens an account at once, or asks for approval, as the site's options say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response, get, post

from gazouillis.accounts import applicants, invitations, options
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.invitations import Offer
from gazouillis.accounts.invite import InvitationEnded
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.register import check_details, check_name_is_free, is_let_in, prepare, register
from gazouillis.accounts.rules import email_key
from gazouillis.accounts.sign_in import Proof
from gazouillis.graph.follow_inviter import follow_inviter
from gazouillis.infra.basics.errors import Faults, Forbidden, Invalid, Problem, Unauthenticated
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.site import Site
from gazouillis.text.blank import is_blank
from gazouillis.web import log_in
from gazouillis.web.log_in import StartedSession
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, local_path, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

WINDOW = timedelta(minutes=30)
MOST_JOINING = 5
"""Accounts from one IP address in one window."""
SENT_AGAIN_WITHIN = timedelta(minutes=30)
"""How long a form that has made an account may be sent again, and leads to this account."""
MOST_TRIES = 30
"""Forms from one IP address in one window, refused ones included."""


class Applicant(msgspec.Struct, frozen=True):
    """Somebody who has signed up and waits for approval."""

    account_id: AccountId


@get("/sign-up")
async def show_form(request: AnyRequest) -> Response[Any]:
    next_path = local_path(request.query_params.get("next", ""))
    async with request_context(request) as context:
        return redirect(next_path or "/", request) if context.viewer else await show(context, {"next": next_path})


@post("/sign-up", opt=restorable("sign-up"))
async def join(request: AnyRequest) -> Response[Any]:
    return await sign_up(request)


async def sign_up(request: AnyRequest, code: str = "") -> Response[Any]:
    """`code`: of the invitation whose page the form is on. Raises `InvitationEnded` when it no longer holds."""
    form = await form_of(request)
    async with request_context(request) as context:
        chosen, language = context.options, context.language
        offer = await invitations.offer(context.reader, code, chosen) if code else None
    try:
        session = await _joined_before(request, form) or await _join(request, form, chosen, language, offer)
    except InvitationEnded:
        raise
    except (Invalid, Forbidden) as problem:
        async with request_context(request) as context:
            return await show(context, form, context.errors(problem), offer=offer)
    if isinstance(session, Applicant):
        return redirect(waiting_path(site_of(request), session.account_id), request)
    next_path, flash = local_path(form.get("next", "")), None
    if next_path:
        flash = _("Welcome! To begin: say hello, then follow a few people who answer.")
    if offer and offer.invitation.follows_inviter:
        flash = _("Welcome! You follow {name} already: say hello.", name=offer.inviter.name)
    return log_in.with_session_cookie(redirect(next_path or "/start", request, flash=flash, language=language), request, session)


@get("/sign-up/waiting")
async def waiting(request: AnyRequest) -> Response[Any]:
    """`who` is a signed token, in the query since paths without secrets keep the opener (`headers.KEEPS_OPENER`)."""
    token = request.query_params.get("who", "")
    async with request_context(request) as context:
        state = await applicants.sign_up_state(context.reader, context.site.secrets, token) if token else None
        return await context.render("sign_up_waiting.html", state=state)


def waiting_path(site: Site, account_id: AccountId) -> str:
    """The page that tells an applicant where they stand."""
    return f"/sign-up/waiting?who={applicants.token(site.secrets, account_id)}"


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await show(context, form, context.errors(problem))


async def show(context: RequestContext, form: Form, errors: Form | None = None, *, offer: Offer | None = None) -> Response[Any]:
    chosen = context.options
    return await context.render(
        "sign_up.html",
        status_code=422 if errors else 200,
        is_closed=chosen.registrations == "closed" and offer is None,
        needs_approval=not is_let_in(chosen, offer),
        rules=chosen.rules,
        form=form,
        errors=errors or {},
        offer=offer,
        base_url=context.site.settings.base_url,
    )


async def _joined_before(request: AnyRequest, form: Form) -> StartedSession | Applicant | None:
    """The account that this form has made already, before a second click or a reload: name, address and password are the same."""
    site, (username, email, password) = site_of(request), _details(form)
    async with site.db.read() as reader:
        account = await accounts.by_handle_even_unapproved(reader, username, site.settings.authority)
        user = await accounts.user(reader, account.id) if account else None
    if account is None or user is None or account.created_at < site.db.clock() - SENT_AGAIN_WITHIN:
        return None
    if email_key(user.email) != email_key(email):
        return None
    try:
        proof = await log_in.check_password(request, user, username, password)
    except Unauthenticated:
        return None
    if not account.is_approved:
        return Applicant(account.id)
    async with site.db.write() as tx:
        return await log_in.start_session(tx, request, proof)


async def _join(request: AnyRequest, form: Form, chosen: SiteOptions, language: str, offer: Offer | None) -> StartedSession | Applicant:
    site, address = site_of(request), log_in.client_address(request)
    await log_in.count_attempt(request, "sign up form", address, MOST_TRIES, WINDOW)
    await _check(site, form, chosen, offer)
    username, email, password = _details(form)
    registration = await prepare(username, email, password, language=language, reason=form.get("reason", ""))
    await log_in.count_attempt(request, "sign up", address, MOST_JOINING, WINDOW)
    async with site.db.write() as tx:
        present = await options.effective(tx, site.settings)
        code = offer.invitation.code if offer else ""
        account = await register(tx, registration, options=present, invitation_code=code)
        if not account.is_approved:
            return Applicant(account.id)
        await follow_inviter(tx, account)
        return await log_in.start_session(tx, request, Proof(account.id, registration.password_hash))


async def _check(site: Site, form: Form, chosen: SiteOptions, offer: Offer | None) -> None:
    faults = Faults()
    with faults.collected():
        check_details(*_details(form), reason=form.get("reason", ""))
    with faults.collected():
        async with site.db.read() as reader:
            await check_name_is_free(reader, form.get("username", ""))
    with faults.collected():
        _check_answers(form, chosen, offer)
    faults.raise_any()


def _details(form: Form) -> tuple[str, str, str]:
    return form.get("username", ""), form.get("email", ""), form.get("password", "")


def _check_answers(form: Form, chosen: SiteOptions, offer: Offer | None) -> None:
    is_asked = not is_let_in(chosen, offer) and (chosen.registrations != "closed" or offer is not None)
    if is_asked and is_blank(form.get("reason", "")):
        raise Invalid(_("Say a word to the person who will welcome you"), field="reason", code="ERR_BLANK")
    if chosen.rules and not form.get("agreement"):
        raise Invalid(_("The rules of the place must be agreed to"), field="agreement", code="ERR_ACCEPTED")


routes = [show_form, join, waiting]
