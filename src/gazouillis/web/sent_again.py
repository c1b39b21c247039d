"""Forms that make something, and are sent again by a second click, a reload or Back (decision 84).

A hidden field says what was the newest of its kind when the form was shown. If the same has been made since then, it was this form that
made it, and the command returns it instead of making another. Forms that publish have an idempotency key instead (decision 72).
"""

from __future__ import annotations

from collections.abc import Iterable

from gazouillis.infra.basics.ids import id_or_none
from gazouillis.web.request_context import Form

AFTER_ID = "after_id"


def after_id(form: Form) -> int | None:
    """For the command. None for a request without the field, which always makes something."""
    return id_or_none(form.get(AFTER_ID, ""))


def with_after_id(form: Form, ids: Iterable[int]) -> Form:
    """The form to show, above what exists now. A form that is shown again keeps its own value, since it may have been sent already."""
    return {AFTER_ID: str(max(ids, default=0))} | form
