"""Which filters of the viewer a status matches. A reblog and its original match the same; what is the viewer's own matches none."""

from __future__ import annotations

import msgspec

from gazouillis.filters.matching import Compiled, matches
from gazouillis.infra.basics.clock import Watch
from gazouillis.infra.basics.ids import AccountId
from gazouillis.statuses.models import StatusView


def filtered(view: StatusView, filters: Compiled, viewer_id: AccountId | None, watch: Watch) -> StatusView:
    """The view with what it matches of these filters, which are the viewer's."""
    shown = view.shown
    if shown.account.id == viewer_id or shown.is_tombstone:
        return view
    matched = matches(filters, shown.cached.texts, {view.id, shown.id}, watch)
    if not matched:
        return view
    if view.reblog is None:
        return msgspec.structs.replace(view, filtered=matched)
    original = msgspec.structs.replace(view.reblog, filtered=matched)
    return msgspec.structs.replace(view, reblog=original, filtered=() if view.account.id == viewer_id else matched)
