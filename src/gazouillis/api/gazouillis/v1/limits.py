"""One's own limits: who may reply, mention, write and so on. Described in `openapi.json`."""

from __future__ import annotations

import msgspec
from litestar import Response, get, patch

from gazouillis.accounts.boundaries import Act
from gazouillis.api.bind import bind, fields_sent_as
from gazouillis.api.caller import authorised
from gazouillis.api.entities.limits import Limits, limits
from gazouillis.api.request import AnyRequest, site
from gazouillis.conversations import limits as commands
from gazouillis.conversations.limits import LimitsChange

PATH = "/api/gazouillis/v1/limits"
SENT_AS = {"default_reply_policy": "who_may_reply", "who_may_town": "who_may_see_town"}
"""The fields of this request, by their names in `conversations/limits.py`."""


class LimitsForm(msgspec.Struct, frozen=True):
    """What is left out, or null, stays as it is."""

    who_may_reply: str | None = None
    holds_strangers: bool | None = None
    locked: bool | None = None
    links_others: bool | None = None
    allows_embedding: bool | None = None
    who_may_mention: str | None = None
    who_may_write: str | None = None
    who_may_find: str | None = None
    who_may_see_town: str | None = None
    who_may_track: str | None = None
    who_may_list: str | None = None
    who_may_invite: str | None = None
    unwanted_words: list[str] | None = None
    quiet_from: str | None = None
    quiet_to: str | None = None
    time_zone: str | None = None

    @property
    def change(self) -> LimitsChange:
        words = {
            Act.MENTION: self.who_may_mention,
            Act.FIND: self.who_may_find,
            Act.TOWN: self.who_may_see_town,
            Act.TRACK: self.who_may_track,
            Act.LIST: self.who_may_list,
            Act.INVITE: self.who_may_invite,
        }
        return LimitsChange(
            default_reply_policy=self.who_may_reply,
            holds_strangers=self.holds_strangers,
            is_locked=self.locked,
            links_others=self.links_others,
            allows_embedding=self.allows_embedding,
            who_may={act: word for act, word in words.items() if word is not None},
            who_may_write=self.who_may_write,
            unwanted_words=None if self.unwanted_words is None else "\n".join(self.unwanted_words),
            quiet_from=self.quiet_from,
            quiet_to=self.quiet_to,
            time_zone=self.time_zone,
        )


@get(PATH)
async def show(request: AnyRequest) -> Response[Limits]:
    caller = await authorised(request, "read:accounts")
    async with site(request).db.read() as reader:
        return Response(limits(await commands.limits(reader, await caller.user(reader), caller.account)))


@patch(PATH)
async def change(request: AnyRequest) -> Response[Limits]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, LimitsForm)
    with fields_sent_as(SENT_AS):
        async with site(request).db.write() as tx:
            changed = await commands.change_limits(tx, caller.account.id, form.change, base_url=site(request).settings.base_url)
    return Response(limits(changed))


routes = [show, change]
