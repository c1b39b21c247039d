"""A reference model of one's limits: who may reply, mention, write, list, find somebody and read their town, in rules that are checked by
reading. Random tests compare it with what the server does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

Pair = tuple[str, str]


@dataclass(frozen=True)
class Limits:
    """As `/api/gazouillis/v1/limits` names them."""

    who_may_reply: str = "everyone"
    holds_strangers: bool = False
    who_may_mention: str = "everyone"
    who_may_write: str = "requests"
    who_may_find: str = "everyone"
    who_may_see_town: str = "everyone"
    who_may_list: str = "everyone"
    unwanted_words: tuple[str, ...] = ()
    is_quiet: bool = False


@dataclass
class LimitsModel:
    """People are identified by their names. The first of a pair is who does it: follows, blocks, mutes, has the other in a circle."""

    limits: dict[str, Limits]
    follows: set[Pair] = field(default_factory=set)
    blocks: set[Pair] = field(default_factory=set)
    """Also by the domain."""
    mutes: set[Pair] = field(default_factory=set)
    distant: set[Pair] = field(default_factory=set)
    """Who limits whom."""
    circles: set[Pair] = field(default_factory=set)
    written: set[Pair] = field(default_factory=set)
    """Who has written a private message to whom."""
    requests: set[Pair] = field(default_factory=set)
    """Recipients and senders of private messages that wait to be accepted."""

    def are_apart(self, one: str, other: str) -> bool:
        return bool({(one, other), (other, one)} & self.blocks)

    def block(self, one: str, other: str) -> None:
        self.blocks.add((one, other))
        for edges in (self.follows, self.circles):
            edges -= {(one, other), (other, one)}

    def includes(self, chosen: str, whose: str, other: str) -> bool:
        """Whether the other is one of those whom somebody has chosen. A visitor's name is empty."""
        return {
            "everyone": True,
            "followers": (other, whose) in self.follows,
            "followed": (whose, other) in self.follows,
            "mutuals": {(whose, other), (other, whose)} <= self.follows,
            "named": False,
            "nobody": False,
        }[chosen]

    def may_find(self, other: str, whose: str) -> bool:
        return not self.are_apart(whose, other) and self.includes(self.limits[whose].who_may_find, whose, other)

    def may_read_town(self, other: str, whose: str) -> bool:
        return not self.are_apart(whose, other) and self.includes(self.limits[whose].who_may_see_town, whose, other)

    def may_mention(self, other: str, whose: str, *, was_named: bool = False) -> bool:
        return not self.are_apart(whose, other) and (was_named or self.includes(self.limits[whose].who_may_mention, whose, other))

    def is_notified(self, whose: str, other: str, word: str, *, was_named: bool = False) -> bool:
        """Of a mention, which has this word in it."""
        is_kept_away = (whose, other) in self.mutes | self.distant or self.dislikes(whose, other, word)
        return self.may_mention(other, whose, was_named=was_named) and not is_kept_away

    def dislikes(self, whose: str, other: str, word: str) -> bool:
        return word in self.limits[whose].unwanted_words and (whose, other) not in self.follows

    def reply(self, other: str, whose: str, word: str, named: Collection[str]) -> str:
        """What becomes of a reply to a status for everybody that names these people: `hidden`, `refused`, `waits` or `shown`."""
        chosen = self.limits[whose].who_may_reply
        if self.are_apart(other, whose):
            return "hidden"
        if not self.includes(chosen, whose, other) and (other not in named or chosen == "nobody"):
            return "refused"
        is_stranger = not {(whose, other), (other, whose)} & self.follows and other not in named
        is_held = (whose, other) in self.distant or self.dislikes(whose, other, word)
        return "waits" if is_held or (self.limits[whose].holds_strangers and is_stranger) else "shown"

    def write(self, other: str, whose: str) -> str:
        """What becomes of a private message, which counts from now on: `refused`, `nothing`, `request` or `open`."""
        chosen, is_known = self.limits[whose].who_may_write, (whose, other) in self.written
        is_followed = (whose, other) in self.follows
        if not is_known and (chosen == "nobody" or (chosen == "followed" and not is_followed)):
            return "refused"
        self.written.add((other, whose))
        self.requests.discard((other, whose))
        if self.are_apart(other, whose):
            return "nothing"
        if is_known or is_followed or chosen == "everybody":
            return "open"
        self.requests.add((whose, other))
        return "request"

    def add_to_circle(self, owner: str, other: str) -> str:
        """`hidden`, `refused` or `added`."""
        if self.are_apart(owner, other):
            return "hidden"
        is_wanted = (owner, other) in self.circles or self.includes(self.limits[other].who_may_list, other, owner)
        if is_wanted:
            self.circles.add((owner, other))
        return "added" if is_wanted else "refused"
