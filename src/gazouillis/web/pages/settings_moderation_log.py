"""The moderation log, for moderators: who did what, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.moderation import log
from gazouillis.moderation.models import LogEntry
from gazouillis.web import pagination
from gazouillis.web.request_context import AnyRequest, request_context


@get("/settings/moderation-log")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        context.require_moderator()

        async def load(ids: Sequence[int]) -> list[LogEntry]:
            return await log.entries(context.reader, ids)

        page = await pagination.list_page(context, partial(log.page, context.reader), load)
        return await context.render("settings_moderation_log.html", entries=page.entries, **page.links)


routes = [show]
