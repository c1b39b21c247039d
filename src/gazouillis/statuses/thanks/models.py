"""Thanks for a thread: who took part in it, and whom a status thanks. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId

MOST_AT_ONCE = 200
"""How many people are thanked at once. A second thanks reaches the others."""
LONGEST_LINE = 140
"""Counted characters of a personal line."""


class Act(StrEnum):
    """What somebody did in a thread. The words are those of the API."""

    REPLIED = "replied"
    REBLOGGED = "reblogged"
    FAVOURITED = "favourited"


class Participant(msgspec.Struct, frozen=True):
    """Somebody whom the author of a thread can thank."""

    account: Account
    acts: tuple[Act, ...]


class Participants(msgspec.Struct, frozen=True):
    people: tuple[Participant, ...] = ()
    has_more: bool = False
    """Whether there are more than `MOST_AT_ONCE`."""


class Thanked(msgspec.Struct, frozen=True):
    """`line` is what the author wrote for this person: empty for everybody else."""

    account: Account
    line: str = ""


class ThanksDraft(msgspec.Struct, frozen=True):
    """What somebody asks to publish; `thank` checks it. `lines`: for some of the people, a personal line."""

    text: str
    people: tuple[AccountId, ...]
    lines: Mapping[AccountId, str] = {}
    language: str = ""
    app_id: int | None = None
