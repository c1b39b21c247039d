"""How large a request may be, at every door. What is larger is refused before it is read whole (decision 0034)."""

from __future__ import annotations

BODY = 64 * 1024
"""Bytes of a body without files, and of a WebSocket message."""
FIELDS = 1000
"""Fields of a form or a query, parts of a multipart body, values of a JSON document."""
DEPTH = 64
"""Objects and lists of a JSON document, one in another."""

FILE = 8 * 1024 * 1024
"""Bytes of one uploaded file."""
UPLOAD = 2 * FILE + BODY
"""Bytes of a body with files: a profile has two pictures."""

URL = 8 * 1024
HEADERS = 64 * 1024
"""Bytes of all headers together."""
HEADER_COUNT = 128
COOKIE = 8 * 1024
