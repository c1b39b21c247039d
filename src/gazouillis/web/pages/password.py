"""A new password for who forgot it, by a letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import password, rules
from gazouillis.accounts.hashing import hash_password
from gazouillis.accounts.sign_in import Proof
from gazouillis.infra.errors import Forbidden, Invalid
from gazouillis.infra.messages import _
from gazouillis.web import entrance
from gazouillis.web.visit import AnyRequest, form_of, go, site_of, visit

MOST_LETTERS = 5
WINDOW = timedelta(minutes=30)


@get("/password")
async def ask(request: AnyRequest) -> Response[Any]:
    async with visit(request) as visiting:
        return await visiting.show("password_ask.html", form={}, errors={}, sent="sent" in request.query_params)


@post("/password")
async def send(request: AnyRequest) -> Response[Any]:
    """The same answer whether the address is known or not."""
    form = await form_of(request)
    try:
        email = rules.check_email(form.get("email", ""))
    except Invalid as problem:
        async with visit(request) as visiting:
            return await visiting.show("password_ask.html", status_code=422, form=form, errors=visiting.errors(problem))
    await entrance.spend(request, "letters from", entrance.address_of(request), MOST_LETTERS, WINDOW)
    await entrance.spend(request, "letters to", rules.email_key(email), MOST_LETTERS, WINDOW)
    async with site_of(request).db.write() as tx:
        await password.ask(tx, email)
    return go("/password?sent=1", request)


@get("/password/{token:str}")
async def choose(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with visit(request) as visiting:
        await password.holder(visiting.reader, visiting.site.secrets, token)
        return await visiting.show("password_set.html", errors={})


@post("/password/{token:str}")
async def save(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    site, form = site_of(request), await form_of(request)
    async with visit(request) as visiting:
        language = visiting.language
        await password.holder(visiting.reader, site.secrets, token)
        try:
            chosen = rules.check_password(form.get("password", ""))
        except Invalid as problem:
            return await visiting.show("password_set.html", status_code=422, errors=visiting.errors(problem))
    password_hash = await hash_password(chosen)
    async with site.db.write() as tx:
        account_id = await password.reset(tx, site.secrets, token, password_hash)
    flash = _("Your password is changed. Everywhere else, you are signed out.")
    return await _enter(request, Proof(account_id, password_hash), go("/", request, flash=flash, language=language))


async def _enter(request: AnyRequest, proof: Proof, answer: Response[Any]) -> Response[Any]:
    """Apart from the change itself, which stands even for somebody who may not enter yet."""
    try:
        async with site_of(request).db.write() as tx:
            session = await entrance.enter(tx, request, proof)
    except Forbidden:
        return answer
    return entrance.with_session(answer, request, session)


routes = [ask, send, choose, save]
