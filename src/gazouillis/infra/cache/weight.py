"""How many bytes an object holds, with all that hangs on it: what a cache counts against its bound.

What two entries share is counted for each: a bound is never exceeded, it may be reached early.
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
"""Nothing hangs on these."""


def weight(value: object) -> int:
    """Structs and collections with what they hold; anything else alone."""
    kind = type(value)
    if kind in _PLAIN:
        return getsizeof(value)
    if isinstance(value, msgspec.Struct):
        return getsizeof(value) + _together(astuple(value))
    if isinstance(value, (tuple, list, set, frozenset)):
        return getsizeof(value) + _together(value)
    if isinstance(value, Mapping):
        return getsizeof(value) + _together(value.keys()) + _together(value.values())
    return getsizeof(value)


def _together(values: Any) -> int:
    """Most rows hold plain values only: their sizes are added without a loop in Python."""
    kinds = set(map(type, values))
    if kinds <= _PLAIN:
        return sum(map(getsizeof, values))
    return sum([getsizeof(one) if type(one) in _PLAIN or isinstance(one, IntEnum) else weight(one) for one in values])
