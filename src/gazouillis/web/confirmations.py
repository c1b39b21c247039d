"""Confirmation of acts that cannot be taken back.

A form that does not carry `confirmed=yes` is answered with a page that says what will happen. It holds the same form once more, with
`confirmed`. The page's script asks in a dialog instead, and sends `confirmed` at once.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response

from gazouillis.web.request_context import CSRF_FIELD, Form, RequestContext, origin

CONFIRMED = "confirmed"


async def ask(context: RequestContext, form: Form, name: str, *, default: str = "/", **values: object) -> Response[Any] | None:
    """The page that asks the question of this name; None when the form says that it has been answered.

    Call it after having checked that the viewer may do it. `default`: where to go back to when the browser does not say.
    """
    if form.get(CONFIRMED) == "yes":
        return None
    back = origin(context.request) or default
    return await context.render(
        "confirm.html",
        name=name,
        values=values,
        action=f"{context.request.url.path}?{urlencode({'back': back})}",
        fields={field: value for field, value in form.items() if field not in {CSRF_FIELD, CONFIRMED}},
        back=back,
    )
