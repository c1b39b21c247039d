"""Changing the profile of a local account: names, bio, fields, pictures and flags. Texts are rendered to HTML here, once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec
import regex
import sqlalchemy as sa
from msgspec import UNSET, UnsetType

from gazouillis.accounts import boundaries as stored_boundaries
from gazouillis.accounts import pictures, queries, rules, urls
from gazouillis.accounts.boundaries import Boundaries, Who
from gazouillis.accounts.events import AccountUnlocked, ProfileChanged
from gazouillis.accounts.models import Account, ProfileField
from gazouillis.accounts.tables import accounts
from gazouillis.accounts.urls import authority
from gazouillis.infra.basics.errors import Forbidden, Invalid, NotFound
from gazouillis.infra.basics.messages import Message, _, counted
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.text.blank import unless_blank
from gazouillis.text.cleaning import clean_line
from gazouillis.text.entities import Mention, entities
from gazouillis.text.length import counted_length
from gazouillis.text.rendering import Mentioned, to_html

LONGEST_NAME = 60
"""In grapheme clusters, as `LONGEST_LOCATION` and `LONGEST_FIELD`; a line also has at most four code points for each."""
LONGEST_NOTE = 500
"""In characters as statuses count them: each link counts the same."""
LONGEST_NOTE_IN_CODE_POINTS = 5000
LONGEST_LOCATION = 60
LONGEST_FIELD = 255
MOST_FIELDS = 4


class ProfileChange(msgspec.Struct, frozen=True):
    """New values for a profile. Fields that are `UNSET` stay as they are."""

    display_name: str | UnsetType = UNSET
    note: str | UnsetType = UNSET
    location: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    fields: Sequence[tuple[str, str]] | UnsetType = UNSET
    """The whole table, as (name, value); blank pairs are dropped."""
    avatar: str | UnsetType = UNSET
    """Key of a picture, whose file the caller then writes with `pictures.store`; empty: the default picture."""
    header: str | UnsetType = UNSET
    is_bot: bool | UnsetType = UNSET
    is_locked: bool | UnsetType = UNSET
    is_discoverable: bool | UnsetType = UNSET
    hides_collections: bool | UnsetType = UNSET
    boundaries: Boundaries | UnsetType = UNSET
    found_by: Who | UnsetType = UNSET
    links_others: bool | UnsetType = UNSET


async def change_profile(tx: Tx, account: Account, change: ProfileChange, *, base_url: str) -> Account:
    """Changes the profile of a local account and returns the account as changed. `base_url` is for the links in the rendered texts.

    Raises `Forbidden` for remote and suspended accounts, `Invalid` naming the field at fault.
    """
    if not account.is_local or account.suspended_at is not None:
        raise Forbidden
    values = _checked(change)
    if "note" in values:
        values["note_html"] = await _html(tx, values["note"], base_url)
    if "fields" in values:
        rendered = [await _field(tx, account, name, value, base_url) for name, value in values["fields"]]
        values["fields"] = msgspec.json.encode(rendered)
    if values:
        await pictures.replace(tx, account.id, values)
        await tx.run(sa.update(accounts).where(accounts.c.id == account.id).values(values))
        await tx.emit(ProfileChanged(account.id))
    if account.is_locked and change.is_locked is False:
        await tx.emit(AccountUnlocked(account.id))
    changed = await queries.by_id(tx, account.id)
    if changed is None:
        raise NotFound
    return changed


def _checked(change: ProfileChange) -> dict[str, Any]:
    values = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
    if "display_name" in values:
        values["display_name"] = _line(values["display_name"], LONGEST_NAME, "display_name")
    if "location" in values:
        values["location"] = _line(values["location"], LONGEST_LOCATION, "location")
    if "language" in values:
        rules.check_language(values["language"])
    if "note" in values:
        values["note"] = _note(values["note"])
    if "boundaries" in values:
        values["boundaries"] = stored_boundaries.encoded(values["boundaries"])
    if "fields" in values:
        values["fields"] = _fields(values["fields"])
    return values


def _line(text: str, longest: int, field: str) -> str:
    line = unless_blank(clean_line(text))
    excess = len(_CLUSTERS.findall(line)) - longest
    if excess > 0 or len(line) > 4 * longest:
        raise Invalid(_too_long(max(excess, 1)), field=field, code="ERR_TOO_LONG")
    return line


def _note(note: str) -> str:
    note = unless_blank(note.replace("\r\n", "\n").strip())
    excess = len(note) - LONGEST_NOTE_IN_CODE_POINTS
    if excess <= 0:
        excess = counted_length(note) - LONGEST_NOTE
    if excess > 0:
        raise Invalid(_too_long(excess), field="note", code="ERR_TOO_LONG")
    return note


def _fields(given: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    cleaned = [(_line(name, LONGEST_FIELD, "fields"), _line(value, LONGEST_FIELD, "fields")) for name, value in given]
    pairs = [pair for pair in cleaned if any(pair)]
    if len(pairs) > MOST_FIELDS:
        raise Invalid(_("A profile has at most {most} fields", most=MOST_FIELDS), field="fields")
    if any(value and not name for name, value in pairs):
        raise Invalid(_("Each field has a name"), field="fields", code="ERR_BLANK")
    return pairs


def _too_long(excess: int) -> Message:
    return counted("Too long by {count} character", "Too long by {count} characters", excess)


async def _field(reader: Reader, account: Account, name: str, value: str, base_url: str) -> ProfileField:
    """Renders one field. A verified link stays verified while its value stays the same."""
    known = next((one for one in account.fields if one.value == value), None)
    html = (await _html(reader, value, base_url)).removeprefix("<p>").removesuffix("</p>")
    return ProfileField(
        name, value, html.replace('rel="nofollow noopener"', 'rel="nofollow noopener me"'), known.verified_at if known else None
    )


async def _html(reader: Reader, text: str, base_url: str) -> str:
    handles = [one.handle for one in entities(text) if isinstance(one, Mention)]
    known = await queries.by_handles(reader, handles, authority(base_url))
    mentions = {handle: Mentioned(urls.page(base_url, one), one.username, one.acct) for handle, one in known.items() if one.is_visible}
    return to_html(text, mentions, partial(_tag_url, base_url))


def _tag_url(base_url: str, name: str) -> str:
    return f"{base_url}/tags/{quote(name)}"


_CLUSTERS = regex.compile(r"\X")
