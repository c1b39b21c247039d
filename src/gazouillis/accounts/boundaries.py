"""Boundaries: what an account lets others do to it, and when. `graph/boundaries.py` answers whether somebody may."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from gazouillis.accounts.quiet_hours import QuietHours
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _


class Act(StrEnum):
    """What somebody may do to an account. Who may reply is chosen for each status: `statuses.models.ReplyPolicy`."""

    MENTION = "mention"
    """A mention that notifies and is listed. The text stays as it is written in any case."""
    LIST = "list"
    """To be put into a circle of somebody."""
    FIND = "find"
    """By search, suggestions and the directory. A full handle finds its account for anybody."""
    TOWN = "town"
    """To read in the profile where they live."""
    TRACK = "track"
    """To be told of its public posts because of the words in them. Who follows it reads them in any case."""
    INVITE = "invite"
    """To be invited to a group."""


class Who(StrEnum):
    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    FOLLOWED = "followed"
    """Those whom the account follows."""
    MUTUALS = "mutuals"
    NOBODY = "nobody"

    def includes(self, *, follows: bool, is_followed: bool) -> bool:
        """Whether somebody belongs to them who follows the account, or whom the account follows (`is_followed`)."""
        match self:
            case Who.EVERYONE:
                return True
            case Who.FOLLOWERS:
                return follows
            case Who.FOLLOWED:
                return is_followed
            case Who.MUTUALS:
                return follows and is_followed
            case Who.NOBODY:
                return False


class Boundaries(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Part of the account, so that asking it reads nothing more. Who may find it is apart, since lists ask for it in SQL:
    everyone while it is discoverable, else `Account.found_by`.
    """

    mention: Who = Who.EVERYONE
    list: Who = Who.EVERYONE
    town: Who = Who.EVERYONE
    track: Who = Who.EVERYONE
    invite: Who = Who.EVERYONE
    allows_embedding: bool = True
    """Whether other sites may show its public posts in a frame."""
    quiet: QuietHours | None = None
    protects: bool = False
    """Whether `Preferences.protected_people` names anybody."""
    has_words: bool = False
    """Whether `Preferences.unwanted_words` has any."""


OPEN = Boundaries()
"""Those of an account that has chosen nothing."""

CHOICES: Mapping[Act, tuple[Who, ...]] = {
    Act.MENTION: tuple(Who),
    Act.LIST: (Who.EVERYONE, Who.FOLLOWED, Who.MUTUALS, Who.NOBODY),
    Act.FIND: tuple(Who),
    Act.TOWN: tuple(Who),
    Act.TRACK: tuple(Who),
    Act.INVITE: (Who.EVERYONE, Who.FOLLOWED, Who.MUTUALS, Who.NOBODY),
}
"""What one may choose, from the widest to the narrowest."""


def choice(act: Act, word: str, *, field: str) -> Who:
    """Raises Invalid for anything else than one of `CHOICES`."""
    if word not in {one.value for one in CHOICES[act]}:
        raise Invalid(_("There is no such choice"), field=field, code="ERR_INCLUSION")
    return Who(word)


_decoder = msgspec.json.Decoder(Boundaries)


def encoded(boundaries: Boundaries) -> bytes:
    """As stored; empty when nothing was chosen."""
    return b"" if boundaries == OPEN else msgspec.json.encode(boundaries)


def decoded(stored: bytes) -> Boundaries:
    return _decoder.decode(stored) if stored else OPEN
