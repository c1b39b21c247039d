"""A status in a frame on another site, and the page with the HTML to copy."""

from __future__ import annotations

from typing import Any

import msgspec

from gazouillis.encounters.reach import embed
from gazouillis.statuses.models import StatusView
from tests.support.preview.layouts import MEMBER, VISITOR, PageState
from tests.support.sample import LAURENT, LONG, MARIE, status

BASE_URL = "https://nancy.example"
ASKED = status(MARIE, 3 * 24 * 60, "Où boit-on un bon café à Budapest ?")
WARNED = status(LONG, 30, "C’est le majordome.", spoiler_text="Un film")
OWN = status(LAURENT, 9, "Bonjour Nancy !")
IN_FRAME = msgspec.structs.replace(VISITOR, path="/@Marievh/1/embed")


def _frame(view: StatusView | None, *, is_allowed: bool = True) -> dict[str, Any]:
    return {"view": view, "is_allowed": is_allowed, "base_url": BASE_URL, "authority": "nancy.example"}


def _snippet(view: StatusView, *, is_allowed: bool = True) -> dict[str, Any]:
    size = embed.frame_size(view, 550)
    return {"view": view, "size": size, "html": embed.html(BASE_URL, view, size) if is_allowed else ""}


UNTRANSLATED = ("nancy.example", _snippet(ASKED)["html"])
STATES: list[PageState] = [
    ("embed_frame", "embed_frame.html", IN_FRAME, _frame(ASKED)),
    ("embed_frame_warned", "embed_frame.html", IN_FRAME, _frame(WARNED)),
    ("embed_frame_refused", "embed_frame.html", IN_FRAME, _frame(ASKED, is_allowed=False)),
    ("embed_frame_of_nothing", "embed_frame.html", IN_FRAME, _frame(None)),
    ("embed", "embed.html", VISITOR, _snippet(ASKED)),
    ("embed_refused", "embed.html", MEMBER, _snippet(ASKED, is_allowed=False)),
    ("embed_refused_by_oneself", "embed.html", MEMBER, _snippet(OWN, is_allowed=False)),
]
