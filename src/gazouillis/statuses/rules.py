"""Who may see and do what with a status. Pure."""

from __future__ import annotations

from collections.abc import Container, Sized

from gazouillis.graph.models import Relation
from gazouillis.infra.errors import Invalid
from gazouillis.infra.ids import AccountId
from gazouillis.infra.messages import _, counted
from gazouillis.statuses.models import Status, Visibility
from gazouillis.text.blank import is_blank
from gazouillis.text.length import counted_length

CODE_POINTS_ALWAYS_READ = 10_000
CODE_POINTS_PER_CHARACTER = 10

MOST_MENTIONS = 25
"""Different handles in one status, whether anybody bears them or not."""


def can_see(status: Status, viewer: Relation, *, is_mentioned: bool) -> bool:
    """`viewer` is how the reader stands to the author."""
    if viewer.is_self:
        return True
    if viewer.is_blocked or viewer.blocks:
        return False
    if is_mentioned:
        return True
    match status.visibility:
        case Visibility.PUBLIC | Visibility.UNLISTED:
            return True
        case Visibility.PRIVATE:
            return viewer.follows
        case Visibility.DIRECT:
            return False


def is_for_everybody(visibility: Visibility) -> bool:
    """Unless one of the two blocks the other."""
    return visibility <= Visibility.UNLISTED


def can_reblog(status: Status, account_id: AccountId) -> bool:
    if status.visibility in {Visibility.PUBLIC, Visibility.UNLISTED}:
        return True
    return status.visibility is Visibility.PRIVATE and status.account_id == account_id


def enters_timelines(visibility: Visibility) -> bool:
    """Direct statuses are letters: they have their own place."""
    return visibility is not Visibility.DIRECT


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
