"""Obeys `track X`, `untrack X`, `track` and `track off`, typed where one writes a post, as in 2007. Such a text is never published."""

from __future__ import annotations

from collections.abc import Sequence

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.transactions import Tx
from gazouillis.search.tracks import queries
from gazouillis.search.tracks.add import add, silence
from gazouillis.search.tracks.models import Track
from gazouillis.search.tracks.refusals import readable
from gazouillis.search.tracks.remove import remove
from gazouillis.text.track_commands import Command, Verb


async def obey(tx: Tx, account: Account, command: Command, *, language: str, authority: str) -> Message:
    """What happened. Raises Invalid, for the field `status`, when the command cannot be obeyed."""
    try:
        return await _obey(tx, account, command, language=language, authority=authority)
    except Invalid as fault:
        raise Invalid(fault.public, field="status", code=fault.code) from fault


async def _obey(tx: Tx, account: Account, command: Command, *, language: str, authority: str) -> Message:
    match command.verb:
        case Verb.TRACK:
            track = await add(tx, account, command.query, language=language, authority=authority)
            return _("You track “{query}” now. A text that begins with “track” is a command: it was not posted.", query=track.query)
        case Verb.UNTRACK:
            track = await _mine(tx, account, command.query, language)
            await remove(tx, account.id, track.id)
            return _("You no longer track “{query}”.", query=track.query)
        case Verb.OFF:
            await silence(tx, account)
            return _("Your tracks are silent, until you track something again.")
        case Verb.LIST:
            return _listed([one for one in await queries.of_account(tx, account.id) if one.is_on])


async def _mine(tx: Tx, account: Account, text: str, language: str) -> Track:
    """Found by what it asks, or by how it is written."""
    mine = await queries.of_account(tx, account.id)
    same = [one for one in mine if one.query.casefold() == text.casefold()]
    found = same or [one for one in mine if one.key == readable(text, language).key]
    if not found:
        raise Invalid(_("You do not track “{query}”", query=text))
    return found[0]


def _listed(tracks: Sequence[Track]) -> Message:
    if not tracks:
        return _("You track nothing yet. Write, for instance: track Budapest")
    return _("You track: {queries}", queries=" · ".join(one.query for one in tracks))
