"""Translates errors of the disk (full, read-only, failing) to `Unavailable`, and logs them once a minute."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.log_redaction import Throttled

logger = logging.getLogger(__name__)

RETRY_AFTER = 10
NOT_NOW = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE}
"""Error numbers that are faults of the machine, wherever they occur."""

_seldom = Throttled()


def is_of_the_disk(fault: BaseException) -> bool:
    """Whether it is a fault of this machine, not of the file that is read."""
    return isinstance(fault, OSError) and fault.errno in NOT_NOW


@contextmanager
def as_unavailable() -> Iterator[None]:
    """Raises `Unavailable` for an `OSError` inside, except for `FileNotFoundError`."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as fault:
        raise unavailable(fault) from fault


def unavailable(fault: OSError) -> Unavailable:
    if _seldom.has_come():
        logger.error("A file cannot be read or written: %s", fault)
    return Unavailable(retry_after=RETRY_AFTER)
