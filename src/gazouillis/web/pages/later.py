"""The field of the composer for a post that is to be published later, and what such a form asks for."""

from __future__ import annotations

from collections.abc import Mapping

from gazouillis.accounts.models import Account
from gazouillis.infra.database.transactions import Reader
from gazouillis.places.own_zone import own_zone
from gazouillis.statuses.scheduled import rules
from gazouillis.statuses.scheduled.models import When
from gazouillis.web.pages.settings_limits import USUAL_ZONES
from gazouillis.web.rendering import LaterField
from gazouillis.web.request_context import Form, RequestContext

PATH = "/scheduled"
LATER, TIME = "later", rules.FIELD
"""A field that says that the form has one for the time, and that one. A form without them publishes at once."""


async def when_in(reader: Reader, author: Account, form: Form, language: str) -> When:
    """When the form wants it published. Raises Invalid."""
    return rules.at_home(form.get(TIME, "").strip(), await zone_of(reader, author, language))


async def typed(context: RequestContext, form: Mapping[str, str]) -> LaterField | None:
    """What is proposed first is tomorrow at eight."""
    if LATER not in form:
        return None
    zone = await zone_of(context.reader, context.member, context.language)
    return LaterField(form.get(TIME, "") or rules.tomorrow_at_eight(context.reader.now, zone), zone)


async def zone_of(reader: Reader, account: Account, language: str) -> str:
    return await own_zone(reader, account, USUAL_ZONES.get(language, "UTC"))
