"""What a poll may be, and what a vote may be. Pure functions: publishing, editing and voting all ask these."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import UNSET

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import Message, _, counted
from gazouillis.statuses.polls.models import (
    FEWEST_OPTIONS,
    LONGEST,
    LONGEST_OPTION,
    MOST_OPTIONS,
    SHORTEST,
    Option,
    Poll,
    PollDraft,
    PollView,
)
from gazouillis.text.blank import is_blank
from gazouillis.text.length import excess

OPTIONS, END, POLL, VOTE = "poll.options", "poll.expires_in", "poll", "choices"
"""The fields that errors name."""
MOST_READ = 10 * LONGEST_OPTION
"""An option of more code points is refused unread."""


def checked(draft: PollDraft, now: datetime, before: Poll | None = None) -> Poll:
    """The poll of this draft. `before`: the one that is edited; its votes stay if the new one asks the same. Raises Invalid."""
    options = tuple(Option(one) for one in _checked_options(draft.options))
    expires_at = _checked_end(draft, now)
    if draft.expires_in is UNSET and before is not None:
        expires_at = before.expires_at
    if draft.hides_totals and expires_at is None:
        raise Invalid(_("Results that are shown at the end need an end"), field=END, code="ERR_BLANK")
    after = Poll(options, draft.is_multiple, draft.hides_totals, expires_at)
    if before is None:
        return after
    if after.asks_the_same(before):
        return Poll(before.options, before.is_multiple, draft.hides_totals, expires_at, before.voters_count)
    if expires_at is not None and expires_at < now + timedelta(seconds=SHORTEST):
        raise _too_short()
    return after


def check_without_media(poll: object | None, attachments: Sequence[object]) -> None:
    """As on Mastodon, whose apps have no place for both."""
    if poll is not None and attachments:
        raise Invalid(_("A post has a poll or files, not both"), field=POLL, code="ERR_INVALID")


def check_vote(view: PollView, positions: Sequence[int], *, is_own: bool) -> None:
    """Raises Invalid with the reason why these options cannot be chosen, after what the viewer chose before."""
    if is_own:
        raise _refused(_("You cannot vote in your own poll"))
    if view.is_over:
        raise _refused(_("This poll has ended"))
    if not positions:
        raise _refused(_("Choose an answer"), "ERR_BLANK")
    if any(not 0 <= one < len(view.poll.options) for one in positions):
        raise _refused(_("The chosen vote option does not exist"), "ERR_INCLUSION")
    if not view.poll.is_multiple and len(set(positions)) > 1:
        raise _refused(_("Choose one answer only"), "ERR_TOO_MANY")
    if (view.choices and not view.poll.is_multiple) or set(view.chosen).intersection(positions):
        raise already_voted()


def already_voted() -> Invalid:
    return _refused(_("You have already voted on this poll"), "ERR_TAKEN")


def _checked_options(titles: Sequence[str]) -> list[str]:
    if len(titles) < FEWEST_OPTIONS:
        raise Invalid(_("A poll has {count} answers at least", count=FEWEST_OPTIONS), field=OPTIONS, code="ERR_TOO_SHORT")
    if len(titles) > MOST_OPTIONS:
        raise Invalid(_("A poll has {count} answers at most", count=MOST_OPTIONS), field=OPTIONS, code="ERR_TOO_MANY")
    cleaned = [_checked_option(one, number) for number, one in enumerate(titles, 1)]
    if len({unicodedata.normalize("NFC", one) for one in cleaned}) < len(cleaned):
        raise Invalid(_("Two answers of the poll are the same"), field=OPTIONS, code="ERR_TAKEN")
    return cleaned


def _checked_option(title: str, number: int) -> str:
    if is_blank(title):
        raise Invalid(_("Answer {number} of the poll is empty", number=number), field=OPTIONS, code="ERR_BLANK")
    cleaned = " ".join(title.split())
    too_many = len(cleaned) - LONGEST_OPTION if len(cleaned) > MOST_READ else excess(cleaned, LONGEST_OPTION)
    if too_many:
        sentence = counted(
            "Answer {number} of the poll is too long by {count} character",
            "Answer {number} of the poll is too long by {count} characters",
            too_many,
            number=number,
        )
        raise Invalid(sentence, field=OPTIONS, code="ERR_TOO_LONG")
    return cleaned


def _checked_end(draft: PollDraft, now: datetime) -> datetime | None:
    if draft.expires_in is UNSET or draft.expires_in is None:
        return None
    if draft.expires_in < SHORTEST:
        raise _too_short()
    if draft.expires_in > LONGEST:
        raise Invalid(_("A poll lasts a month at most"), field=END, code="ERR_TOO_LONG")
    return now + timedelta(seconds=draft.expires_in)


def _too_short() -> Invalid:
    return Invalid(_("A poll lasts {count} minutes at least", count=SHORTEST // 60), field=END, code="ERR_TOO_SHORT")


def _refused(reason: Message, code: str = "ERR_INVALID") -> Invalid:
    return Invalid(reason, field=VOTE, code=code)
