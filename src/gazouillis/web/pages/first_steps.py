"""The first steps of the home page: as they stand now, for the page's script, and put away for good."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from gazouillis.accounts import preferences, queries
from gazouillis.infra.basics.errors import NotFound
from gazouillis.web.first_steps import first_steps
from gazouillis.web.request_context import AnyRequest, member, redirect, request_context, site_of


@get("/first-steps")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        if not context.is_partial:
            return redirect("/", request)
        steps, registrations = await first_steps(context), context.options.registrations
        return await context.render("_first_steps.html", steps=steps, registrations=registrations)


@post("/first-steps/hide")
async def hide(request: AnyRequest) -> Response[Any]:
    account = await member(request)
    async with site_of(request).db.write() as tx:
        user = await queries.user(tx, account.id)
        if user is None:
            raise NotFound
        await preferences.change_preferences(tx, user, msgspec.structs.replace(user.preferences, hides_first_steps=True))
    return redirect("/", request)


routes = [show, hide]
