from __future__ import annotations

import msgspec

from gazouillis.accounts.boundaries import Act
from gazouillis.conversations import limits as models
from gazouillis.conversations.limits import written


class Limits(msgspec.Struct, frozen=True):
    """Of our own. What GET answers, PATCH takes."""

    who_may_reply: str
    holds_strangers: bool
    locked: bool
    links_others: bool
    allows_embedding: bool
    who_may_mention: str
    who_may_write: str
    who_may_find: str
    who_may_see_town: str
    who_may_track: str
    who_may_list: str
    who_may_invite: str
    unwanted_words: tuple[str, ...]
    quiet_from: str
    quiet_to: str
    time_zone: str


def limits(one: models.Limits) -> Limits:
    quiet_from, quiet_to, time_zone = written(one.quiet)
    return Limits(
        who_may_reply=one.default_reply_policy,
        holds_strangers=one.holds_strangers,
        locked=one.is_locked,
        links_others=one.links_others,
        allows_embedding=one.allows_embedding,
        who_may_mention=one.who_may[Act.MENTION],
        who_may_write=one.who_may_write.word,
        who_may_find=one.who_may[Act.FIND],
        who_may_see_town=one.who_may[Act.TOWN],
        who_may_track=one.who_may[Act.TRACK],
        who_may_list=one.who_may[Act.LIST],
        who_may_invite=one.who_may[Act.INVITE],
        unwanted_words=one.unwanted_words,
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        time_zone=time_zone,
    )
