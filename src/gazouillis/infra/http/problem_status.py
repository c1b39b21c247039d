"""The HTTP status of each kind of problem, and the sentences of refusals that Litestar raises; the same for the API and the pages."""

from __future__ import annotations

from http import HTTPStatus

from gazouillis.infra.basics.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from gazouillis.infra.basics.messages import Message, _

_STATUSES: dict[type[Problem], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Conflict: HTTPStatus.CONFLICT,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
REFUSALS: dict[int, tuple[HTTPStatus, Message]] = {
    400: (HTTPStatus.UNPROCESSABLE_ENTITY, _("The request cannot be read")),
    405: (HTTPStatus.METHOD_NOT_ALLOWED, _("This cannot be asked in this way")),
    413: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The request is too large")),
}
"""By the status of an error that Litestar raises before a handler runs. The API and the pages add their own."""


def status_of(problem: Problem) -> HTTPStatus:
    return next((_STATUSES[kind] for kind in type(problem).__mro__ if kind in _STATUSES), HTTPStatus.UNPROCESSABLE_ENTITY)
