"""What can be measured, in the order in which it is: what only reads comes before what writes."""

from __future__ import annotations

from bench.parts import cold, fanout, live, posting, reads, sizes, start, storage
from bench.plan import Part

PARTS: dict[str, Part] = {
    "reads": reads.measure,
    "cold": cold.measure,
    "start": start.measure,
    "storage": storage.measure,
    "posting": posting.measure,
    "live": live.measure,
    "fanout": fanout.measure,
    "sizes": sizes.measure,
}
UNLESS_ASKED = ("sizes",)
"""Seeds a million accounts: a quarter of an hour, many gigabytes."""
