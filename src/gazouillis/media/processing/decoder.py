"""The program of a decoder process: reads tasks from stdin, line by line, and writes a reply for each (`protocol.py`).

It ends when stdin does, since then the server has ended, however that happened; and when it has had nothing to do for a while.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.media.processing import pictures, protocol, resource_limits, videos
from gazouillis.media.processing.errors import WrongDecoder
from gazouillis.media.processing.models import Processed
from gazouillis.media.processing.protocol import Decoder, Reply, Task

IDLE_SECONDS = 120
MOST_TASKS = 500
"""Then it ends, and gives back what decoders may have leaked."""

DECODE: dict[Decoder, Callable[[Task], Processed]] = {Decoder.PICTURES: pictures.process, Decoder.VIDEOS: videos.process}


def main() -> None:
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as replies:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # libraries that print do not disturb the replies
        resource_limits.lower_once()
        _serve(replies)
    os._exit(0)  # the thread still reads


def _serve(replies: BinaryIO) -> None:
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    for _number in range(MOST_TASKS):
        try:
            line = lines.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            return
        replies.write(protocol.line_of(_reply(protocol.task_of(line))))
        replies.flush()


def _read(lines: queue.SimpleQueue[bytes]) -> None:
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)


def _reply(task: Task) -> Reply:
    resource_limits.lower_for(task)
    try:
        Path(task.into).mkdir(parents=True, exist_ok=True)
        return Reply(processed=DECODE[task.decoder](task))
    except WrongDecoder:
        return Reply()
    except Invalid as fault:
        return Reply(fault=fault.public, field=fault.field, code=fault.code)
    except MemoryError:
        return Reply(fault=_("This file takes too much memory to decode"), code="ERR_TOO_LONG")
    except OSError as fault:
        return Reply(disk_fault=str(fault))
    except Exception:
        return Reply(crash=traceback.format_exc())


if __name__ == "__main__":
    main()
