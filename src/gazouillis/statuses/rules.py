"""Access rules: who may see, reblog and publish what. Pure functions; every door and every list asks these."""

from __future__ import annotations

from collections.abc import Collection, Container, Sized
from typing import Protocol

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.statuses.models import Status, Visibility
from gazouillis.text.blank import is_blank
from gazouillis.text.length import counted_length

CODE_POINTS_ALWAYS_READ = 10_000
CODE_POINTS_PER_CHARACTER = 10
"""A text of more code points than `CODE_POINTS_ALWAYS_READ` and this many for each allowed character is refused unread."""

MOST_MENTIONS = 25
"""Different handles in one status, whether they name an account or not."""


class HasVisibility(Protocol):
    """What decides who may see a status, or may learn that it was deleted."""

    @property
    def account_id(self) -> AccountId: ...
    @property
    def visibility(self) -> Visibility: ...
    @property
    def mentioned_ids(self) -> Collection[AccountId]: ...


class Viewer(msgspec.Struct, frozen=True, gc=False):
    """The account that asks for statuses. `id` is None for a visitor who is not signed in."""

    id: AccountId | None
    blocked: Collection[AccountId] = ()
    """Accounts the viewer blocks or that block the viewer."""
    follows: Collection[AccountId] = ()
    """Whom the viewer follows. Only the authors of statuses that are not for everybody need to be among them."""


def can_see(status: HasVisibility, author: Account, viewer: Viewer) -> bool:
    """The only place where this is decided: lists, single statuses and streams all call it."""
    if author.id == viewer.id:
        return True
    if author.id in viewer.blocked or not author.is_visible:
        return False
    match status.visibility:
        case Visibility.PUBLIC | Visibility.UNLISTED:
            return True
        case Visibility.PRIVATE:
            return author.id in viewer.follows or viewer.id in status.mentioned_ids
        case Visibility.DIRECT:
            return viewer.id in status.mentioned_ids


def is_for_everybody(visibility: Visibility) -> bool:
    """Public or unlisted: visible to all but accounts in a block with the author. Only these are counted, so that every viewer reads the
    same numbers.
    """
    return visibility <= Visibility.UNLISTED


def can_reblog(status: Status, account_id: AccountId) -> bool:
    if status.visibility in {Visibility.PUBLIC, Visibility.UNLISTED}:
        return True
    return status.visibility is Visibility.PRIVATE and status.account_id == account_id


def check_size(text: str, spoiler_text: str, limit: int) -> None:
    """A cheap check before the text is parsed: refuses texts so long that no way of counting could bring them under `limit`."""
    code_points = len(text) + len(spoiler_text)
    if code_points > CODE_POINTS_ALWAYS_READ + CODE_POINTS_PER_CHARACTER * limit:
        raise _too_long(code_points - limit)


def check_length(text: str, spoiler_text: str, limit: int, *, addressees: Container[str] = ()) -> None:
    """Raises Invalid when too long. `addressees`: for a reply, the handles in it that name accounts; see `counted_length`."""
    length = counted_length(text, addressees=addressees) + (counted_length(spoiler_text) if spoiler_text else 0)
    if length > limit:
        raise _too_long(length - limit)


def check_mentions(handles: Sized) -> None:
    if len(handles) > MOST_MENTIONS:
        sentence = counted("Name at most {count} person", "Name at most {count} people", MOST_MENTIONS)
        raise Invalid(sentence, field="status", code="ERR_TOO_MANY")


def check_has_recipient(visibility: Visibility, mentioned: Sized) -> None:
    """A direct status is visible only to the accounts it mentions, so it must mention one."""
    if visibility is Visibility.DIRECT and not mentioned:
        raise Invalid(_("Name whom this is for: @somebody"), field="status", code="ERR_BLANK")


def check_not_blank(text: str) -> None:
    if is_blank(text):
        raise Invalid(_("Say something first"), field="status", code="ERR_BLANK")


def _too_long(excess: int) -> Invalid:
    sentence = counted("Too long by {count} character", "Too long by {count} characters", excess)
    return Invalid(sentence, field="status", code="ERR_TOO_LONG")
