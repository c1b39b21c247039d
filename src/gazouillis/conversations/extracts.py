"""Extracts of conversations: what they show, and lookups. Before they are published, only the people whom they concern see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from html import escape

import sqlalchemy as sa
from babel.dates import format_datetime

from gazouillis.accounts import queries as accounts
from gazouillis.accounts import urls as account_urls
from gazouillis.accounts.models import Account
from gazouillis.conversations.models import Extract, ExtractState, ExtractView
from gazouillis.conversations.tables import extract_messages, extract_people, extracts, messages
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import views
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.statuses.publish import Extract as Publishable
from gazouillis.text.cleaning import plain

MOST_MESSAGES = 10
"""How many messages one extract has at most. It may be longer than a status: each of them was short enough."""
MOST_SHOWN = 10
"""How many extracts the page of a conversation lists, the newest."""
AUDIENCES = (Visibility.PUBLIC, Visibility.UNLISTED, Visibility.PRIVATE, Visibility.MUTUALS)
"""A circle is not among them: those who are asked could not know who reads it."""
LANGUAGES = ("fr", "en")
"""In which languages the dates in an extract are written; in the last for all others."""

_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_COLUMNS = tuple(extracts.c[name] for name in Extract.__struct_fields__[:11])
_BY_IDS = sa.select(*_COLUMNS).where(extracts.c.id.in_(_ids))
_PEOPLE = sa.select(extract_people.c.extract_id, extract_people.c.account_id, extract_people.c.has_agreed).where(
    extract_people.c.extract_id.in_(_ids)
)
_MESSAGES = (
    sa.select(extract_messages.c.extract_id, extract_messages.c.status_id)
    .where(extract_messages.c.extract_id.in_(_ids))
    .order_by(extract_messages.c.status_id)
)
_OF_CONVERSATION = (
    sa.select(extracts.c.id)
    .join(extract_people, extract_people.c.extract_id == extracts.c.id)
    .where(
        extracts.c.conversation_id == sa.bindparam("conversation", type_=sa.BigInteger),
        extract_people.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
        extracts.c.state != int(ExtractState.CANCELLED),
    )
    .order_by(extracts.c.id.desc())
    .limit(MOST_SHOWN)
)
_HELD = sa.select(messages.c.status_id).where(
    messages.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
    messages.c.conversation_id == sa.bindparam("conversation", type_=sa.BigInteger),
    messages.c.status_id.in_(_ids),
)


async def by_id(reader: Reader, account_id: AccountId, extract_id: int) -> Extract:
    """Raises NotFound unless it concerns this account, and it may read the messages that it is asked about."""
    found = await _readable(reader, account_id, await by_ids(reader, [extract_id]))
    if not found or account_id not in found[0].people_ids:
        raise NotFound(_("There is no such extract"))
    return found[0]


async def by_ids(reader: Reader, ids: Collection[int]) -> list[Extract]:
    """The newest first."""
    if not ids:
        return []
    parameters = {"ids": list(ids)}
    agreed, awaited, picked = (defaultdict[int, list[int]](list) for _each in range(3))
    for row in await reader.all(_PEOPLE, parameters):
        (agreed if row.has_agreed else awaited)[row.extract_id].append(row.account_id)
    for row in await reader.all(_MESSAGES, parameters):
        picked[row.extract_id].append(row.status_id)
    return [
        Extract(
            *(row.id, row.conversation_id, AccountId(row.asker_id), ExtractState(row.state), Visibility(row.visibility), row.content),
            *(row.spoiler_text, row.language, row.status_id, row.ended_by_id, row.created_at),
            agreed_ids=tuple(map(AccountId, agreed[row.id])),
            awaited_ids=tuple(map(AccountId, awaited[row.id])),
            message_ids=tuple(map(StatusId, picked[row.id])),
        )
        for row in sorted(await reader.all(_BY_IDS, parameters), key=lambda row: -row.id)
    ]


async def of_conversation(reader: Reader, account_id: AccountId, conversation_id: int) -> list[ExtractView]:
    """The newest that concern this account, the oldest first."""
    ids = await reader.values(_OF_CONVERSATION, {"conversation": conversation_id, "account": account_id})
    found = await _readable(reader, account_id, await by_ids(reader, ids))
    known = await accounts.by_ids(reader, {each for one in found for each in one.people_ids})
    return [
        ExtractView(one, known[one.asker_id], tuple(known[each] for each in one.awaited_ids if each in known))
        for one in reversed(found)
        if one.asker_id in known
    ]


async def who_reads(reader: Reader, ids: Collection[StatusId], account_ids: Collection[AccountId]) -> list[AccountId]:
    """Who of these accounts may read all of these messages: no block hides one from them, and each of them reached them."""
    return [one for one in account_ids if len(await views.views(reader, list(ids), one)) == len(ids)]


async def _readable(reader: Reader, account_id: AccountId, found: Sequence[Extract]) -> list[Extract]:
    """Without requests for words that this account may not read: what a block or an answer kept from it, no request brings to it."""
    asked = [one for one in found if one.state is ExtractState.ASKED and one.asker_id != account_id]
    quoted = {each for one in asked for each in one.message_ids}
    readable = {one.id for one in await views.views(reader, sorted(quoted), account_id)} if quoted else set()
    hidden = {one.id for one in asked if not readable.issuperset(one.message_ids)}
    return [one for one in found if one.id not in hidden]


async def picked(reader: Reader, asker: Account, conversation_id: int, ids: Collection[StatusId]) -> list[StatusView]:
    """The messages with these ids that the asker has in this conversation, the oldest first.

    Raises Invalid when there are none, too many or others, or when none has words of somebody else.
    """
    if not ids:
        raise Invalid(_("Pick the messages to publish"), field="message_ids", code="ERR_BLANK")
    if len(ids) > MOST_MESSAGES:
        sentence = counted("Pick at most {count} message", "Pick at most {count} messages", MOST_MESSAGES)
        raise Invalid(sentence, field="message_ids", code="ERR_TOO_MANY")
    held = await reader.values(_HELD, {"account": asker.id, "conversation": conversation_id, "ids": list(ids)})
    found = sorted(await views.views(reader, held, asker.id), key=lambda view: view.id)
    if len(found) != len(set(ids)):
        raise Invalid(_("One of these messages is not there any more"), field="message_ids", code="ERR_INVALID")
    if not all(one.status.content for one in found):
        raise Invalid(_("Photos and videos are left out: pick messages with words"), field="message_ids", code="ERR_INVALID")
    if all(one.account.id == asker.id for one in found):
        raise Invalid(
            _("Pick a message of somebody else too: your own words need nobody's agreement"), field="message_ids", code="ERR_INVALID"
        )
    return found


def publishable(asker: Account, shown: Sequence[StatusView], visibility: Visibility, base_url: str) -> Publishable:
    """What is published, if all agree. The same words make the same extract, so it can be compared with what was asked."""
    language = shown[0].status.language
    warnings = dict.fromkeys(one.status.spoiler_text for one in shown if one.status.spoiler_text)
    quoted = {one.account.id: one.account for one in shown if one.account.id != asker.id}
    return Publishable(
        content="".join(_quote(one, language, base_url) for one in shown),
        text="\n\n".join(f"{one.account.name} (@{one.account.acct}): {plain(one.status.content)}" for one in shown),
        spoiler_text="; ".join(warnings),
        language=language,
        visibility=visibility,
        quoted=tuple(quoted.values()),
    )


def _quote(view: StatusView, language: str, base_url: str) -> str:
    """Who wrote it, when, and the words. The time is in UTC, since readers are anywhere."""
    account, moment = view.account, view.status.created_at
    when = format_datetime(moment, "d MMMM y, HH:mm", locale=language if language in LANGUAGES else LANGUAGES[-1])
    link = f'<a href="{escape(account_urls.page(base_url, account))}" class="u-url mention">@<span>{escape(account.username)}</span></a>'
    return f"<blockquote><p><strong>{escape(account.name)}</strong> {link} · {when} UTC</p>{view.status.content}</blockquote>"


async def by_message_ids(reader: Reader, extract: Extract) -> list[StatusView] | None:
    """The messages of an extract as its asker reads them, the oldest first. None when one of them is gone."""
    found = sorted(await views.views(reader, extract.message_ids, extract.asker_id), key=lambda view: view.id)
    return found if len(found) == len(extract.message_ids) else None
