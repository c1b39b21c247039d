"""Who reads a status, as a value of a form.

An audience is `public`, `mutuals`, `circle:12`…; `circle` alone is the circle of the status it answers.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import CircleId
from gazouillis.infra.basics.messages import _
from gazouillis.statuses.models import Visibility


class Audience(NamedTuple):
    visibility: Visibility
    circle_id: CircleId | None = None

    @property
    def value(self) -> str:
        return self.visibility.word if self.circle_id is None else f"circle:{self.circle_id}"


def parse(value: str) -> Audience:
    """Raises Invalid for anything else."""
    if found := _CIRCLE.fullmatch(value):
        return Audience(Visibility.CIRCLE, CircleId(int(found[1])))
    if value.upper() not in Visibility.__members__:
        raise Invalid(_("This visibility does not exist"), field="visibility", code="ERR_INCLUSION")
    return Audience(Visibility[value.upper()])


_CIRCLE = re.compile(r"circle:([0-9]{1,18})")
