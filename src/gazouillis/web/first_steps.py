"""The first steps on the home page: what is still to be done by somebody who has just come, or who has just opened the place."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec

from gazouillis.accounts import invitations
from gazouillis.accounts.models import Role
from gazouillis.web.request_context import RequestContext

SHOWN_FOR = timedelta(days=30)
"""After its account was made, nobody is told any more what to do first."""

OPENERS = frozenset({Role.ADMIN, Role.OWNER})
"""Who runs the place, and has other steps than members."""

Kind = Literal["hello", "invite", "joining", "describe", "people", "profile"]


class Step(msgspec.Struct, frozen=True):
    kind: Kind
    is_done: bool


async def first_steps(context: RequestContext) -> tuple[Step, ...]:
    """Empty when all are done, when the viewer has put them away, and later. It reads only what is cached."""
    user, account = context.user_and_account
    if user.preferences.hides_first_steps or context.reader.has_come(account.created_at + SHOWN_FOR):
        return ()
    hello = Step("hello", account.statuses_count > 0)
    if user.role in OPENERS:
        has_invited = await invitations.has_invited_or_others_joined(context.reader, account.id)
        is_described = bool(context.options.description and context.options.rules)
        steps: tuple[Step, ...] = (hello, Step("invite", has_invited), Step("joining", is_done=True), Step("describe", is_described))
    else:
        has_profile = bool(account.avatar or account.note)
        steps = (hello, Step("people", account.following_count > 0), Step("profile", has_profile))
    return () if all(one.is_done for one in steps) else steps
