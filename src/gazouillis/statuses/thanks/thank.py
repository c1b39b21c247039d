"""Command: thank those who took part in a thread, by one status. A second thanks for the same thread changes its words and adds people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Tx, lock
from gazouillis.statuses import protected, queries, rules
from gazouillis.statuses.edit import Revision, edit
from gazouillis.statuses.events import ThanksChanged
from gazouillis.statuses.models import Draft, OnProtected, Status, Terms, Visibility
from gazouillis.statuses.publish import publish
from gazouillis.statuses.tables import statuses, thanked, thanks
from gazouillis.statuses.thanks import queries as all_thanks
from gazouillis.statuses.thanks.models import LONGEST_LINE, MOST_AT_ONCE, ThanksDraft
from gazouillis.statuses.thanks.participants import participants
from gazouillis.text.blank import unless_blank
from gazouillis.text.length import excess

_COUNT_MORE = (
    sa.update(statuses)
    .where(statuses.c.id == sa.bindparam("status", type_=sa.BigInteger))
    .values(thanked_count=statuses.c.thanked_count + sa.bindparam("more", type_=sa.Integer))
)


async def thank(tx: Tx, author: Account, status_id: StatusId, draft: ThanksDraft, terms: Terms) -> Status:
    """Publishes a reply to this status of the author, with its audience, or changes the one that thanks for its thread already.

    People who are thanked already stay as they are. Raises Forbidden when the status is somebody else's, Invalid for people who did not
    take part.
    """
    about = await queries.own(tx, status_id, author.id)
    if about.reblog_of_id or about.visibility is Visibility.DIRECT:
        raise Invalid(_("One thanks for a post of one's own, not for a repost or a private message"), field="id")
    lines = _checked_lines(draft)
    await lock(tx, f"thanks:{author.id}:{about.conversation_id}")
    earlier_id = await all_thanks.of_thread(tx, author.id, about.conversation_id)
    earlier = await queries.own(tx, earlier_id, author.id) if earlier_id else None
    people = await _not_thanked(tx, author, earlier or about, draft.people)
    await _check_protected(tx, author, earlier or about, draft.text)
    if earlier is None:
        status = await _publish(tx, author, about, draft, people, terms)
    else:
        status = await _change(tx, author, earlier, draft, people, terms)
    if people:
        rows = [{"id": tx.new_id(), "status_id": status.id, "account_id": one, "line": lines.get(one, "")} for one in reversed(people)]
        await tx.run(sa.insert(thanked), rows)
        await tx.emit(ThanksChanged(status.id, author.id, status.visibility, status.withheld_by, tuple(people)))
    return status


async def _publish(tx: Tx, author: Account, about: Status, draft: ThanksDraft, people: Sequence[AccountId], terms: Terms) -> Status:
    if not people:
        raise Invalid(_("Choose whom you thank"), field="account_ids", code="ERR_BLANK")
    reply = Draft(
        text=draft.text,
        visibility=about.visibility,
        circle_id=about.circle_id,
        reply_policy=about.reply_policy,
        in_reply_to_id=about.id,
        language=draft.language,
        app_id=draft.app_id,
        on_protected=OnProtected.PUBLISH,
        thanked_count=len(people),
    )
    status = (await publish(tx, author, reply, terms)).status
    await tx.run(sa.insert(thanks), {"status_id": status.id, "account_id": author.id, "conversation_id": about.conversation_id})
    return status


async def _change(tx: Tx, author: Account, earlier: Status, draft: ThanksDraft, people: Sequence[AccountId], terms: Terms) -> Status:
    words = Revision(draft.text, earlier.spoiler_text, language=draft.language, on_protected=OnProtected.PUBLISH)
    status = await edit(tx, author, earlier.id, words, terms)
    if people:
        await tx.run(_COUNT_MORE, {"status": status.id, "more": len(people)})
    return msgspec.structs.replace(status, thanked_count=status.thanked_count + len(people))


async def _not_thanked(tx: Tx, author: Account, about: Status, wanted: Sequence[AccountId]) -> list[AccountId]:
    """Those of the wanted people who are not thanked yet, in the order in which they took part."""
    if len(wanted) > MOST_AT_ONCE:
        sentence = counted("Thank at most {count} person at once", "Thank at most {count} people at once", MOST_AT_ONCE)
        raise Invalid(sentence, field="account_ids", code="ERR_TOO_MANY")
    done = set(await all_thanks.thanked_ids(tx, about.id))
    asked = set(wanted) - done
    found = [one.account.id for one in (await participants(tx, author, about, asked)).people] if asked else []
    if asked.difference(found):
        sentence = _("One can thank only those who replied, reposted or favourited: somebody chosen did not, or has taken it back")
        raise Invalid(sentence, field="account_ids", code="ERR_INCLUSION")
    return found


async def _check_protected(tx: Tx, author: Account, about: Status, text: str) -> None:
    if rules.is_for_everybody(about.visibility) and (found := await protected.named(tx, author, [text])):
        sentence = _("You name {name}, whom you protect, and everybody can read this: leave the name out", name=found.name)
        raise Invalid(sentence, field="status", code="ERR_PROTECTED")


def _checked_lines(draft: ThanksDraft) -> Mapping[AccountId, str]:
    """Without those for people who are not chosen, and without empty ones."""
    lines = {one: unless_blank(line).strip() for one, line in draft.lines.items() if one in draft.people}
    for one, line in lines.items():
        if len(line) > 10 * LONGEST_LINE or (too_many := excess(line, LONGEST_LINE)):
            too_many = len(line) - LONGEST_LINE if len(line) > 10 * LONGEST_LINE else too_many
            sentence = counted(
                "A personal line is too long by {count} character", "A personal line is too long by {count} characters", too_many
            )
            raise Invalid(sentence, field=f"lines.{one}", code="ERR_TOO_LONG")
    return lines
