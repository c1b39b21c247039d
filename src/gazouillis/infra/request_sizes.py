"""Maximum sizes of requests, for all doors. A larger request is refused before it has been read whole (decision 0034)."""

from __future__ import annotations

BODY = 64 * 1024
"""Bytes of a body without files, and of a WebSocket message."""
FIELDS = 1000
"""Fields of a form or a query, parts of a multipart body, values of a JSON document."""
DEPTH = 64
"""Nesting of objects and lists in a JSON document."""

FILE = 8 * 1024 * 1024
"""Bytes of one uploaded file."""
UPLOAD = 2 * FILE + BODY
"""Bytes of a body with files: a profile form has two pictures."""

URL = 8 * 1024
HEADERS = 64 * 1024
"""Bytes of all headers together."""
HEADER_COUNT = 128
COOKIE = 8 * 1024
