"""The parts of the benchmark, in the order in which they run: those that only read come before those that write."""

from __future__ import annotations

from bench.parts import cold, fanout, live, media, paths, posting, reads, sizes, start, storage, tracks
from bench.plan import Part

PARTS: dict[str, Part] = {
    "reads": reads.measure,
    "cold": cold.measure,
    "start": start.measure,
    "storage": storage.measure,
    "media": media.measure,
    "tracks": tracks.measure,
    "posting": posting.measure,
    "live": live.measure,
    "fanout": fanout.measure,
    "paths": paths.measure,
    "sizes": sizes.measure,
}
ONLY_WHEN_NAMED = ("sizes",)
"""It seeds a million accounts, which takes a quarter of an hour and many gigabytes."""
