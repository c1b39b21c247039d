"""Commands: say where one lives and which languages one speaks, or say so no more."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.accounts.rules import is_language
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Tx, insert_or_replace, lock
from gazouillis.places.checks import area, checked_audience, checked_place
from gazouillis.places.events import ResidenceChanged
from gazouillis.places.models import Residence, ResidenceDraft
from gazouillis.places.tables import residences, spoken_languages

MOST_LANGUAGES = 20


async def reside(tx: Tx, account: Account, draft: ResidenceDraft) -> Residence:
    """The account lives there from now on, and nowhere else. Raises Invalid with the field."""
    place = checked_place(draft.place_id)
    audience, circle_id = await checked_audience(tx, account.id, draft.audience, draft.circle_id)
    residence = Residence(account.id, place.id, audience, circle_id, draft.hears)
    row = msgspec.structs.asdict(residence) | {"audience": audience.value} | msgspec.structs.asdict(area(place))
    columns = [one for one in row if one != "account_id"]
    await tx.run(insert_or_replace(residences, ["account_id"], columns), row)
    await tx.emit(ResidenceChanged(account.id))
    return residence


async def leave(tx: Tx, account_id: AccountId) -> None:
    """The account says no more where it lives."""
    if await tx.run(sa.delete(residences).where(residences.c.account_id == account_id)):
        await tx.emit(ResidenceChanged(account_id))


async def speak(tx: Tx, account: Account, languages: Sequence[str]) -> tuple[str, ...]:
    """The languages that the account speaks, instead of those before; `fr-CA` is `fr`. They are shown beside its stays and residence."""
    chosen = tuple(sorted({one.strip().lower().partition("-")[0] for one in languages if one.strip()}))
    if not all(map(is_language, chosen)):
        raise Invalid(_("This is not a language code"), field="languages", code="ERR_INCLUSION")
    if len(chosen) > MOST_LANGUAGES:
        sentence = counted("At most {count} language", "At most {count} languages", MOST_LANGUAGES)
        raise Invalid(sentence, field="languages", code="ERR_TOO_MANY")
    await lock(tx, f"spoken languages:{account.id}")
    await tx.run(sa.delete(spoken_languages).where(spoken_languages.c.account_id == account.id))
    if chosen:
        await tx.run(sa.insert(spoken_languages), [{"account_id": account.id, "language": one} for one in chosen])
    return chosen
