"""Preferences of a user: default visibility, sensitivity and language of statuses, and the language of pages."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import rules
from gazouillis.accounts.events import PreferencesChanged
from gazouillis.accounts.models import Preferences, User
from gazouillis.accounts.tables import users
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Tx
from gazouillis.text.listed_words import entries, has_words

MOST_WORDS = 100
LONGEST_WORD = 60
MOST_PROTECTED, MOST_SPELLINGS = 20, 10

VISIBILITIES = frozenset({"public", "unlisted", "private"})
"""Visibilities that can be the default. `direct` is not: it is chosen for each status."""


def checked_words(written: str) -> tuple[str, ...]:
    """The words that somebody does not want, one for each line. Raises Invalid."""
    found = entries(written)
    if len(found) > MOST_WORDS:
        sentence = counted("At most {count} word", "At most {count} words", MOST_WORDS)
        raise Invalid(sentence, field="unwanted_words", code="ERR_TOO_MANY")
    for one in found:
        _check_words(one, "unwanted_words")
    return tuple(found)


def checked_people(written: str) -> tuple[tuple[str, ...], ...]:
    """The people whom somebody protects: one for each line, with the spellings of the name separated by commas. Raises Invalid."""
    found = tuple(tuple(entries(line, ",;")) for line in entries(written))
    if len(found) > MOST_PROTECTED:
        sentence = counted("At most {count} person", "At most {count} people", MOST_PROTECTED)
        raise Invalid(sentence, field="people", code="ERR_TOO_MANY")
    for spellings in found:
        if len(spellings) > MOST_SPELLINGS:
            sentence = counted("At most {count} spelling of a name", "At most {count} spellings of a name", MOST_SPELLINGS)
            raise Invalid(sentence, field="people", code="ERR_TOO_MANY")
        for one in spellings:
            _check_words(one, "people")
    return tuple(one for one in found if one)


def _check_words(entry: str, field: str) -> None:
    if len(entry) > LONGEST_WORD:
        sentence = counted("At most {count} character for each", "At most {count} characters for each", LONGEST_WORD)
        raise Invalid(sentence, field=field, code="ERR_TOO_LONG")
    if not has_words(entry):
        raise Invalid(_("“{entry}” is not a word", entry=entry), field=field, code="ERR_INVALID")


async def change_preferences(tx: Tx, user: User, preferences: Preferences) -> User:
    """Returns the user as changed. Raises `Invalid` naming the field."""
    if preferences.default_visibility not in VISIBILITIES:
        raise Invalid(_("This visibility cannot be the default"), field="default_visibility", code="ERR_INCLUSION")
    rules.check_language(preferences.default_language, field="default_language")
    return await _store(tx, msgspec.structs.replace(user, preferences=preferences))


async def change_language(tx: Tx, user: User, language: str) -> User:
    return await _store(tx, msgspec.structs.replace(user, language=rules.check_language(language)))


async def _store(tx: Tx, user: User) -> User:
    values = {"preferences": msgspec.json.encode(user.preferences), "language": user.language}
    await tx.run(sa.update(users).where(users.c.account_id == user.account_id).values(values))
    await tx.emit(PreferencesChanged(user.account_id))
    return user
