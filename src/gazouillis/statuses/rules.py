"""Access rules by visibility: who may see, reblog and publish what. Pure functions; every door and every list asks these."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sized
from typing import Protocol

import msgspec

from gazouillis.accounts.boundaries import Who
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, CircleId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.statuses.models import LIMITED, ReplyPolicy, Status, Visibility
from gazouillis.text.blank import is_blank
from gazouillis.text.length import counted_length

CODE_POINTS_ALWAYS_READ = 10_000
CODE_POINTS_PER_CHARACTER = 10
"""A text of more code points than `CODE_POINTS_ALWAYS_READ` and this many for each allowed character is refused unread."""

MOST_MENTIONS = 25
"""Different handles in one status, whether they name an account or not."""

MOST_IN_CONVERSATION = 8
"""How many people a private conversation has at most, its author among them."""


class HasVisibility(Protocol):
    """What decides who may see a status, or may learn that it was deleted."""

    @property
    def account_id(self) -> AccountId: ...
    @property
    def visibility(self) -> Visibility: ...
    @property
    def circle_id(self) -> CircleId | None: ...
    @property
    def withheld_by(self) -> AccountId | None: ...
    @property
    def mentioned_ids(self) -> Collection[AccountId]: ...
    @property
    def quoted_ids(self) -> Collection[AccountId]:
        """Whose private words it shows. Only an extract quotes anybody."""


class Viewer(msgspec.Struct, frozen=True, gc=False):
    """The account that asks for statuses. `id` is None for a visitor who is not signed in."""

    id: AccountId | None
    blocked: Collection[AccountId] = ()
    """Accounts the viewer blocks or that block the viewer."""
    follows: Collection[AccountId] = ()
    """Whom the viewer follows. Only the authors of statuses that are for followers or mutuals need to be among them."""
    followers: Collection[AccountId] = ()
    """Who follows the viewer. Only the authors of statuses that are for mutuals need to be among them."""
    circles: Collection[CircleId] = ()
    """The circles that the viewer reads. Only those of the statuses that are for circles need to be among them."""


def can_see(status: HasVisibility, author: Account, viewer: Viewer) -> bool:
    """The only place where this is decided: lists, single statuses and streams all call it."""
    if author.id == viewer.id:
        return True
    if author.id in viewer.blocked or not author.is_visible:
        return False
    if status.quoted_ids and any(one in viewer.blocked for one in status.quoted_ids):
        return False
    if status.withheld_by is not None and status.withheld_by != viewer.id:
        return False
    match status.visibility:
        case Visibility.PUBLIC | Visibility.UNLISTED:
            return True
        case Visibility.PRIVATE:
            return author.id in viewer.follows or viewer.id in status.mentioned_ids
        case Visibility.MUTUALS:
            return (author.id in viewer.follows and author.id in viewer.followers) or viewer.id in status.mentioned_ids
        case Visibility.CIRCLE:
            return status.circle_id in viewer.circles or viewer.id in status.mentioned_ids
        case Visibility.DIRECT:
            return viewer.id in status.mentioned_ids


def is_for_everybody(visibility: Visibility) -> bool:
    """Public or unlisted: visible to all but accounts in a block with the author. Only these are counted, so that every viewer reads the
    same numbers.
    """
    return visibility <= Visibility.UNLISTED


def may_be_embedded(status: Status, author: Account) -> bool:
    """Whether other sites may show it in a frame. There, everybody is a visitor: what these may not see stays hidden.

    Not an extract: those whose words it quotes agreed to a post, whose readers they may refuse.
    """
    return is_for_everybody(status.visibility) and not status.is_extract and author.boundaries.allows_embedding


def may_reply(policy: ReplyPolicy, *, follows: bool, is_followed: bool, is_named: bool) -> bool:
    """Whether somebody other than the author may. `follows`: they follow the author; `is_followed`: the author follows them."""
    allowed = _REPLYING[policy]
    return allowed.includes(follows=follows, is_followed=is_followed) or (is_named and policy is not ReplyPolicy.NOBODY)


def reply_policy(word: str, *, field: str = "reply_policy") -> ReplyPolicy:
    """Raises Invalid when there is none of this name."""
    if word.upper() not in ReplyPolicy.__members__:
        raise Invalid(_("There is no such choice of who may reply"), field=field, code="ERR_INCLUSION")
    return ReplyPolicy[word.upper()]


_REPLYING: Mapping[ReplyPolicy, Who] = {
    ReplyPolicy.EVERYONE: Who.EVERYONE,
    ReplyPolicy.FOLLOWERS: Who.FOLLOWERS,
    ReplyPolicy.FOLLOWED: Who.FOLLOWED,
    ReplyPolicy.MUTUALS: Who.MUTUALS,
    ReplyPolicy.NAMED: Who.NOBODY,
    ReplyPolicy.NOBODY: Who.NOBODY,
}

_NARROWER: Mapping[Visibility, frozenset[Visibility]] = {
    Visibility.PUBLIC: frozenset({Visibility.UNLISTED, Visibility.PRIVATE}) | LIMITED,
    Visibility.UNLISTED: frozenset({Visibility.PRIVATE}) | LIMITED,
    Visibility.PRIVATE: LIMITED,
}


def is_narrower(visibility: Visibility, than: Visibility) -> bool:
    """Whether all who may see the one could see the other. A circle is not narrower than mutuals: it may hold others."""
    return visibility in _NARROWER.get(than, ())


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


def check_conversation(author_id: AccountId, recipients: Mapping[str, Account]) -> None:
    if len({author_id, *(one.id for one in recipients.values())}) > MOST_IN_CONVERSATION:
        sentence = counted("A conversation has at most {count} person", "A conversation has at most {count} people", MOST_IN_CONVERSATION)
        raise Invalid(sentence, field="status", code="ERR_TOO_MANY")


def named_in_conversation(named: Mapping[str, Account], members: Container[AccountId], author_id: AccountId) -> Mapping[str, Account]:
    """The recipients of an answer to a private message whose members are known: those members whom its text names.

    Raises Invalid when it names others alone, since it would reach none of them.
    """
    inside = {handle: one for handle, one in named.items() if one.id in members}
    outside = [one for handle, one in named.items() if handle not in inside]
    if outside and not any(one.id != author_id for one in inside.values()):
        sentence = _("@{handle} is not in this conversation: begin another one with them", handle=outside[0].acct)
        raise Invalid(sentence, field="status", code="ERR_INVALID")
    return inside


def check_not_blank(text: str) -> None:
    if is_blank(text):
        raise Invalid(_("Say something first"), field="status", code="ERR_BLANK")


def _too_long(excess: int) -> Invalid:
    sentence = counted("Too long by {count} character", "Too long by {count} characters", excess)
    return Invalid(sentence, field="status", code="ERR_TOO_LONG")
