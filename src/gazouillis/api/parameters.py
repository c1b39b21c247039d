"""Request parameters from the query and the body: URL-encoded, multipart or JSON, nested as in Rails (`source[privacy]=`, `id[]=`).

https://docs.joinmastodon.org/client/intro/#parameters
"""

from __future__ import annotations

import re
from typing import Any

from gazouillis.api.request import AnyRequest, header
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.infra.http import request_bodies
from gazouillis.infra.http.request_bodies import Folder

DEEPEST = 5
"""How many levels of brackets a name may have."""


async def parameters(request: AnyRequest, folder: Folder | None = None) -> dict[str, Any]:
    """All parameters of the request. One of the body wins over one of the query with the same name. `folder`: where files are written."""
    query = _nested(request_bodies.urlencoded(request.scope["query_string"]))
    return query if request.method in {"GET", "HEAD"} else {**query, **await _body(request, folder)}


async def _body(request: AnyRequest, folder: Folder | None) -> dict[str, Any]:
    match header(request, b"content-type").partition(";")[0].strip().lower():
        case "application/json":
            return _members(request_bodies.json(await request_bodies.read_all(request.stream())))
        case "":
            return _nested(request_bodies.urlencoded(await request_bodies.read_all(request.stream())))
        case "application/x-www-form-urlencoded" | "multipart/form-data":
            files = request.route_handler.opt.get("files", ())
            return _nested(await request_bodies.fields(request.stream(), request.content_type, files=files, folder=folder))
        case _:
            if await request_bodies.read_all(request.stream()):
                raise Invalid(_("The request must be JSON or a form"))
            return {}


def _members(content: Any) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise Invalid(_("The request is not valid JSON"))
    return content


def _nested(pairs: request_bodies.Pairs) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for key, value in pairs:
        name, brackets = key, []
        if match := _BRACKETED.fullmatch(key):
            name, brackets = match[1], _BRACKET.findall(match[2])
        if len(brackets) > DEEPEST:
            raise Invalid(_("The request goes too deep"), field=name)
        _place(root, [name, *brackets], value)
    return root


def _place(holder: dict[str, Any], steps: list[str], value: Any) -> None:
    """`a[b]` sets a key of an object, `a[]` appends to a list, `a[][b]` sets a key of the list's last object, or of one more object."""
    match steps:
        case [name]:
            holder[name] = value
        case [name, ""]:
            _inner(holder, name, list).append(value)
        case [name, "", *rest]:
            listed = _inner(holder, name, list)
            if not listed or not isinstance(listed[-1], dict) or rest[0] in listed[-1]:
                listed.append({})
            _place(listed[-1], rest, value)
        case [name, *rest]:
            _place(_inner(holder, name, dict), rest, value)


def _inner(holder: dict[str, Any], name: str, kind: type) -> Any:
    inner = holder.setdefault(name, kind())
    if not isinstance(inner, kind):
        raise Invalid(_("{field} is given in two ways", field=name), field=name)
    return inner


_BRACKETED = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
