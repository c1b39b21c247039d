"""Site options: what administrators set in the browser, kept in one database row and changed without restart.

The operator's settings win over them: `with_settings`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import rules
from gazouillis.accounts.events import SiteOptionsChanged
from gazouillis.accounts.models import Role
from gazouillis.accounts.tables import site_options
from gazouillis.infra.basics.errors import Invalid, too_long
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_replace
from gazouillis.infra.settings import Settings
from gazouillis.text.blank import is_blank, unless_blank
from gazouillis.text.cleaning import clean_line

LONGEST_NAME = 60
LONGEST_DESCRIPTION = 2000
LONGEST_RULE = 500
MOST_RULES = 50
SHORTEST_LIMIT = 140
LONGEST_LIMIT = 5000

Registrations = Literal["open", "approval", "closed"]
Inviters = Literal["", "everyone", "moderators"]
Guests = Literal["enter", "wait"]


class SiteOptions(msgspec.Struct, frozen=True):
    """The defaults are those of a server that is not set up yet."""

    name: str = "Gazouillis"
    description: str = ""
    language: str = "en"
    """Language of pages for visitors whose browser accepts none of ours."""
    registrations: Registrations = "closed"
    inviters: Inviters = ""
    """Who may invite; moderators always may. Empty: everyone, but on a closed site moderators only."""
    guests: Guests = "enter"
    """Whether those whom a member invites enter at once, or wait for approval where others do. A moderator's guests enter at once."""
    rules: list[str] = []
    max_characters: int = 140
    contact_email: str = ""
    is_set_up: bool = False
    """Whether the first run (the page that creates the owner) is finished."""


OPTIONS: CacheRegion[int, SiteOptions] = CacheRegion("options", 2_000_000)

_BODY = sa.select(site_options.c.body).where(site_options.c.id == 1)


async def read(reader: Reader) -> SiteOptions:
    """As the administrator set them, without the operator's settings."""
    return (await cached(reader, OPTIONS, (1,), _load))[1]


async def effective(reader: Reader, settings: Settings) -> SiteOptions:
    """What applies now: the options, overridden by the operator's settings."""
    return with_settings(await read(reader), settings)


def with_settings(options: SiteOptions, settings: Settings) -> SiteOptions:
    """The options with those fields replaced that the operator's settings fix."""
    return msgspec.structs.replace(
        options,
        registrations=settings.registrations or options.registrations,
        max_characters=settings.max_characters or options.max_characters,
    )


def may_invite(options: SiteOptions, role: Role) -> bool:
    is_open_to_members = options.inviters == "everyone" or (not options.inviters and options.registrations != "closed")
    return is_open_to_members or rules.is_at_least(role, Role.MODERATOR)


def lets_guests_in(options: SiteOptions, inviter: Role) -> bool:
    """Whether the guests of somebody with this role need no approval."""
    return options.registrations == "open" or options.guests == "enter" or rules.is_at_least(inviter, Role.MODERATOR)


async def change(tx: Tx, options: SiteOptions) -> None:
    """Checks and stores the options. The caller checks who may do it: the owner at the first run, then administrators.

    Raises `Invalid` naming the first field at fault.
    """
    await tx.run(insert_or_replace(site_options, ["id"], ["body"]), {"id": 1, "body": msgspec.json.encode(_checked(options))})
    await tx.emit(SiteOptionsChanged())


async def _load(reader: Reader, _row: Collection[int]) -> dict[int, SiteOptions]:
    body = await reader.value(_BODY)
    return {1: msgspec.json.decode(body, type=SiteOptions) if body else SiteOptions()}


def _checked(options: SiteOptions) -> SiteOptions:
    name, contact = unless_blank(clean_line(options.name)), options.contact_email.strip()
    if not name:
        raise Invalid(_("Your place has a name"), field="name", code="ERR_BLANK")
    if len(name) > LONGEST_NAME:
        raise too_long(len(name), LONGEST_NAME, "name")
    if len(options.description) > LONGEST_DESCRIPTION:
        raise too_long(len(options.description), LONGEST_DESCRIPTION, "description")
    if options.registrations not in get_args(Registrations):
        raise Invalid(_("Choose who may join"), field="registrations", code="ERR_INCLUSION")
    if options.inviters not in get_args(Inviters):
        raise Invalid(_("Choose who may invite"), field="inviters", code="ERR_INCLUSION")
    if options.guests not in get_args(Guests):
        raise Invalid(_("Choose whether guests wait"), field="guests", code="ERR_INCLUSION")
    if not SHORTEST_LIMIT <= options.max_characters <= LONGEST_LIMIT:
        message = _("The limit is between {least} and {most} characters", least=SHORTEST_LIMIT, most=LONGEST_LIMIT)
        raise Invalid(message, field="max_characters")
    rules.check_language(options.language)
    return msgspec.structs.replace(
        options,
        name=name,
        description=unless_blank(options.description),
        contact_email=rules.check_email(contact) if contact else "",
        rules=_checked_rules(options.rules),
    )


def _checked_rules(given: list[str]) -> list[str]:
    lines = [line for line in map(clean_line, given) if not is_blank(line)]
    if len(lines) > MOST_RULES or any(len(line) > LONGEST_RULE for line in lines):
        message = _("At most {most} rules of {longest} characters", most=MOST_RULES, longest=LONGEST_RULE)
        raise Invalid(message, field="rules", code="ERR_TOO_LONG")
    return lines
