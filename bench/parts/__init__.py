"""What can be measured, in the order in which it is: what only reads comes before what writes."""

from __future__ import annotations

from bench.parts import posting, reads
from bench.plan import Part

PARTS: dict[str, Part] = {
    "reads": reads.measure,
    "posting": posting.measure,
}
UNLESS_ASKED = ("sizes",)
"""Seeds a million accounts, which takes a quarter of an hour and 15 GB."""
