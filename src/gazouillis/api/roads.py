"""The parameter `via` of acts: by which road the caller came to a status. Of our own; `openapi.json` describes it."""

from __future__ import annotations

import msgspec

from gazouillis.encounters.reach.act import By
from gazouillis.encounters.reach.rules import parse
from gazouillis.search.tracks.queries import is_hit_of


class ViaForm(msgspec.Struct, frozen=True):
    via: str = ""


def by(via: str) -> By:
    return By(parse(via), is_hit_of)
