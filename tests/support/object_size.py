"""The memory of an object with everything reachable from it, as the interpreter counts it.

Tests compare it with the weights that the caches compute for their limits.
"""

from __future__ import annotations

import gc
import types
from collections import deque
from collections.abc import Iterable
from sys import getsizeof
from typing import Any

_SHARED = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.CodeType, types.MethodType)
"""Parts of the program, which are in memory anyway."""


def size_of(root: object, *, without: Iterable[Any] = ()) -> int:
    """In bytes. `without`: objects that are not counted, nor what is reachable only through them."""
    seen, total, waiting = {id(one) for one in without}, 0, deque([root])
    while waiting:
        one = waiting.popleft()
        if id(one) in seen or isinstance(one, _SHARED):
            continue
        seen.add(id(one))
        total += getsizeof(one)
        waiting.extend(gc.get_referents(one))
    return total
