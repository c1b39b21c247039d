"""Who said what and who stands how to whom, kept in the simplest way: what a child could check."""

from __future__ import annotations

VISIBILITIES = ("public", "unlisted", "private", "direct")
FOR_EVERYBODY = {"public", "unlisted"}


class Said:
    """A status as it stands, or as it was when it was deleted. People are called by their names; a visitor has none."""

    def __init__(self, author: str, visibility: str, original: Said | None = None, parent: Said | None = None) -> None:
        self.author, self.visibility, self.original, self.parent = author, visibility, original, parent
        self.mentions: set[str] = set()
        self.favouriters: set[str] = set()
        self.is_tagged = False
        self.id = self.mark = ""

    @property
    def is_for_everybody(self) -> bool:
        return self.visibility in FOR_EVERYBODY


class Model:
    def __init__(self) -> None:
        self.said: list[Said] = []
        self.follows: set[tuple[str, str]] = set()
        self.mutes: set[tuple[str, str]] = set()
        self.blocks: set[tuple[str, str]] = set()

    def may_see(self, viewer: str, said: Said) -> bool:
        if said.original and not self.may_see(viewer, said.original):
            return False
        if viewer == said.author:
            return True
        if self.stands_between(viewer, said.author):
            return False
        if said.is_for_everybody or viewer in said.mentions:
            return True
        return said.visibility == "private" and (viewer, said.author) in self.follows

    def may_hear(self, viewer: str, said: Said) -> bool:
        """What is seen, but for who is muted."""
        is_muted = viewer != said.author and (viewer, said.author) in self.mutes
        return not is_muted and self.may_see(viewer, said) and (said.original is None or self.may_hear(viewer, said.original))

    def hides(self, viewer: str, other: str) -> bool:
        return (viewer, other) in self.mutes or self.stands_between(viewer, other)

    def stands_between(self, viewer: str, other: str) -> bool:
        """A block, whoever made it."""
        return bool({(viewer, other), (other, viewer)} & self.blocks)

    def block(self, one: str, other: str) -> None:
        self.blocks.add((one, other))
        self.follows -= {(one, other), (other, one)}

    def invalidate(self, said: Said) -> None:
        """With all that repeated it."""
        self.said = [one for one in self.said if said not in {one, one.original}]

    def recent(self, which: int) -> Said | None:
        """One of the last few."""
        return self.said[-1 - which % min(6, len(self.said))] if self.said else None
