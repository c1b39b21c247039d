"""Events: facts that happened, as values that are stored in the event log as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import msgspec


class Event(msgspec.Struct, frozen=True):
    """A fact that happened. Subclasses are past participles and hold ids and plain values."""

    kinds: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        Event.kinds[cls.__name__] = cls

    def __repr__(self) -> str:
        """For the server's log: shows ids and choices, hides texts, addresses and keys."""
        values = ((name, getattr(self, name)) for name in self.__struct_fields__)
        shown = (f"{name}={'…' if isinstance(value, str) or _has_texts(value) else repr(value)}" for name, value in values)
        return f"{type(self).__name__}({', '.join(shown)})"

    @property
    def key(self) -> str:
        """Reactions to events with the same key keep their order."""
        return ""


def _has_texts(value: object) -> bool:
    return isinstance(value, list | tuple | set | frozenset) and any(isinstance(one, str) for one in value)


def record(event: Event, now: datetime) -> dict[str, Any]:
    """The row of the event log that stores it."""
    return {"kind": type(event).__name__, "body": encode(event), "happened_at": now}


def encode(event: Event) -> bytes:
    return msgspec.json.encode(event)


def decode(kind: str, body: bytes) -> Event:
    return msgspec.json.decode(body, type=Event.kinds[kind])
