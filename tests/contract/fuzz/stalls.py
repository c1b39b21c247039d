"""Finds what keeps the event loop of the server: when it does not answer for a while, it prints the stacks of its threads into its log.

It also measures how long the machine itself stood still, so that a slow answer is not blamed on the server for nothing.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

from tests.contract.server_process import ServerProcess

LONGEST_SILENCE = 1.0
"""Seconds until the stacks are printed."""
PAUSE = 0.25
MARK = "most recent call first"
"""Stands above each stack: https://docs.python.org/3/library/faulthandler.html"""


class Watch:
    """`longest_pause`: seconds by which a sleeping thread of this process was woken too late: the machine, or this process, stood still."""

    def __init__(self) -> None:
        self.longest_pause = 0.0
        self.is_over = threading.Event()

    def sleep(self) -> bool:
        """Returns whether the watch goes on."""
        began = time.monotonic()
        ended = self.is_over.wait(PAUSE)
        self.longest_pause = max(self.longest_pause, time.monotonic() - began - PAUSE)
        return not ended


@contextmanager
def watched(server: ServerProcess) -> Iterator[Watch]:
    """Asks the server four times a second, in a thread of its own."""
    watch = Watch()
    thread = threading.Thread(target=_ask, args=(server, watch), daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.is_over.set()
        thread.join()


def stacks(log: str) -> str:
    """From the first stack on."""
    return log[max(0, log.find(MARK) - 100) :][:6000] if MARK in log else ""


def _ask(server: ServerProcess, watch: Watch) -> None:
    while watch.sleep():
        if not _answers(server.url.rpartition(":")[2]):
            os.kill(server.pid, signal.SIGUSR1)
            time.sleep(LONGEST_SILENCE)


def _answers(port: str) -> bool:
    connection = HTTPConnection("127.0.0.1", int(port), timeout=LONGEST_SILENCE)
    try:
        connection.request("GET", "/robots.txt")
        connection.getresponse().read()
    except TimeoutError:
        return False
    except (OSError, HTTPException):
        return True
    finally:
        connection.close()
    return True
