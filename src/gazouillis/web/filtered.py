"""What the viewer's filters do to a status on a page: it is left out, closed under their titles, or its pictures are covered.

Where a filter applies is told by the path of the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from gazouillis.filters.matching import in_context
from gazouillis.filters.models import Action, Context
from gazouillis.statuses.models import StatusView

_BY_PLACE: Mapping[str, Context | None] = {
    "": Context.HOME,
    "lists": Context.HOME,
    "notifications": Context.NOTIFICATIONS,
    "mentions": Context.NOTIFICATIONS,
    # What one keeps, asked for or has to decide about is shown as it is.
    **dict.fromkeys(("favourites", "bookmarks", "messages", "settings", "me", "compose", "statuses", "report")),
}
"""By the first part of the path; all other pages are lists of public statuses."""
_PROFILE = re.compile(r"/@[^/]+(/[0-9]+)?")


class Shown(msgspec.Struct, frozen=True):
    """How one status is shown."""

    is_hidden: bool = False
    titles: str = ""
    """Those of the filters that close it, and of those that leave it out; empty: it is open."""
    is_blurred: bool = False


OPEN = Shown()


def context_of(path: str) -> Context | None:
    if profile := _PROFILE.match(path):
        return Context.THREAD if profile[1] else Context.ACCOUNT
    return _BY_PLACE.get(path.split("/", 2)[1] if path.startswith("/") else "", Context.PUBLIC)


def shown(view: StatusView, context: Context | None) -> Shown:
    if not view.filtered or context is None:
        return OPEN
    matched = in_context(view.filtered, context)
    closing = [one.filter for one in matched if one.filter.action is not Action.BLUR]
    is_hidden = any(one.action is Action.HIDE for one in closing)
    return Shown(is_hidden, ", ".join(one.title for one in closing), any(one.filter.action is Action.BLUR for one in matched))


def is_hidden(view: StatusView, context: Context) -> bool:
    return shown(view, context).is_hidden


def anywhere(view: StatusView) -> Shown:
    """For a status that is fetched alone, whatever page shows it. It is never left out."""
    matched = view.filtered
    titles = ", ".join(one.filter.title for one in matched if one.filter.action is not Action.BLUR)
    return Shown(titles=titles, is_blurred=any(one.filter.action is Action.BLUR for one in matched))
