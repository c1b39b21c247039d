"""The published description of the API, read with the corrections its own recordings ask for.

It is not ours to copy (GFDL): it is taken from GAZOUILLIS_OPENAPI, a path, or from `shared/reference` beside the repository.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator, FormatChecker

VARIABLE = "GAZOUILLIS_OPENAPI"
NEARBY = Path(__file__).parents[4] / "shared" / "reference" / "mastodon-openapi.json"
WHERE = f"set {VARIABLE} to the path of mastodon-openapi.json (github.com/abraham/mastodon-openapi, dist/schema.json)"

# Answers whose form is published, but not said at the path, or said wrongly there.
MENDED: dict[tuple[str, str], dict[str, Any]] = {
    ("get", "/api/v1/preferences"): {"$ref": "#/components/schemas/Preferences"},
    ("get", "/api/v1/filters"): {"type": "array", "items": {"$ref": "#/components/schemas/V1Filter"}},
}

formats = FormatChecker([])
formats.checks("date-time")(lambda text: not isinstance(text, str) or bool(_MOMENT.fullmatch(text)))
formats.checks("date")(lambda text: not isinstance(text, str) or bool(_DAY.fullmatch(text)))
formats.checks("uri")(lambda text: not isinstance(text, str) or bool(_ADDRESS.fullmatch(text)))

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ADDRESS = re.compile(r"(https?|wss?|urn):\S+")


def path() -> Path | None:
    found = Path(os.environ.get(VARIABLE, NEARBY))
    return found if found.is_file() else None


class Document:
    def __init__(self, path: Path) -> None:
        self.content = _as_any_of(json.loads(path.read_text(encoding="utf-8")))
        self.schemas: dict[str, Any] = self.content["components"]["schemas"]
        self.schemas["ExtendedDescription"]["properties"]["updated_at"] = {"type": ["string", "null"]}
        self._patterns = sorted((one for one in self.content["paths"]), key=lambda one: one.count("{"))

    def path_of(self, path: str) -> str | None:
        """`/api/v1/statuses/{id}`, of a path that was asked."""
        return next((one for one in self._patterns if _pattern(one).fullmatch(path)), None)

    def schema(self, method: str, path: str) -> dict[str, Any] | None:
        """Of a good answer; None when nothing is said about it."""
        operation = self.content["paths"].get(path, {}).get(method)
        if operation is None:
            return None
        if (method, path) in MENDED:
            return MENDED[method, path]
        content = operation["responses"].get("200", {}).get("content", {})
        schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return _without_content(self.schemas["Status"]) if (method, path) == ("delete", "/api/v1/statuses/{id}") else schema

    def faults(self, response: httpx.Response) -> list[str]:
        asked = f"{response.request.method} {response.request.url.path}"
        path = self.path_of(response.request.url.path)
        if path is None:
            return []
        schema = self.schema(response.request.method.lower(), path) if response.is_success else {"$ref": "#/components/schemas/Error"}
        if schema is None:
            return []
        validator = Draft202012Validator({**schema, "components": {"schemas": self.schemas}}, format_checker=formats)
        return [f"{asked}: {fault.json_path} {fault.message[:200]}" for fault in validator.iter_errors(response.json())]


def _as_any_of(node: Any) -> Any:
    """Branches overlap: more than one may hold."""
    if isinstance(node, dict):
        return {("anyOf" if name == "oneOf" else name): _as_any_of(one) for name, one in node.items()}
    return [_as_any_of(one) for one in node] if isinstance(node, list) else node


def _without_content(status: dict[str, Any]) -> dict[str, Any]:
    return {**status, "required": [name for name in status["required"] if name != "content"] + ["text"]}


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)))
