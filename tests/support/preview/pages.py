"""Every page with sample data, as HTML."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import NullTranslations

import msgspec

from gazouillis.web import i18n
from gazouillis.web.templating import Templates
from tests.support.preview import (
    audiences,
    cards,
    embed,
    filters,
    joining,
    lists,
    meetings,
    messages,
    polls,
    reach,
    reading,
    recommendations,
    reports,
    scheduled,
    settings,
    shelf,
    stays,
    thanks,
    tracks,
    visitors,
)
from tests.support.sample import NOW

STATES = [
    *visitors.STATES,
    *reading.STATES,
    *settings.STATES,
    *reports.STATES,
    *joining.STATES,
    *audiences.STATES,
    *cards.STATES,
    *messages.STATES,
    *polls.STATES,
    *scheduled.STATES,
    *filters.STATES,
    *thanks.STATES,
    *reach.STATES,
    *embed.STATES,
    *recommendations.STATES,
    *shelf.STATES,
    *tracks.STATES,
    *stays.STATES,
    *meetings.STATES,
    *lists.STATES,
]
PAGE_NAMES = [name for name, _template, _page, _context in STATES]


@cache
def pages(language: str, words: Callable[[str], NullTranslations] = i18n.words) -> dict[str, str]:
    """HTML of every page by name. It takes seconds."""
    templates = Templates(clock=lambda: NOW, words=words)
    return {
        name: templates.render(template, msgspec.structs.replace(page, language=language), **context)
        for name, template, page, context in STATES
    }
