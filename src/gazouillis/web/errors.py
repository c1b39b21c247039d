"""Exception handlers of pages: every error is answered with a page in the viewer's language."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.response import Redirect
from litestar.types import Receive, Scope, Send

from gazouillis.infra.basics.errors import Problem, RemoteFailed, TooMany, Unauthenticated, Unavailable
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.files import disk_errors
from gazouillis.infra.http import problem_status
from gazouillis.infra.http.problem_status import status_of
from gazouillis.web.pages import unsent
from gazouillis.web.request_context import (
    HEADERS_OF_ERRORS,
    AnyRequest,
    RequestContext,
    csrf_token,
    for_script,
    is_partial,
    local_path,
    request_context,
    request_context_from_cache,
    wants_json,
)
from gazouillis.web.unsent import of_request as unsent_form
from gazouillis.web.unsent import renew_token, with_cookie

log = logging.getLogger(__name__)

REFUSALS: dict[int, tuple[HTTPStatus, Message]] = {
    **problem_status.REFUSALS,
    403: (HTTPStatus.FORBIDDEN, _("This form is too old: go back, load the page again and send it once more")),
    404: (HTTPStatus.NOT_FOUND, _("There is nothing here")),
}


MAY_BE_SENT_AGAIN = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE}
"""After these, the page holds the form that was sent, with a button to send it again."""


SHOWN_BY_US = {"Gazouillis-Error": "1"}
"""Tells the service worker that the error page is ours, and not one of a proxy."""


SECRET_PARAMETERS = frozenset({"token", "secret"})
"""Parameters of paths that open what they name."""


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
        return DeferredResponse(_sign_in_first(request))
    headers = {"Retry-After": str(problem.retry_after)} if isinstance(problem, TooMany | Unavailable) else {}
    return _page(request, status_of(problem), problem.public, headers=headers)


def on_remote_failed(request: AnyRequest, _fault: RemoteFailed) -> Response[Any]:
    return _page(request, HTTPStatus.SERVICE_UNAVAILABLE, _("The other server did not answer; try again later"))


def on_refusal(request: AnyRequest, refusal: HTTPException) -> Response[Any]:
    if isinstance(refusal, PermissionDeniedException):
        return DeferredResponse(_stale_form(request))
    return _refusal(request, refusal.status_code, refusal.headers)


def _refusal(request: AnyRequest, code: int, headers: dict[str, str] | None = None) -> Response[Any]:
    status, message = REFUSALS.get(code, (HTTPStatus(code), _("This cannot be answered")))
    return _page(request, status, message, headers=headers)


def on_os_error(request: AnyRequest, fault: OSError) -> Response[Any]:
    """For instance, an upload's temporary file on a full disk."""
    return on_problem(request, disk_errors.unavailable(fault)) if fault.errno in disk_errors.NOT_NOW else on_fault(request, fault)


def on_fault(request: AnyRequest, fault: Exception) -> Response[Any]:
    """An unexpected exception. The log has it in full; the page shows only its number."""
    number = secrets.token_hex(6)
    log.error("request %s: %s %s", number, request.method, _path(request), exc_info=fault)
    return _page(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Something broke on our side"), request_id=number)


async def _sign_in_first(request: AnyRequest) -> Response[Any]:
    if wants_json(request):
        return await _error_response(request, HTTPStatus.UNAUTHORIZED, _("Your session has ended"), {}, "")
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response("", media_type="text/plain", status_code=HTTPStatus.UNAUTHORIZED)
    path = f"/sign-in?next={quote(_return_path(request))}"
    if is_partial(request):
        return for_script(path, HTTPStatus.UNAUTHORIZED)
    return await unsent.refused(request, is_stale=False) or Redirect(path, status_code=303)


async def _stale_form(request: AnyRequest) -> Response[Any]:
    response = await unsent.refused(request, is_stale=True)
    return response or await _error_response(request, *REFUSALS[403], {}, "")


def _path(request: AnyRequest) -> str:
    """The path for the log, without the secret token of a link in an e-mail, or the secret of a feed."""
    path, parameters = request.url.path, request.scope.get("path_params", {})
    for name in SECRET_PARAMETERS & parameters.keys():
        path = path.replace(str(parameters[name]), "…")
    return path


def _return_path(request: AnyRequest) -> str:
    """Where to go after signing in: back to the page; after a form, whose address cannot be read, to the page that the script names."""
    if is_partial(request):
        return local_path(request.headers.get("x-page-url", "")) or "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "") if request.method == "GET" else "/"


def _page(
    request: AnyRequest, status: HTTPStatus, message: Message, *, headers: dict[str, str] | None = None, request_id: str = ""
) -> Response[Any]:
    return DeferredResponse(_error_response(request, status, message, headers or {}, request_id))


async def _error_response(
    request: AnyRequest, status: HTTPStatus, message: Message, headers: dict[str, str], request_id: str
) -> Response[Any]:
    """Works without the database, which may be the cause of the error or be away by now."""
    handler = request.scope.get("route_handler")
    headers = (handler.opt.get(HEADERS_OF_ERRORS, {}) if handler else {}) | headers

    async def render_for(context: RequestContext) -> Response[Any]:
        variables: dict[str, Any] = {
            "status": int(status),
            "sentence": context.translate(message),
            "request_id": request_id,
            "retry_path": local_path(_return_path(request)) or "/",
            "unsent": await unsent_form(request) if status in MAY_BE_SENT_AGAIN else None,
        }
        if wants_json(request):
            response = _json(request, status, variables["sentence"])
            response.headers.update(headers)
            return response
        response = await context.render("error.html", status_code=status, **variables)
        response.headers.update(headers | SHOWN_BY_US)
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


def _json(request: AnyRequest, status: HTTPStatus, sentence: str) -> Response[Any]:
    """For a script of ours. The next try of a form needs a valid CSRF token, which other sites cannot read from here."""
    cookie = renew_token(request)
    content = {"errors": {"": sentence}, "csrf_token": csrf_token(request)}
    return with_cookie(Response(msgspec.json.encode(content), media_type="application/json", status_code=status), cookie)


HANDLERS: dict[type[Exception] | int, Any] = {
    Problem: on_problem,
    RemoteFailed: on_remote_failed,
    HTTPException: on_refusal,
    OSError: on_os_error,
    Exception: on_fault,
}
"""For Litestar's `exception_handlers`."""
