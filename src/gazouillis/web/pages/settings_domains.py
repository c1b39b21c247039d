"""Settings: the blocked domains, with a form to block one more."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.graph import queries as graph
from gazouillis.graph.block_domain import block_domain, domain_from, unblock_domain
from gazouillis.infra.basics.errors import Invalid, Problem
from gazouillis.infra.basics.messages import _
from gazouillis.web import pagination
from gazouillis.web.confirmations import ask
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, redirect_back, request_context, site_of
from gazouillis.web.unsent import restorable

PAGE = "/settings/domains"


@get("/settings/domains")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        context.require_member()
        return await _show(context, {}, {})


@post("/settings/domains", opt=restorable("domains"))
async def add(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, language, here = context.member, context.language, context.site.settings.authority
        try:
            domain = domain_from(form.get("domain", ""), here)
        except Invalid as problem:
            return await _show(context, form, context.errors(problem), status_code=422)
    async with site_of(request).db.write() as tx:
        await block_domain(tx, me.id, domain)
    return redirect(PAGE, request, flash=_("You and everybody of this place no longer see each other"), language=language)


@post("/settings/domains/{domain:str}/block")
async def block(request: AnyRequest, domain: FromPath[str]) -> Response[Any]:
    """From the menu of a profile."""
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
        blocked = domain_from(domain, context.site.settings.authority)
        if asked := await ask(context, form, "block-domain", default=PAGE, domain=blocked):
            return asked
    async with site_of(request).db.write() as tx:
        await block_domain(tx, me.id, blocked)
    return redirect_back(request, PAGE, flash=_("You and everybody of this place no longer see each other"), language=language)


@post("/settings/domains/{domain:str}/unblock")
async def unblock(request: AnyRequest, domain: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        me, here = context.member, context.site.settings.authority
    async with site_of(request).db.write() as tx:
        await unblock_domain(tx, me.id, domain_from(domain, here))
    return redirect_back(request, PAGE)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, form, context.errors(problem))


async def _show(context: RequestContext, form: Form, errors: dict[str, str], *, status_code: int = 200) -> Response[Any]:
    async def load(domains: Sequence[str]) -> list[str]:
        return list(domains)

    page = await pagination.list_page(context, partial(graph.blocked_domains, context.reader, context.member.id), load)
    return await context.render(
        "settings_domains.html", status_code=status_code, domains=page.entries, form=form, errors=errors, **page.links
    )


routes = [show, add, block, unblock]
