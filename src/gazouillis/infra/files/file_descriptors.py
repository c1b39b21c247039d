"""How many files the process may hold open: each connection is one. https://man7.org/linux/man-pages/man2/getrlimit.2.html"""

from __future__ import annotations

import os
import resource
from contextlib import suppress

RESERVED_SHARE = 8
"""One in so many files is kept for who only visits, between the two numbers below."""
LEAST_RESERVED, MOST_RESERVED = 24, 1000


def limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def raise_limit() -> None:
    """From what is usual for a shell to what the system allows."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # a system that says unlimited, and means less
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def in_use() -> int:
    """At least so many are open: a new file gets the lowest number that is free."""
    try:
        number = os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return limit()
    os.close(number)
    return number


def reserved() -> int:
    return min(max(limit() // RESERVED_SHARE, LEAST_RESERVED), MOST_RESERVED)


def are_scarce() -> bool:
    """What is left is for those who only visit."""
    return in_use() >= limit() - reserved()
