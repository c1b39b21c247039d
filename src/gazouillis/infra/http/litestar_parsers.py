"""Bounds the parser caches of Litestar: it caches the last 1,024 inputs of each parser, however long, and so up to half a gigabyte of
cookies of 8 kB.

This module replaces those caches by ones that skip long inputs. https://github.com/litestar-org/litestar/blob/main/litestar/_parsers.py
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from litestar import Litestar, _parsers
from litestar._asgi.routing_trie import traversal
from litestar._kwargs import extractors
from litestar.connection import base, request
from litestar.datastructures import url

MOST_ENTRIES = 512
LONGEST_INPUT = 400
"""Characters of all inputs of one call together."""

PARSERS: dict[str, Any] = {}
"""The replaced caches, by the name of the parser."""


def bound(app: Litestar) -> None:
    """Replaces the parsers of the whole process, and the router cache of this application."""
    if not PARSERS:
        _replace("parse_query_string", _parsers, base, extractors, url)
        _replace("parse_cookie_string", _parsers, base)
        _replace("parse_url_encoded_form_data", _parsers, request, extractors)
        _replace("create_query_default_dict", extractors)
        _replace("parse_path_params", traversal)
    _bound_router_cache(app.asgi_router)


def _replace(name: str, *modules: Any) -> None:
    original = getattr(modules[0], name).__wrapped__
    PARSERS[name] = cached = lru_cache(MOST_ENTRIES)(original)

    def parse(*inputs: Any, **named: Any) -> Any:
        is_short = _length((*inputs, *named.values())) <= LONGEST_INPUT
        return (cached if is_short else original)(*inputs, **named)

    for module in modules:
        setattr(module, name, parse)


def _length(inputs: Any) -> int:
    """Total length of the strings, also of those in nested tuples."""
    if isinstance(inputs, (str, bytes)):
        return len(inputs)
    return sum(map(_length, inputs)) if isinstance(inputs, tuple) else 0


def _bound_router_cache(router: Any) -> None:
    find = router._handle_routing
    cached = lru_cache(MOST_ENTRIES)(find)

    def handle_routing(path: str, method: str | None) -> Any:
        return (cached if len(path) <= LONGEST_INPUT else find)(path, method)

    router.handle_routing = handle_routing
