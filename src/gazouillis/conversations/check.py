"""Checks whether an author may write to these people now: what each of them takes, and how much a stranger may write.

All of it depends on what the author can tell by themselves. So a refusal does not tell whether a request was read, accepted or declined.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from math import ceil

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.conversations import rules
from gazouillis.conversations.models import MessagePolicy, Participant, Standing
from gazouillis.conversations.rules import MOST_REQUESTS, MOST_UNANSWERED
from gazouillis.conversations.standings import begun
from gazouillis.infra.basics.errors import Invalid, TooMany
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import Message, _, counted
from gazouillis.infra.database.transactions import Reader

DAY = timedelta(days=1)


async def check_may_write(
    reader: Reader, author_id: AccountId, standings: Mapping[AccountId, Standing], known: Mapping[AccountId, Participant]
) -> None:
    """`standings`: of the recipients; `known`: the participants of the conversation, as far as it exists. Raises Invalid and TooMany."""
    people = await accounts.by_ids(reader, standings)
    local = {one: standing for one, standing in standings.items() if one in people and people[one].is_local}
    if not local:
        return
    _check_is_taken(local, known, people)
    if all(rules.has_had_enough(known.get(one), standing) for one, standing in local.items()):
        sentence = counted(
            "Wait for an answer: somebody who does not follow you gets at most {count} message before they answer",
            "Wait for an answer: somebody who does not follow you gets at most {count} messages before they answer",
            MOST_UNANSWERED,
        )
        raise Invalid(sentence, field="status", code="ERR_TOO_MANY")
    await _check_is_not_too_many(reader, author_id, [one for one, standing in local.items() if standing.is_stranger and one not in known])


def _check_is_taken(
    standings: Mapping[AccountId, Standing], known: Mapping[AccountId, Participant], people: Mapping[AccountId, Account]
) -> None:
    """In a group that exists, it is enough that one of them takes the message: it does not reach the others."""
    refusing = [one for one, standing in standings.items() if not rules.takes(known.get(one), standing)]
    joining = [one for one in refusing if one not in known]
    if joining or len(refusing) == len(standings):
        first = (joining or refusing)[0]
        raise Invalid(_refusal(people[first], standings[first]), field="status", code="ERR_INVALID")


def _refusal(account: Account, standing: Standing) -> Message:
    if standing.policy is MessagePolicy.FOLLOWED:
        return _("@{handle} takes no messages from people they do not follow", handle=account.acct)
    return _("@{handle} takes no messages", handle=account.acct)


async def _check_is_not_too_many(reader: Reader, author_id: AccountId, strangers: Collection[AccountId]) -> None:
    if not strangers:
        return
    if len(strangers) > MOST_REQUESTS:
        sentence = counted(
            "Write to at most {count} person who does not follow you",
            "Write to at most {count} people who do not follow you",
            MOST_REQUESTS,
        )
        raise Invalid(sentence, field="status", code="ERR_TOO_MANY")
    before = await begun(reader, author_id, reader.now - DAY)
    excess = len(before) + len(strangers) - MOST_REQUESTS
    if excess > 0:
        sentence = counted(
            "You can begin to write to at most {count} person a day who does not follow you. Try again later.",
            "You can begin to write to at most {count} people a day who do not follow you. Try again later.",
            MOST_REQUESTS,
        )
        raise TooMany(sentence, retry_after=max(1, ceil((before[excess - 1] + DAY - reader.now).total_seconds())))
