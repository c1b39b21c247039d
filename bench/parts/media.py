"""Part `media`: how many photos one core turns into what is stored and shown, beside how many it only decodes."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import msgspec

from bench.figures import Figure, rate_limit
from bench.inside.photos import Taken
from bench.plan import Plan
from bench.processes import module, output_of


def measure(plan: Plan) -> Iterator[Figure]:
    """Both run in turn, each in a process of its own, without a server."""
    width, height = plan.scale.photo
    mine: list[float] = []
    bare: list[float] = []
    for number in range(plan.scale.rounds):
        plan.say(f"media: {number + 1} of {plan.scale.rounds}")
        mine.append(_rate(plan, "process"))
        bare.append(_rate(plan, "decode"))
    yield Figure(
        key="media/photos",
        title=f"photos by CPU second, JPEG of {width * height / 1e6:.0f} megapixels (no server: its code, called)",
        value=median(mine),
        unit="/s",
        limits=(rate_limit("decoding them alone", mine=median(mine), limit=median(bare)),),
        cpu_ms=1000 / median(mine),
        measures={"decoded_per_s": median(bare)},
    )


def _rate(plan: Plan, kind: str) -> float:
    words = (kind, *map(str, plan.scale.photo), str(plan.scale.seconds))
    taken = msgspec.json.decode(output_of(module("bench.inside.photos", *words)), type=Taken)
    return taken.photos / taken.cpu
