"""Extracts of conversations, which Mastodon does not have."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts.models import Account
from gazouillis.api.bind import bind, identifier, identifiers
from gazouillis.api.caller import authorised
from gazouillis.api.entities.extract import Extract, extract
from gazouillis.api.request import AnyRequest, site
from gazouillis.conversations import answer_extract, ask_extract, extracts, models, queries, withdraw_extract
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses.models import Visibility


class ExtractForm(msgspec.Struct, frozen=True):
    message_ids: list[Any] = []
    visibility: str = "public"

    @property
    def ids(self) -> list[StatusId]:
        return [StatusId(one) for one in identifiers(self.message_ids)]

    @property
    def audience(self) -> Visibility:
        for one in extracts.AUDIENCES:
            if one.word == self.visibility:
                return one
        raise Invalid(_("{field} is not valid", field="visibility"), field="visibility", code="ERR_INCLUSION")


@get("/api/v1/conversations/{conversation_id:str}/extracts")
async def of_conversation(request: AnyRequest, conversation_id: FromPath[str]) -> Response[list[Extract]]:
    caller = await authorised(request, "read:statuses")
    async with site(request).db.read() as reader:
        mine = await queries.participant(reader, caller.account.id, identifier(conversation_id))
        found = await extracts.of_conversation(reader, caller.account.id, mine.conversation_id)
        return Response([extract(one.extract) for one in found])


@post("/api/v1/conversations/{conversation_id:str}/extracts", status_code=200)
async def ask(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Extract]:
    caller, form = await authorised(request, "write:statuses"), await bind(request, ExtractForm)
    async with site(request).db.write() as tx:
        base_url = site(request).settings.base_url
        asked = await ask_extract.ask(tx, caller.account, identifier(conversation_id), form.ids, form.audience, base_url)
    return Response(extract(asked))


@post("/api/v1/extracts/{extract_id:str}/agree", status_code=200)
async def agree(request: AnyRequest, extract_id: FromPath[str]) -> Response[Extract]:
    return await _answer(request, extract_id, partial(answer_extract.agree, base_url=site(request).settings.base_url))


@post("/api/v1/extracts/{extract_id:str}/refuse", status_code=200)
async def refuse(request: AnyRequest, extract_id: FromPath[str]) -> Response[Extract]:
    return await _answer(request, extract_id, answer_extract.refuse)


@post("/api/v1/extracts/{extract_id:str}/withdraw", status_code=200)
async def withdraw(request: AnyRequest, extract_id: FromPath[str]) -> Response[Extract]:
    return await _answer(request, extract_id, withdraw_extract.withdraw)


async def _answer(
    request: AnyRequest, extract_id: str, command: Callable[[Tx, Account, int], Awaitable[models.Extract]]
) -> Response[Extract]:
    caller = await authorised(request, "write:statuses")
    async with site(request).db.write() as tx:
        return Response(extract(await command(tx, caller.account, identifier(extract_id))))


routes = [of_conversation, ask, agree, refuse, withdraw]
