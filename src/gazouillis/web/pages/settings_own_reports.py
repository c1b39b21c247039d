"""What the viewer reported, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.accounts.models import Account
from gazouillis.moderation import queries as reports
from gazouillis.moderation.models import Report
from gazouillis.web import pagination
from gazouillis.web.request_context import AnyRequest, request_context


@get("/settings/own-reports")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        me = context.member

        async def load(ids: Sequence[int]) -> list[tuple[Report, Account]]:
            return await reports.own_reports(context.reader, ids)

        page = await pagination.list_page(context, partial(reports.of_reporter, context.reader, me.id), load)
        return await context.render("settings_own_reports.html", reports=page.entries, **page.links)


routes = [show]
