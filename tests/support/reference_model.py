"""A reference model of visibility: statuses, follows, mutes, blocks and circles in plain sets, with rules simple enough to check by
reading.

Random tests do the same to the model and to the server, then compare what everybody sees.
"""

from __future__ import annotations

VISIBILITIES = ("public", "unlisted", "private", "direct")
AUDIENCES = (*VISIBILITIES, "mutuals", "circle")
NARROWER = {
    "public": {"unlisted", "private", "mutuals", "circle"},
    "unlisted": {"private", "mutuals", "circle"},
    "private": {"mutuals", "circle"},
}
FOR_EVERYBODY = {"public", "unlisted"}


class ModelStatus:
    """A status as it is now, or as it was when it was deleted. People are identified by their names; a visitor's name is empty."""

    def __init__(self, author: str, visibility: str, original: ModelStatus | None = None, parent: ModelStatus | None = None) -> None:
        self.author, self.visibility, self.original, self.parent = author, visibility, original, parent
        self.mentions: set[str] = set()
        self.undelivered: set[str] = set()
        """Of a private message: recipients with a block between them and its author when it was sent."""
        self.favouriters: set[str] = set()
        self.is_tagged = False
        self.withheld_by = ""
        self.withheld_top: ModelStatus | None = None
        self.is_awaiting = self.has_word = False
        """Whether it waits to be accepted, and whether it says the word that wary people do not want."""
        self.circle = ""
        """Whose circle it is for; everybody has one."""
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
        self.domain_blocks: set[tuple[str, str]] = set()
        """Who blocks the domain of whom."""
        self.circles: set[tuple[str, str]] = set()
        """Owner and member."""
        self.limits: set[tuple[str, str]] = set()
        self.open: set[tuple[str, str]] = set()
        self.asked: set[tuple[str, str]] = set()
        """Recipient and author of private messages: those whose conversation is open to the recipient, and those who ever began one."""
        self.cautious: set[str] = set()
        """Who accepts the replies of strangers first."""
        self.wary: set[str] = set()
        """Who does not want a certain word from people whom they do not follow."""

    def may_see(self, viewer: str, status: ModelStatus) -> bool:
        """Whether the viewer may open the status."""
        if status.original and not self.may_see(viewer, status.original):
            return False
        if viewer == status.author:
            return True
        if self.has_block(viewer, status.author):
            return False
        if status.withheld_by and status.withheld_by != viewer:
            return False
        if status.is_for_everybody or viewer in status.mentions - status.undelivered:
            return True
        return self.reaches(viewer, status)

    def reaches(self, viewer: str, status: ModelStatus) -> bool:
        """Whether the viewer is among those for whom it is, without a look at mentions and blocks."""
        if viewer == status.author:
            return status.visibility != "direct"
        match status.visibility:
            case "private":
                return (viewer, status.author) in self.follows
            case "mutuals":
                return {(viewer, status.author), (status.author, viewer)} <= self.follows
            case "circle":
                return viewer == status.circle or ((status.circle, viewer) in self.circles and (viewer, status.circle) in self.follows)
            case _:
                return False

    def may_receive(self, viewer: str, status: ModelStatus) -> bool:
        """Whether it may reach the viewer in a stream or list: it is visible, and neither its author nor the reblogged one is muted."""
        is_muted = viewer != status.author and (viewer, status.author) in self.mutes
        return not is_muted and self.may_see(viewer, status) and (status.original is None or self.may_receive(viewer, status.original))

    def branch(self, top: ModelStatus) -> list[ModelStatus]:
        """The status, and all replies below it. Private messages that answer a public status are in no thread."""
        below = [one for one in self.statuses if one is top or top in ancestors(one)]
        return [one for one in below if one.visibility != "direct" or top.visibility == "direct"]

    def may_hide(self, viewer: str, status: ModelStatus) -> bool:
        """Whether the viewer may hide this status from their thread."""
        is_theirs = status.parent is not None and viewer in {status.parent.author, ancestors(status)[-1].author}
        return is_theirs and viewer != status.author and not status.withheld_by and self.may_see(viewer, status)

    def hide(self, viewer: str, top: ModelStatus, *, is_awaiting: bool = False) -> None:
        for one in self.branch(top):
            if not one.withheld_by:
                one.withheld_by, one.withheld_top, one.is_awaiting = viewer, top, is_awaiting

    def show(self, top: ModelStatus) -> None:
        """Below a reply that is withheld itself, it becomes a part of that branch."""
        above = top.parent if top.parent and top.parent.withheld_by else ModelStatus("", "public")
        for one in self.statuses:
            if one.withheld_top is top:
                one.withheld_by, one.withheld_top, one.is_awaiting = above.withheld_by, above.withheld_top, above.is_awaiting

    def receive_reply(self, reply: ModelStatus) -> None:
        """Whether a new reply is withheld: with the branch that it is in, or by somebody who wants to accept it first."""
        if reply.parent is None or reply.visibility == "direct":
            return
        above = reply.parent
        reply.withheld_by, reply.withheld_top, reply.is_awaiting = above.withheld_by, above.withheld_top, above.is_awaiting
        holder = self._holder(reply)
        if not reply.withheld_by and holder:
            reply.withheld_by, reply.withheld_top, reply.is_awaiting = holder, reply, True

    def edit(self, status: ModelStatus, *, has_word: bool) -> None:
        """A reply that gets the word waits. One that waits for it alone is shown without it, or handed on to the other who holds it."""
        had_word, status.has_word = status.has_word, has_word
        if status.parent is None or status.visibility == "direct" or had_word == has_word:
            return
        disliking = next((one for one in self._holders(status) if self._dislikes(one, status.author)), "")
        if not status.withheld_by and has_word and disliking:
            self.hide(disliking, status, is_awaiting=True)
        elif had_word and status.is_awaiting and status.withheld_top is status and disliking == status.withheld_by:
            holder = self._holder(status)
            if holder == status.withheld_by:
                return
            self.show(status)
            if holder and not status.withheld_by:
                self.hide(holder, status, is_awaiting=True)

    def _holders(self, reply: ModelStatus) -> list[str]:
        """Who may hide it: whose status it answers, and who began the thread."""
        above = ancestors(reply)
        return [one.author for one in (above[0], above[-1]) if one.author != reply.author]

    def _holder(self, reply: ModelStatus) -> str:
        return next((one for one in self._holders(reply) if self._holds(one, reply)), "")

    def _holds(self, holder: str, reply: ModelStatus) -> bool:
        author, answered = reply.author, reply.parent
        is_known = {(holder, author), (author, holder)} & self.follows or (answered and author in answered.mentions)
        is_disliked = reply.has_word and self._dislikes(holder, author)
        return (holder, author) in self.limits or is_disliked or (holder in self.cautious and not is_known)

    def _dislikes(self, holder: str, author: str) -> bool:
        return holder in self.wary and (holder, author) not in self.follows

    def deliver(self, message: ModelStatus, remote: str = "") -> None:
        """A private message to one person. It is a request unless they follow its author or have written to them.

        `remote`: somebody of another server, which decides by itself.
        """
        for one in message.mentions - {remote}:
            if self.has_block(one, message.author):
                message.undelivered.add(one)
            elif (one, message.author) in self.follows:
                self.open.add((one, message.author))
            self.asked.add((one, message.author))
            self.open.add((message.author, one))

    def follow(self, follower: str, followed: str) -> None:
        """It accepts the requests of who is followed."""
        self.follows.add((follower, followed))
        if (follower, followed) in self.asked:
            self.open.add((follower, followed))

    def shows_files(self, viewer: str, status: ModelStatus) -> bool:
        """Of a request, only the text is shown."""
        is_open = status.visibility != "direct" or viewer == status.author or (viewer, status.author) in self.open
        return is_open and self.may_see(viewer, status)

    def hides(self, viewer: str, other: str) -> bool:
        """Whether the viewer has muted the other, or one has blocked the other."""
        return (viewer, other) in self.mutes or self.has_block(viewer, other)

    def has_block(self, viewer: str, other: str) -> bool:
        """Whether one of the two has blocked the other."""
        return bool({(viewer, other), (other, viewer)} & (self.blocks | self.domain_blocks))

    def block(self, one: str, other: str, *, with_domain: bool = False) -> None:
        (self.domain_blocks if with_domain else self.blocks).add((one, other))
        self.follows -= {(one, other), (other, one)}
        self.circles -= {(one, other), (other, one)}

    def remove(self, status: ModelStatus) -> None:
        """Removes a status with all its reblogs."""
        self.statuses = [one for one in self.statuses if status not in {one, one.original}]

    def recent(self, which: int) -> ModelStatus | None:
        """One of the last six statuses; `which` chooses."""
        return self.statuses[-1 - which % min(6, len(self.statuses))] if self.statuses else None


def ancestors(status: ModelStatus) -> list[ModelStatus]:
    """What it answers, what that answers and so on: the last one began the thread."""
    return [status.parent, *ancestors(status.parent)] if status.parent else []
