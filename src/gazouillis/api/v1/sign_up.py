"""Sign-up from within an app. https://docs.joinmastodon.org/methods/accounts/#create"""

from __future__ import annotations

import msgspec
from litestar import Response, post

from gazouillis.accounts import apps, options, tokens
from gazouillis.accounts.register import check_details, check_name_is_free, prepare, register
from gazouillis.accounts.rules import is_language
from gazouillis.api.bind import bind
from gazouillis.api.caller import token_holder
from gazouillis.api.entities.token import Token, token
from gazouillis.api.request import AnyRequest, site
from gazouillis.graph.follow_inviter import follow_inviter
from gazouillis.infra.basics.errors import Faults, Invalid, NotFound
from gazouillis.infra.basics.messages import _


class SignUpForm(msgspec.Struct, frozen=True):
    """Missing fields are blank, so that one answer names all faults."""

    username: str = ""
    email: str = ""
    password: str = ""
    agreement: bool = False
    locale: str = ""
    reason: str = ""
    invite_code: str = ""
    """Of an invitation: the last part of its link."""


@post("/api/v1/accounts", status_code=200)
async def create(request: AnyRequest) -> Response[Token]:
    caller, form = await token_holder(request, "write:accounts"), await bind(request, SignUpForm)
    await _check(request, form)
    language = form.locale if is_language(form.locale) else ""
    registration = await prepare(form.username, form.email, form.password, language=language, reason=form.reason)
    async with site(request).db.write() as tx:
        app = await apps.by_id(tx, caller.app_id)
        if app is None:
            raise NotFound
        present = await options.effective(tx, site(request).settings)
        account = await register(tx, registration, options=present, invitation_code=form.invite_code)
        await follow_inviter(tx, account)
        issued = await tokens.issue(tx, app, account.id, caller.scopes)
    return Response(token(issued))


async def _check(request: AnyRequest, form: SignUpForm) -> None:
    faults = Faults()
    with faults.collected():
        check_details(form.username, form.email, form.password, reason=form.reason)
    with faults.collected():
        async with site(request).db.read() as reader:
            await check_name_is_free(reader, form.username)
    with faults.collected():
        if not form.agreement:
            raise Invalid(_("The rules of the place must be agreed to"), field="agreement", code="ERR_ACCEPTED")
    faults.raise_any()


routes = [create]
