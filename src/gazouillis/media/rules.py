"""Rules of attachments: what may stand together in one status, how long a description is. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from gazouillis.infra.basics.errors import Invalid, too_long
from gazouillis.infra.basics.ids import AccountId, AttachmentId, StatusId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.media.models import Attachment, State
from gazouillis.media.processing.models import Adjustment, Crop, Kind

MOST_ATTACHMENTS = 4
"""Pictures in one status. A video or a sound stands alone, as on Mastodon."""
LONGEST_DESCRIPTION = 1_500

FIELD = "media_ids"


def check_attachable(
    wanted: Sequence[AttachmentId], found: Mapping[AttachmentId, Attachment], author_id: AccountId, status_id: StatusId
) -> None:
    """Raises Invalid unless this author may publish the status with these. Those the status has already are fine."""
    if len(wanted) > MOST_ATTACHMENTS:
        sentence = counted("Attach at most {count} file", "Attach at most {count} files", MOST_ATTACHMENTS)
        raise Invalid(sentence, field=FIELD, code="ERR_TOO_MANY")
    for one in wanted:
        attachment = found.get(one)
        if attachment is None or attachment.account_id != author_id or attachment.status_id not in {None, status_id}:
            raise not_attachable()
        match attachment.state:
            case State.PROCESSING:
                raise Invalid(_("A file is still being processed; try again in a moment"), field=FIELD, code="ERR_NOT_READY")
            case State.FAILED:
                raise Invalid(_("A file could not be processed"), field=FIELD)
            case State.READY:
                pass
    check_together([found[one].kind for one in wanted])


def not_attachable() -> Invalid:
    return Invalid(_("There is no such file, or it is attached to another post"), field=FIELD, code="ERR_NOT_FOUND")


def check_together(kinds: Collection[Kind]) -> None:
    if len(kinds) > 1 and any(one is not Kind.IMAGE for one in kinds):
        raise Invalid(_("A video, a moving picture or a sound is attached alone"), field=FIELD)


def check_description(text: str, *, field: str = "description") -> None:
    if len(text) > LONGEST_DESCRIPTION:
        raise too_long(len(text), LONGEST_DESCRIPTION, field)


def focus(text: str) -> tuple[float, float]:
    """`-0.5,0.5` as two numbers from -1 to 1. Raises Invalid."""
    found = _FOCUS.fullmatch(text)
    if found is None:
        raise Invalid(_("{field} is not valid", field="focus"), field="focus")
    x, y = (min(1.0, max(-1.0, float(one))) for one in found.groups())
    return x, y


def adjustment(turn: float, crop: str) -> Adjustment:
    """`crop`: `0.1,0,0.8,1` as left, top, width and height of what is kept; empty for all of it. Raises Invalid."""
    if crop and not _CROP.fullmatch(crop):
        raise Invalid(_("{field} is not valid", field="crop"), field="crop")
    found = Adjustment(turn, Crop(*map(float, crop.split(","))) if crop else None)
    found.check()
    return found


_NUMBER = r"\s*([+-]?(?:\d{1,3}(?:\.\d{0,20})?|\.\d{1,20}))\s*"
_FOCUS = re.compile(f"{_NUMBER},{_NUMBER}", re.ASCII)
_CROP = re.compile(",".join([_NUMBER] * 4), re.ASCII)
