"""The size of an object in bytes, including everything it refers to: what a cache counts against its capacity.

An object shared by two entries counts for both, so a cache never exceeds its capacity, but may reach it early.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum
from sys import getsizeof
from types import NoneType
from typing import Any

import msgspec
from markupsafe import Markup
from msgspec.structs import astuple

_PLAIN = {str, bytes, int, float, bool, NoneType, datetime, timedelta, Markup}
"""Types whose `getsizeof` is complete: they refer to no other objects that count."""


def weight(value: object) -> int:
    """Bytes of structs and collections with their members, recursively. Of any other object only its own `getsizeof`."""
    kind = type(value)
    if kind in _PLAIN:
        return getsizeof(value)
    if isinstance(value, msgspec.Struct):
        return getsizeof(value) + _total(astuple(value))
    if isinstance(value, (tuple, list, set, frozenset)):
        return getsizeof(value) + _total(value)
    if isinstance(value, Mapping):
        return getsizeof(value) + _total(value.keys()) + _total(value.values())
    return getsizeof(value)


def _total(values: Any) -> int:
    """Most rows hold plain values only: their sizes are added without a loop in Python."""
    kinds = set(map(type, values))
    if kinds <= _PLAIN:
        return sum(map(getsizeof, values))
    return sum([getsizeof(one) if type(one) in _PLAIN or isinstance(one, IntEnum) else weight(one) for one in values])
