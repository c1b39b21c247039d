"""Error responses: exceptions as JSON in Mastodon's form. https://docs.joinmastodon.org/entities/Error/"""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from typing import Any

from litestar import Response
from litestar.exceptions import HTTPException

from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.errors import Invalid, Problem, RemoteFailed, TooMany, Unauthenticated, Unavailable
from gazouillis.infra.basics.messages import Catalogue, Message, _
from gazouillis.infra.files import disk_errors
from gazouillis.infra.http import problem_status
from gazouillis.infra.http.problem_status import status_of

log = logging.getLogger(__name__)

# Errors that Litestar raises before a handler runs.
REFUSALS: dict[int, tuple[HTTPStatus, Message]] = {
    **problem_status.REFUSALS,
    404: (HTTPStatus.NOT_FOUND, _("Record not found")),
}


def translated(request: AnyRequest, message: Message) -> str:
    """The message in the language that the request accepts."""
    return site(request).the(Catalogue).translate(message, request.headers.get("accept-language", ""))


def on_problem(request: AnyRequest, problem: Problem) -> Response[Any]:
    words = translated(request, problem.public)
    content: dict[str, Any] = {"error": words}
    headers = {}
    match problem:
        case Invalid(field=field) if field:
            content |= {"error": _all_sentences(request, problem), "field": field, "details": _details(request, problem)}
        case TooMany(retry_after=seconds) | Unavailable(retry_after=seconds):
            headers["Retry-After"] = str(seconds)
        case Unauthenticated():
            headers["WWW-Authenticate"] = 'Bearer realm="gazouillis"'
    return Response(content, status_code=status_of(problem), headers=headers)


def _all_sentences(request: AnyRequest, problem: Invalid) -> str:
    return "; ".join(translated(request, one.public) for one in problem.faults)


def _details(request: AnyRequest, problem: Invalid) -> dict[str, list[dict[str, str]]]:
    details: dict[str, list[dict[str, str]]] = {}
    for one in problem.faults:
        details.setdefault(one.field, []).append({"error": one.code, "description": translated(request, one.public)})
    return details


def on_remote_failed(request: AnyRequest, _fault: RemoteFailed) -> Response[Any]:
    words = translated(request, _("The other server did not answer; try again later"))
    return Response({"error": words}, status_code=HTTPStatus.SERVICE_UNAVAILABLE)


def on_refusal(request: AnyRequest, refusal: HTTPException) -> Response[Any]:
    status, message = REFUSALS.get(refusal.status_code, (HTTPStatus(refusal.status_code), _("This cannot be answered")))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("%s %s: %s", request.method, request.url.path, refusal.detail)
    return Response({"error": translated(request, message)}, status_code=status, headers=refusal.headers)


def on_os_error(request: AnyRequest, fault: OSError) -> Response[Any]:
    """For example the temporary file of an upload on a full disk: 503. Other OS errors are faults: 500."""
    return on_problem(request, disk_errors.unavailable(fault)) if fault.errno in disk_errors.NOT_NOW else on_fault(request, fault)


def on_fault(request: AnyRequest, fault: Exception) -> Response[Any]:
    """A bug or an outage of ours. The log gets the traceback; the caller gets a number that finds it there."""
    number = secrets.token_hex(6)
    log.error("request %s: %s %s", number, request.method, request.url.path, exc_info=fault)
    words = translated(request, _("Something broke on our side; tell the administrator this number: {number}", number=number))
    return Response({"error": words, "request_id": number}, status_code=HTTPStatus.INTERNAL_SERVER_ERROR)


HANDLERS: dict[type[Exception] | int, Any] = {
    Problem: on_problem,
    RemoteFailed: on_remote_failed,
    HTTPException: on_refusal,
    OSError: on_os_error,
    Exception: on_fault,
}
"""The `exception_handlers` of the API's router."""
