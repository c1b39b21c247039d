"""The moderators' list of reports: open or resolved, with buttons to resolve and reopen them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts.models import User
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.transactions import Tx
from gazouillis.moderation import queries as reports
from gazouillis.moderation import resolve as resolving
from gazouillis.moderation.models import Outcome, ReportView
from gazouillis.statuses.rules import is_for_everybody
from gazouillis.web import pagination
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, redirect, request_context, site_of

RESOLVED = "resolved"
"""The value of `?state=` for the list of resolved reports."""

Command = Callable[[Tx, User, int], Awaitable[None]]


@get("/settings/reports")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        context.require_moderator()
        is_resolved = request.query_params.get("state") == RESOLVED

        async def load(ids: Sequence[int]) -> list[ReportView]:
            return await reports.report_views(context.reader, ids)

        page = await pagination.list_page(context, partial(reports.page, context.reader, is_resolved=is_resolved), load)
        open_ids = {status.id for view in page.entries for status in view.statuses if is_for_everybody(status.visibility)}
        return await context.render("settings_reports.html", reports=page.entries, is_resolved=is_resolved, open_ids=open_ids, **page.links)


@post("/settings/reports/{report_id:str}/resolve")
async def resolve(request: AnyRequest, report_id: FromPath[str]) -> Response[Any]:
    """Closes it without an action."""
    close = partial(resolving.resolve, outcome=Outcome.NO_ACTION)
    return await _change(request, report_id, close, "/settings/reports", _("The report is closed."))


@post("/settings/reports/{report_id:str}/acted")
async def acted(request: AnyRequest, report_id: FromPath[str]) -> Response[Any]:
    close = partial(resolving.resolve, outcome=Outcome.ACTED)
    return await _change(request, report_id, close, "/settings/reports", _("The report is closed."))


@post("/settings/reports/{report_id:str}/reopen")
async def reopen(request: AnyRequest, report_id: FromPath[str]) -> Response[Any]:
    return await _change(request, report_id, resolving.reopen, f"/settings/reports?state={RESOLVED}", _("The report is open again."))


async def _change(request: AnyRequest, report_id: str, command: Command, back: str, done: Message) -> Response[Any]:
    async with request_context(request) as context:
        moderator, language = context.moderator, context.language
    async with site_of(request).db.write() as tx:
        await command(tx, moderator, parse_id(report_id))
    return redirect(back, request, flash=done, language=language)


routes = [show, resolve, acted, reopen]
