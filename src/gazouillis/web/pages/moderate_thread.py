"""A page for moderators, from the menu of a status: slow or close its conversation."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.moderation import moderate_thread as moderating
from gazouillis.moderation.moderate_thread import ThreadLimits
from gazouillis.statuses.models import StatusView
from gazouillis.web.pages import compose
from gazouillis.web.pages.audience import SLOW_CHOICES, minutes_of
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import status_url
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of


@get("/statuses/{status_id:str}/moderate")
async def show(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        context.require_moderator()
        view = await compose.readable(context, status_id)
        first = await moderating.first_of_thread(context.reader, context.moderator, view.id)
        form = {"slow_minutes": str(first.moderated_slow_minutes), "closed": "1" if first.is_closed_by_moderators else ""}
        return await _show(context, view, form, {})


@post("/statuses/{status_id:str}/moderate")
async def change(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), StatusId(parse_id(status_id))
    async with request_context(request) as context:
        moderator, language = context.moderator, context.language
        view = await compose.readable(context, status_id)
        try:
            wanted = ThreadLimits(minutes_of(form), "closed" in form)
            async with site_of(request).db.write() as tx:
                await moderating.moderate_thread(tx, moderator, identifier, wanted)
        except Invalid as problem:
            return await _show(context, view, form, context.errors(problem), status_code=422)
    return redirect(status_url(view), request, flash=_("Your choice holds from now on"), language=language)


async def _show(context: RequestContext, view: StatusView, form: Form, errors: dict[str, str], *, status_code: int = 200) -> Response[Any]:
    chosen = form.get("slow_minutes", "0")
    return await context.render(
        "moderate_thread.html",
        status_code=status_code,
        view=view,
        url=status_url(view),
        slow_choices=sorted(
            {*SLOW_CHOICES, *([int(chosen)] if chosen.isascii() and chosen.isdigit() and 0 < int(chosen) < 10_000 else [])}
        ),
        form=form,
        errors=errors,
    )


routes = [show, change]
