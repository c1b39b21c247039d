"""One's own limits: what an account lets others do to it, and when. The page and the API read and change them here.

They belong to several rooms. Who may write is a fact of this one, which is the highest of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gazouillis.accounts import boundaries, preferences, queries, quiet_hours
from gazouillis.accounts.boundaries import Act, Who
from gazouillis.accounts.models import Account, Preferences, User
from gazouillis.accounts.profile import ProfileChange, change_profile
from gazouillis.accounts.quiet_hours import QuietHours
from gazouillis.conversations.models import MessagePolicy
from gazouillis.conversations.requests import choose_who_may_write
from gazouillis.conversations.standings import message_policy
from gazouillis.graph.boundaries import who_may
from gazouillis.infra.basics.errors import Faults, Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.statuses import rules


class Limits(msgspec.Struct, frozen=True):
    default_reply_policy: str
    holds_strangers: bool
    is_locked: bool
    links_others: bool
    allows_embedding: bool
    who_may: Mapping[Act, Who]
    who_may_write: MessagePolicy
    unwanted_words: tuple[str, ...]
    quiet: QuietHours | None


class LimitsChange(msgspec.Struct, frozen=True):
    """What somebody chooses, as they write it. What is None stays as it is."""

    default_reply_policy: str | None = None
    holds_strangers: bool | None = None
    is_locked: bool | None = None
    links_others: bool | None = None
    allows_embedding: bool | None = None
    who_may: Mapping[Act, str] = {}
    who_may_write: str | None = None
    unwanted_words: str | None = None
    """One in each line."""
    quiet_from: str | None = None
    """`22:30`; empty, as `quiet_to`: no quiet hours."""
    quiet_to: str | None = None
    time_zone: str | None = None


async def limits(reader: Reader, user: User, account: Account) -> Limits:
    return Limits(
        user.preferences.default_reply_policy,
        user.preferences.holds_strangers,
        account.is_locked,
        account.links_others,
        account.boundaries.allows_embedding,
        {act: who_may(act, account) for act in Act},
        await message_policy(reader, account.id),
        user.preferences.unwanted_words,
        account.boundaries.quiet,
    )


async def change_limits(tx: Tx, account_id: AccountId, change: LimitsChange, *, base_url: str) -> Limits:
    """Raises Invalid with all faults. Their fields are those of the change; of an act, `who_may_` and its name."""
    user, account = await queries.user(tx, account_id), await queries.by_id(tx, account_id)
    if user is None or account is None:
        raise NotFound
    faults = Faults()
    preferred = _preferences(user.preferences, change, faults)
    profile = _profile(account, change, preferred, faults)
    policy = None
    with faults.collected():
        policy = _message_policy(change.who_may_write)
    faults.raise_any()
    if preferred != user.preferences:
        user = await preferences.change_preferences(tx, user, preferred)
    changed = {name: value for name, value in profile.items() if value != getattr(account, name)}
    if changed:
        account = await change_profile(tx, account, ProfileChange(**changed), base_url=base_url)
    if policy is not None:
        await choose_who_may_write(tx, account, policy)
    return await limits(tx, user, account)


def written(hours: QuietHours | None) -> tuple[str, str, str]:
    """From when, to when, and in which time zone, as one writes them; all empty for no quiet hours."""
    return (quiet_hours.written(hours.start), quiet_hours.written(hours.end), hours.zone) if hours else ("", "", "")


def _preferences(before: Preferences, change: LimitsChange, faults: Faults) -> Preferences:
    policy, words = before.default_reply_policy, before.unwanted_words
    with faults.collected():
        if change.default_reply_policy is not None:
            policy = rules.reply_policy(change.default_reply_policy, field="default_reply_policy").word
    with faults.collected():
        if change.unwanted_words is not None:
            words = preferences.checked_words(change.unwanted_words)
    holds_strangers = before.holds_strangers if change.holds_strangers is None else change.holds_strangers
    return msgspec.structs.replace(before, default_reply_policy=policy, holds_strangers=holds_strangers, unwanted_words=words)


def _profile(account: Account, change: LimitsChange, preferred: Preferences, faults: Faults) -> dict[str, Any]:
    """Fields of the account."""
    chosen = {act: who_may(act, account) for act in Act}
    for act, word in change.who_may.items():
        with faults.collected():
            chosen[act] = boundaries.choice(act, word, field=f"who_may_{act}")
    before = account.boundaries
    quiet, allows_embedding = before.quiet, before.allows_embedding if change.allows_embedding is None else change.allows_embedding
    with faults.collected():
        quiet = _quiet_hours(quiet, change)
    others: dict[str, Any] = {act.value: who for act, who in chosen.items() if act is not Act.FIND}
    others |= {"quiet": quiet, "has_words": bool(preferred.unwanted_words), "allows_embedding": allows_embedding}
    is_found_by_all = chosen[Act.FIND] is Who.EVERYONE
    return {
        "is_locked": account.is_locked if change.is_locked is None else change.is_locked,
        "links_others": account.links_others if change.links_others is None else change.links_others,
        "is_discoverable": is_found_by_all,
        "found_by": account.found_by if is_found_by_all else chosen[Act.FIND],
        "boundaries": msgspec.structs.replace(before, **others),
    }


def _quiet_hours(before: QuietHours | None, change: LimitsChange) -> QuietHours | None:
    given = (change.quiet_from, change.quiet_to, change.time_zone)
    if given == (None, None, None):
        return before
    return quiet_hours.parse(*(known if new is None else new for new, known in zip(given, written(before), strict=True)))


def _message_policy(word: str | None) -> MessagePolicy | None:
    if word is None:
        return None
    if word.upper() not in MessagePolicy.__members__:
        raise Invalid(_("Choose who may write to you"), field="who_may_write", code="ERR_INCLUSION")
    return MessagePolicy[word.upper()]
