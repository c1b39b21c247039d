"""The limit on file descriptors: each connection needs one. https://man7.org/linux/man-pages/man2/getrlimit.2.html"""

from __future__ import annotations

import os
import resource
from contextlib import suppress

RESERVED_SHARE = 8
"""One file descriptor in so many is reserved for ordinary requests, within the two bounds below."""
LEAST_RESERVED, MOST_RESERVED = 24, 1000


def limit() -> int:
    """The soft limit of this process."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def raise_limit() -> None:
    """Raises the soft limit, which is low in most shells, to the hard limit of the system."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # some systems report "unlimited", but allow less
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def in_use() -> int:
    """A lower bound: the next free descriptor number, since the system always gives the lowest."""
    try:
        number = os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return limit()
    os.close(number)
    return number


def reserved() -> int:
    return min(max(limit() // RESERVED_SHARE, LEAST_RESERVED), MOST_RESERVED)


def are_scarce() -> bool:
    """Whether only the descriptors reserved for ordinary requests are left: then no stream may be opened."""
    return in_use() >= limit() - reserved()
