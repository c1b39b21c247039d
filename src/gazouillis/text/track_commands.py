"""The commands of 2007, typed where one writes a post: `track Budapest`, `untrack Budapest`, `track` and `track off`."""

from __future__ import annotations

from enum import Enum

import msgspec
import regex

from gazouillis.text.track_query import LONGEST_QUERY


class Verb(Enum):
    TRACK = "track"
    UNTRACK = "untrack"
    LIST = "list"
    OFF = "off"


class Command(msgspec.Struct, frozen=True):
    verb: Verb
    query: str = ""


def command(text: str) -> Command | None:
    """None for a text that is no command: it begins otherwise, has several lines, or is longer than a query may be."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None or len(text) > LONGEST_QUERY + len("untrack "):
        return None
    word, query = found["verb"].lower(), (found["query"] or "").strip()
    if word == "track" and query.lower() == "off":
        return Command(Verb.OFF)
    if not query:
        return Command(Verb.LIST)
    return Command(Verb(word), query)


_COMMAND = regex.compile(r"(?<verb>(?i:untrack|track))(?:[ \t\u00a0\u202f]+(?<query>[^\n\r]*))?")
