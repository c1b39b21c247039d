"""What a disk that is full, read-only or failing means to whoever asked: not now. The log says it once a minute."""

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
"""Faults of the machine, wherever they come up."""

_seldom = Throttled()


@contextmanager
def as_unavailable() -> Iterator[None]:
    """For what cannot be done without it. A file that is not there is another thing."""
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
