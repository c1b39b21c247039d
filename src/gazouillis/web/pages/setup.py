"""The first run: by the link on the console, the owner opens the place."""

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
from gazouillis.infra.database import Reader
from gazouillis.infra.errors import Invalid, NotFound
from gazouillis.infra.messages import _
from gazouillis.infra.site import Site
from gazouillis.web import entrance
from gazouillis.web.entrance import Entered
from gazouillis.web.pages.settings_site import fixed_fields
from gazouillis.web.visit import AnyRequest, Form, Visit, form_of, go, site_of, visit


@get("/welcome/{token:str}")
async def ask(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with visit(request) as visiting:
        await _check_link(visiting.reader, visiting.site, token)
        return await _show(visiting, {"language": visiting.language, "registrations": "approval"})


@post("/welcome/{token:str}")
async def open_place(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with visit(request) as visiting:
        await _check_link(visiting.reader, visiting.site, token)
        language = visiting.language
    form = await form_of(request)
    try:
        session = await _open(request, token, form, language)
    except Invalid as problem:
        async with visit(request) as visiting:
            return await _show(visiting, form, visiting.errors(problem))
    flash = _("{name} is open. Say hello, then invite somebody.", name=form["name"].strip())
    return entrance.with_session(go("/", request, flash=flash, language=language), request, session)


async def is_expected(visiting: Visit) -> bool:
    """Whether the place still waits for its owner."""
    return not visiting.options.is_set_up and await queries.owner(visiting.reader) is None


async def _show(visiting: Visit, form: Form, errors: Form | None = None) -> Response[Any]:
    fixed = fixed_fields(visiting.site.settings)
    return await visiting.show("setup.html", status_code=422 if errors else 200, form=form, errors=errors or {}, fixed=fixed)


async def _open(request: AnyRequest, token: str, form: Form, language: str) -> Entered:
    site = site_of(request)
    registration = await prepare(form.get("username", ""), form.get("email", ""), form.get("password", ""), language=language)
    async with site.db.write() as tx:
        await _check_link(tx, site, token)
        chosen = _chosen(await options.read(tx), form)
        await options.change(tx, chosen)
        account = await register(tx, registration, options=chosen, role=Role.OWNER, is_by_operator=True)
        return await entrance.enter(tx, request, Proof(account.id, registration.password_hash))


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
    is_key = compare_digest(token.encode(), site.secrets.owner_key.encode())
    if not is_key or await queries.owner(reader) is not None:
        raise NotFound(_("This link is no longer valid"))


routes = [ask, open_place]
