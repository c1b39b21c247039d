"""Who may see and do what with a status. Pure."""

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

MOST_MENTIONS = 25
"""Different handles in one status, whether anybody bears them or not."""


class Said(Protocol):
    """What decides who may see a status, or may know that it was deleted."""

    @property
    def account_id(self) -> AccountId: ...
    @property
    def visibility(self) -> Visibility: ...
    @property
    def mentioned_ids(self) -> Collection[AccountId]: ...


class Viewer(msgspec.Struct, frozen=True, gc=False):
    """Who looks. `id` is None for a visitor."""

    id: AccountId | None
    blocked: Collection[AccountId] = ()
    """Between whom and the viewer stands a block, whoever made it."""
    follows: Collection[AccountId] = ()
    """Whom the viewer follows, among the authors of what is not for everybody."""


def can_see(said: Said, author: Account, viewer: Viewer) -> bool:
    """The only place where this is decided: lists, single statuses and streams all ask here."""
    if author.id == viewer.id:
        return True
    if author.id in viewer.blocked or not author.is_visible:
        return False
    match said.visibility:
        case Visibility.PUBLIC | Visibility.UNLISTED:
            return True
        case Visibility.PRIVATE:
            return author.id in viewer.follows or viewer.id in said.mentioned_ids
        case Visibility.DIRECT:
            return viewer.id in said.mentioned_ids


def is_for_everybody(visibility: Visibility) -> bool:
    """Unless one of the two blocks the other. Only such statuses are counted: a number is the same for all who read it."""
    return visibility <= Visibility.UNLISTED


def can_reblog(status: Status, account_id: AccountId) -> bool:
    if status.visibility in {Visibility.PUBLIC, Visibility.UNLISTED}:
        return True
    return status.visibility is Visibility.PRIVATE and status.account_id == account_id


def check_size(text: str, spoiler_text: str, limit: int) -> None:
    """Before anything else is done with it: what no limit could hold is neither read nor counted as people count."""
    code_points = len(text) + len(spoiler_text)
    if code_points > CODE_POINTS_ALWAYS_READ + CODE_POINTS_PER_CHARACTER * limit:
        raise _too_long(code_points - limit)


def check_length(text: str, spoiler_text: str, limit: int, *, addressees: Container[str] = ()) -> None:
    """`addressees`: of a reply, the handles written that name accounts."""
    length = counted_length(text, addressees=addressees) + (counted_length(spoiler_text) if spoiler_text else 0)
    if length > limit:
        raise _too_long(length - limit)


def check_mentions(handles: Sized) -> None:
    if len(handles) > MOST_MENTIONS:
        sentence = counted("Name at most {count} person", "Name at most {count} people", MOST_MENTIONS)
        raise Invalid(sentence, field="status", code="ERR_TOO_MANY")


def check_has_reader(visibility: Visibility, mentioned: Sized) -> None:
    """Only those whom it names read a direct status."""
    if visibility is Visibility.DIRECT and not mentioned:
        raise Invalid(_("Name whom this is for: @somebody"), field="status", code="ERR_BLANK")


def check_not_blank(text: str) -> None:
    if is_blank(text):
        raise Invalid(_("Say something first"), field="status", code="ERR_BLANK")


def _too_long(excess: int) -> Invalid:
    sentence = counted("Too long by {count} character", "Too long by {count} characters", excess)
    return Invalid(sentence, field="status", code="ERR_TOO_LONG")
