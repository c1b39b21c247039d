"""How pictures of the composer are to be turned and cropped, as it is typed into its plain fields: without a script (decision 0082)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlencode

import msgspec

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AttachmentId
from gazouillis.infra.basics.messages import _
from gazouillis.media.processing.models import AS_IT_IS, Adjustment, Crop

LONGEST_NUMBER = 10


class TypedAdjustment(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of one picture: degrees clockwise, and what is cut off from each side of the turned picture, in per cent of it."""

    turn: str = ""
    cut_left: str = ""
    cut_top: str = ""
    cut_right: str = ""
    cut_bottom: str = ""

    @property
    def query(self) -> str:
        """Of the address of a preview."""
        return urlencode({name: value for name, value in msgspec.structs.asdict(self).items() if value})


def typed(form: Mapping[str, str], ids: Collection[AttachmentId]) -> dict[AttachmentId, TypedAdjustment]:
    """`form`: fields such as `turn.12` and `cut_left.12`. Pictures for which nothing was typed are left out."""
    found = {one: of_query({name: form.get(f"{name}.{one}", "") for name in FIELDS}) for one in ids}
    return {one: typed for one, typed in found.items() if typed != TypedAdjustment()}


def of_query(parameters: Mapping[str, str]) -> TypedAdjustment:
    """From the parameters of the address of a preview."""
    return TypedAdjustment(**{name: parameters.get(name, "").strip()[:LONGEST_NUMBER] for name in FIELDS})


def parsed(given: TypedAdjustment) -> Adjustment:
    """Raises Invalid."""
    turn = _number(given.turn, "turn")
    left, top, right, bottom = (_number(one, "crop") / 100 for one in (given.cut_left, given.cut_top, given.cut_right, given.cut_bottom))
    found = Adjustment(turn, Crop(left, top, 1 - left - right, 1 - top - bottom) if any((left, top, right, bottom)) else None)
    found.check()
    if found.crop is not None and min(right, bottom) < 0:
        raise Invalid(_("The part of the picture to keep must lie within it"), field="crop")
    return found if found.changes_something else AS_IT_IS


def without(form: Mapping[str, str]) -> dict[str, str]:
    """The form without these fields: what they asked for is done."""
    return {name: value for name, value in form.items() if name.partition(".")[0] not in FIELDS}


FIELDS = TypedAdjustment.__struct_fields__


def _number(text: str, field: str) -> float:
    """With a point or a comma."""
    try:
        return float(text.replace(",", ".")) if text else 0.0
    except ValueError as fault:
        raise Invalid(_("{field} is not valid", field=text), field=field) from fault
