"""Exception handlers of pages: every error is answered with a page in the viewer's language."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import Receive, Scope, Send

from gazouillis.infra.basics.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    RemoteFailed,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.files import disk_errors
from gazouillis.web.request_context import AnyRequest, RequestContext, local_path, request_context, request_context_from_cache

log = logging.getLogger(__name__)

STATUSES: dict[type[Problem], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Conflict: HTTPStatus.CONFLICT,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}

REFUSALS: dict[int, tuple[HTTPStatus, Message]] = {
    400: (HTTPStatus.UNPROCESSABLE_ENTITY, _("The request cannot be read")),
    403: (HTTPStatus.FORBIDDEN, _("This form is too old: go back, load the page again and send it once more")),
    404: (HTTPStatus.NOT_FOUND, _("There is nothing here")),
    405: (HTTPStatus.METHOD_NOT_ALLOWED, _("This cannot be asked in this way")),
    413: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The request is too large")),
}


class DeferredResponse(Response[None]):
    """Litestar's exception handlers are synchronous. This response awaits the real one, which looks up the viewer, when it is sent."""

    def __init__(self, pending: Coroutine[Any, Any, Response[Any]]) -> None:
        super().__init__(None)
        self._pending = pending

    def to_asgi_response(self, app: Any, request: AnyRequest, **options: Any) -> Any:
        async def send_response(scope: Scope, receive: Receive, send: Send) -> None:
            response = await self._pending
            await response.to_asgi_response(app, request, **options)(scope, receive, send)

        return send_response


def on_problem(request: AnyRequest, problem: Problem) -> Response[Any]:
    if isinstance(problem, Unauthenticated):
        return Redirect(f"/sign-in?next={quote(_return_path(request))}", status_code=303)
    headers = {"Retry-After": str(problem.retry_after)} if isinstance(problem, TooMany | Unavailable) else {}
    status = next((STATUSES[kind] for kind in type(problem).__mro__ if kind in STATUSES), HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, status, problem.public, headers=headers)


def on_remote_failed(request: AnyRequest, _fault: RemoteFailed) -> Response[Any]:
    return _page(request, HTTPStatus.SERVICE_UNAVAILABLE, _("The other server did not answer; try again later"))


def on_refusal(request: AnyRequest, refusal: HTTPException) -> Response[Any]:
    status, message = REFUSALS.get(refusal.status_code, (HTTPStatus(refusal.status_code), _("This cannot be answered")))
    return _page(request, status, message, headers=refusal.headers)


def on_os_error(request: AnyRequest, fault: OSError) -> Response[Any]:
    """For instance, an upload's temporary file on a full disk."""
    return on_problem(request, disk_errors.unavailable(fault)) if fault.errno in disk_errors.NOT_NOW else on_fault(request, fault)


def on_fault(request: AnyRequest, fault: Exception) -> Response[Any]:
    """An unexpected exception. The log has it in full; the page shows only its number."""
    number = secrets.token_hex(6)
    log.error("request %s: %s %s", number, request.method, _path(request), exc_info=fault)
    return _page(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Something broke on our side"), request_id=number)


def _path(request: AnyRequest) -> str:
    """The path for the log, without the secret token of a link in an e-mail."""
    path, token = request.url.path, request.scope.get("path_params", {}).get("token")
    return path.replace(str(token), "…") if token else path


def _return_path(request: AnyRequest) -> str:
    """Where to go after signing in: back to the page; `/` after a form, whose address cannot be read."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "") if request.method == "GET" else "/"


def _page(
    request: AnyRequest, status: HTTPStatus, message: Message, *, headers: dict[str, str] | None = None, request_id: str = ""
) -> Response[Any]:
    return DeferredResponse(_error_response(request, status, message, headers or {}, request_id))


async def _error_response(
    request: AnyRequest, status: HTTPStatus, message: Message, headers: dict[str, str], request_id: str
) -> Response[Any]:
    """Works without the database, which may be the cause of the error or be away by now."""

    async def render_for(context: RequestContext) -> Response[Any]:
        variables: dict[str, Any] = {
            "status": int(status),
            "sentence": context.translate(message),
            "request_id": request_id,
            "retry_path": local_path(_return_path(request)) or "/",
        }
        response = await context.render("error.html", status_code=status, **variables)
        response.headers.update(headers)
        return response

    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        try:
            async with request_context(request) as context:
                return await render_for(context)
        except Unavailable:
            pass
        except Exception:
            log.exception("the viewer of %s could not be looked up for the error page %d", _path(request), status)
    return await render_for(await request_context_from_cache(request))


HANDLERS: dict[type[Exception] | int, Any] = {
    Problem: on_problem,
    RemoteFailed: on_remote_failed,
    HTTPException: on_refusal,
    OSError: on_os_error,
    Exception: on_fault,
}
"""For Litestar's `exception_handlers`."""
