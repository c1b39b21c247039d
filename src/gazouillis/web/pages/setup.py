"""The first run: with the secret link that the console shows, the owner chooses the site's options and makes their account."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any, cast

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import options, queries
from gazouillis.accounts.models import Role
from gazouillis.accounts.options import Registrations, SiteOptions
from gazouillis.accounts.register import prepare, register
from gazouillis.accounts.sign_in import Proof
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.site import Site
from gazouillis.web import log_in
from gazouillis.web.log_in import StartedSession
from gazouillis.web.pages.settings_site import fixed_fields
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable


@get("/welcome/{token:str}")
async def show_form(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        await _check_link(context.reader, context.site, token)
        return await _show(context, {"language": context.language, "registrations": "approval"})


@post("/welcome/{token:str}", opt=restorable("setup"))
async def submit(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        await _check_link(context.reader, context.site, token)
        language = context.language
    form = await form_of(request)
    try:
        session = await _open(request, token, form, language)
    except Invalid as problem:
        async with request_context(request) as context:
            return await _show(context, form, context.errors(problem))
    flash = _("{name} is open. Say hello, then invite somebody.", name=form["name"].strip())
    return log_in.with_session_cookie(redirect("/", request, flash=flash, language=language), request, session)


async def is_expected(context: RequestContext) -> bool:
    """Whether the site has no owner yet."""
    return not context.options.is_set_up and await queries.owner(context.reader) is None


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    await _check_link(context.reader, context.site, form.get("token", ""))
    return await _show(context, form, context.errors(problem))


async def _show(context: RequestContext, form: Form, errors: Form | None = None) -> Response[Any]:
    fixed = fixed_fields(context.site.settings)
    return await context.render("setup.html", status_code=422 if errors else 200, form=form, errors=errors or {}, fixed=fixed)


async def _open(request: AnyRequest, token: str, form: Form, language: str) -> StartedSession:
    site = site_of(request)
    registration = await prepare(form.get("username", ""), form.get("email", ""), form.get("password", ""), language=language)
    async with site.db.write() as tx:
        await _check_link(tx, site, token)
        chosen = _chosen(await options.read(tx), form)
        await options.change(tx, chosen)
        account = await register(tx, registration, options=chosen, role=Role.OWNER, is_by_operator=True)
        return await log_in.start_session(tx, request, Proof(account.id, registration.password_hash))


def _chosen(present: SiteOptions, form: Form) -> SiteOptions:
    return msgspec.structs.replace(
        present,
        name=form.get("name", ""),
        description=form.get("description", "").strip(),
        language=form.get("language", present.language),
        registrations=cast("Registrations", form.get("registrations", present.registrations)),
        is_set_up=True,
    )


async def _check_link(reader: Reader, site: Site, token: str) -> None:
    is_owner_key = compare_digest(token.encode(), site.secrets.owner_key.encode())
    if not is_owner_key or await queries.owner(reader) is not None:
        raise NotFound(_("This link is no longer valid"))


routes = [show_form, submit]
