"""Protected people: a status for everybody that names somebody whom its author protects gets a narrow audience first.

Pages ask the author, and publish what they then choose. Apps cannot be asked: the audience is narrowed, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

import msgspec

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account, Preferences
from gazouillis.graph import circles
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, CircleId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import rules
from gazouillis.statuses.models import Draft, OnProtected, Visibility
from gazouillis.text.listed_words import first_found


class NarrowAudience(NamedTuple):
    """Whom the author lets read of protected people. `circle`: its name; empty for mutuals."""

    visibility: Visibility
    circle_id: CircleId | None = None
    circle: str = ""


class NamesProtected(Invalid):
    """The author is asked whether they want this audience. `audience` is what the form should choose instead."""

    def __init__(self, sentence: Message, audience: NarrowAudience) -> None:
        super().__init__(sentence, field="visibility", code="ERR_PROTECTED")
        self.audience = audience


async def protecting(reader: Reader, author: Account, draft: Draft, visibility: Visibility, texts: Collection[str]) -> Draft:
    """The draft, with a narrower audience where that is needed and nobody can be asked. Raises `NamesProtected` to ask.

    Makes no query for an author who protects nobody.
    """
    if draft.on_protected is OnProtected.PUBLISH or not rules.is_for_everybody(visibility):
        return draft
    if (found := await named(reader, author, texts)) is None:
        return draft
    audience = found.audience
    if draft.on_protected is OnProtected.ASK:
        raise NamesProtected(_question(found), audience)
    return msgspec.structs.replace(draft, visibility=audience.visibility, circle_id=audience.circle_id, is_mastodon_word=False)


class Found(NamedTuple):
    name: str
    audience: NarrowAudience


async def named(reader: Reader, author: Account, texts: Iterable[str], before: Iterable[str] = ()) -> Found | None:
    """The protected person named in the texts, unless the texts `before` named them too."""
    user = await accounts.user(reader, author.id) if author.boundaries.protects else None
    if user is None:
        return None
    listed = [one for person in user.preferences.protected_people for one in person]
    name = first_found(listed, texts)
    if name is None or first_found(listed, before) is not None:
        return None
    return Found(name, await _audience(reader, author.id, user.preferences))


def question_of_edit(found: Found) -> NamesProtected:
    sentence = _(
        "You name {name}, whom you protect, and everybody can read this post. Save again to do so, or first give it a narrower audience",
        name=found.name,
    )
    return NamesProtected(sentence, found.audience)


async def _audience(reader: Reader, account_id: AccountId, preferences: Preferences) -> NarrowAudience:
    """Mutuals, also when the chosen circle was deleted."""
    for one in await circles.of_account(reader, account_id) if preferences.protected_circle else ():
        if one.id == preferences.protected_circle:
            return NarrowAudience(Visibility.CIRCLE, one.id, one.name)
    return NarrowAudience(Visibility.MUTUALS)


def _question(found: Found) -> Message:
    if found.audience.circle:
        return _(
            "You name {name}, whom you protect. This is for your circle “{circle}” now: send it again, or choose otherwise",
            name=found.name,
            circle=found.audience.circle,
        )
    return _("You name {name}, whom you protect. This is for mutuals now: send it again, or choose otherwise", name=found.name)
