"""How many bytes hang on an object, by the interpreter's own account: what the caches' own counts are compared with."""

from __future__ import annotations

import gc
import types
from collections import deque
from collections.abc import Iterable
from sys import getsizeof
from typing import Any

_SHARED = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.CodeType, types.MethodType)
"""What the program consists of is held by the program."""


def held(root: object, *, but: Iterable[Any] = ()) -> int:
    """`but`: what is held by others, with all that hangs on it."""
    seen, total, waiting = {id(one) for one in but}, 0, deque([root])
    while waiting:
        one = waiting.popleft()
        if id(one) in seen or isinstance(one, _SHARED):
            continue
        seen.add(id(one))
        total += getsizeof(one)
        waiting.extend(gc.get_referents(one))
    return total
