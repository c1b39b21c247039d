"""Rules of moderation: what a report may say. Pure functions."""

from __future__ import annotations

from collections.abc import Sized
from datetime import timedelta

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.messages import _, counted
from gazouillis.moderation.models import Category
from gazouillis.text.blank import unless_blank

LONGEST_COMMENT = 1000
"""In code points, as on Mastodon."""
MOST_STATUSES = 50
"""How many statuses one report names."""
MOST_REPORTS, REPORTED_IN = 30, timedelta(days=1)
"""How many reports one account makes in this time, by pages and apps together."""


def check_category(text: str) -> Category:
    if text not in set(Category):
        raise Invalid(_("Choose what it is about"), field="category", code="ERR_INCLUSION")
    return Category(text)


def check_comment(comment: str) -> str:
    comment = unless_blank(comment.replace("\r\n", "\n").strip())
    excess = len(comment) - LONGEST_COMMENT
    if excess > 0:
        raise Invalid(
            counted("Too long by {count} character", "Too long by {count} characters", excess), field="comment", code="ERR_TOO_LONG"
        )
    return comment


def check_may_be_reported(account: Account, reporter: Account) -> None:
    """A blocked account may be reported, and one that blocks the reporter."""
    if account.id == reporter.id:
        raise Invalid(_("You cannot report yourself"), field="account_id")
    if not account.is_visible:
        raise NotFound(_("There is no such account"))


def check_number_of_statuses(statuses: Sized) -> None:
    if len(statuses) > MOST_STATUSES:
        sentence = counted("A report names at most {count} post", "A report names at most {count} posts", MOST_STATUSES)
        raise Invalid(sentence, field="status_ids", code="ERR_TOO_MANY")
