"""Litestar keeps what it parsed last, 1,024 inputs of each parser, however long they are: with cookies of 8 kB that is half a gigabyte.

Here its parsers are given caches that leave out long inputs. https://github.com/litestar-org/litestar/blob/main/litestar/_parsers.py
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from litestar import Litestar, _parsers
from litestar._asgi.routing_trie import traversal
from litestar._kwargs import extractors
from litestar.connection import base, request
from litestar.datastructures import url

MOST = 512
LONGEST = 400
"""Of an input, in characters, or of all of them together."""

PARSERS: dict[str, Any] = {}
"""The caches in place of Litestar's, by the name of the parser."""


def bound(app: Litestar) -> None:
    """For the whole process, and for the routes of this application."""
    if not PARSERS:
        _replace("parse_query_string", _parsers, base, extractors, url)
        _replace("parse_cookie_string", _parsers, base)
        _replace("parse_url_encoded_form_data", _parsers, request, extractors)
        _replace("create_query_default_dict", extractors)
        _replace("parse_path_params", traversal)
    _bound_routes(app.asgi_router)


def _replace(name: str, *modules: Any) -> None:
    original = getattr(modules[0], name).__wrapped__
    PARSERS[name] = cached = lru_cache(MOST)(original)

    def parse(*inputs: Any, **named: Any) -> Any:
        is_short = _length((*inputs, *named.values())) <= LONGEST
        return (cached if is_short else original)(*inputs, **named)

    for module in modules:
        setattr(module, name, parse)


def _length(inputs: Any) -> int:
    """Of the texts in it, however deep they lie."""
    if isinstance(inputs, (str, bytes)):
        return len(inputs)
    return sum(map(_length, inputs)) if isinstance(inputs, tuple) else 0


def _bound_routes(router: Any) -> None:
    find = router._handle_routing
    cached = lru_cache(MOST)(find)

    def handle_routing(path: str, method: str | None) -> Any:
        return (cached if len(path) <= LONGEST else find)(path, method)

    router.handle_routing = handle_routing
