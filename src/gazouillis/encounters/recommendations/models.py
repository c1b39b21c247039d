"""Data of recommendations: a status with `#FF` recommends the people whom it names."""

from __future__ import annotations

from datetime import datetime

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.graph.models import Relation
from gazouillis.statuses.models import StatusView


class Recommended(msgspec.Struct, frozen=True):
    """Somebody recommended, and how the viewer stands to them."""

    account: Account
    relation: Relation


class FollowSource(msgspec.Struct, frozen=True):
    """Through whom the viewer came to follow somebody, and when."""

    recommender: Account
    created_at: datetime


class Recommendation(msgspec.Struct, frozen=True):
    """`view` is the status: its author recommends. Its id is that of the recommendation."""

    view: StatusView
    reason: str
    """In the author's words; may be empty."""
    recommended: tuple[Recommended, ...]
    """Whom the viewer may follow. Without the viewer."""
    names_viewer: bool
    """Whether the viewer is recommended too, and has not declined."""
    has_batch: bool
    """Whether the viewer has followed people through it, and may undo that."""

    @property
    def id(self) -> int:
        return self.view.id
