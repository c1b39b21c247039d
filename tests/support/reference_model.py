"""A reference model of visibility: statuses, follows, mutes and blocks in plain sets, with rules simple enough to check by reading.

Random tests do the same to the model and to the server, then compare what everybody sees.
"""

from __future__ import annotations

VISIBILITIES = ("public", "unlisted", "private", "direct")
FOR_EVERYBODY = {"public", "unlisted"}


class ModelStatus:
    """A status as it is now, or as it was when it was deleted. People are identified by their names; a visitor's name is empty."""

    def __init__(self, author: str, visibility: str, original: ModelStatus | None = None, parent: ModelStatus | None = None) -> None:
        self.author, self.visibility, self.original, self.parent = author, visibility, original, parent
        self.mentions: set[str] = set()
        self.favouriters: set[str] = set()
        self.is_tagged = False
        self.id = self.mark = ""
        """`mark`: a word that occurs in this status only."""

    @property
    def is_for_everybody(self) -> bool:
        return self.visibility in FOR_EVERYBODY


class Model:
    """The whole server, as the simplest data that gives the right answers."""

    def __init__(self) -> None:
        self.statuses: list[ModelStatus] = []
        self.follows: set[tuple[str, str]] = set()
        self.mutes: set[tuple[str, str]] = set()
        self.blocks: set[tuple[str, str]] = set()

    def may_see(self, viewer: str, status: ModelStatus) -> bool:
        """Whether the viewer may open the status."""
        if status.original and not self.may_see(viewer, status.original):
            return False
        if viewer == status.author:
            return True
        if self.has_block(viewer, status.author):
            return False
        if status.is_for_everybody or viewer in status.mentions:
            return True
        return status.visibility == "private" and (viewer, status.author) in self.follows

    def may_receive(self, viewer: str, status: ModelStatus) -> bool:
        """Whether it may reach the viewer in a stream or list: it is visible, and neither its author nor the reblogged one is muted."""
        is_muted = viewer != status.author and (viewer, status.author) in self.mutes
        return not is_muted and self.may_see(viewer, status) and (status.original is None or self.may_receive(viewer, status.original))

    def hides(self, viewer: str, other: str) -> bool:
        """Whether the viewer has muted the other, or one has blocked the other."""
        return (viewer, other) in self.mutes or self.has_block(viewer, other)

    def has_block(self, viewer: str, other: str) -> bool:
        """Whether one of the two has blocked the other."""
        return bool({(viewer, other), (other, viewer)} & self.blocks)

    def block(self, one: str, other: str) -> None:
        self.blocks.add((one, other))
        self.follows -= {(one, other), (other, one)}

    def remove(self, status: ModelStatus) -> None:
        """Removes a status with all its reblogs."""
        self.statuses = [one for one in self.statuses if status not in {one, one.original}]

    def recent(self, which: int) -> ModelStatus | None:
        """One of the last six statuses; `which` chooses."""
        return self.statuses[-1 - which % min(6, len(self.statuses))] if self.statuses else None
