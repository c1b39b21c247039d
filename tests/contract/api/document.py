"""Validation of responses against the OpenAPI description of Mastodon's API, corrected where the description is wrong.

Its licence (GFDL) keeps it out of this repository. GAZOUILLIS_OPENAPI is its path; by default `shared/reference` beside the repository.
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

# Operations whose schema is missing or wrong at their path in the description.
CORRECTED_SCHEMAS: dict[tuple[str, str], dict[str, Any]] = {
    ("get", "/api/v1/preferences"): {"$ref": "#/components/schemas/Preferences"},
    ("get", "/api/v1/filters"): {"type": "array", "items": {"$ref": "#/components/schemas/V1Filter"}},
}

# Paths that the description lacks and that look like another of its paths.
NOT_DESCRIBED = {"/api/v1/notifications/policy"}

# Operations of Mastodon that the description lacks: names from before, which apps still use, and PUT where it names PATCH only.
LACKING = {
    *((method, "/api/v1/notifications/policy") for method in ("get", "patch", "put")),
    *(("put", "/api/v2/notifications/policy"), ("get", "/api/v1/trends")),
}

formats = FormatChecker([])
formats.checks("date-time")(lambda text: not isinstance(text, str) or bool(_DATE_TIME.fullmatch(text)))
formats.checks("date")(lambda text: not isinstance(text, str) or bool(_DATE.fullmatch(text)))
formats.checks("uri")(lambda text: not isinstance(text, str) or bool(_URI.fullmatch(text)))

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_URI = re.compile(r"(https?|wss?|urn):\S+")


def path() -> Path | None:
    found = Path(os.environ.get(VARIABLE, NEARBY))
    return found if found.is_file() else None


class Document:
    def __init__(self, path: Path) -> None:
        self.content = _as_any_of(json.loads(path.read_text(encoding="utf-8")))
        self.schemas: dict[str, Any] = self.content["components"]["schemas"]
        self.schemas["ExtendedDescription"]["properties"]["updated_at"] = {"type": ["string", "null"]}
        self.schemas["OEmbedResponse"]["properties"]["height"] = {"type": ["integer", "null"]}
        self._templates = sorted((one for one in self.content["paths"]), key=lambda one: one.count("{"))

    def path_template(self, path: str) -> str | None:
        """The path template, such as `/api/v1/statuses/{id}`, of a requested path."""
        return next((one for one in self._templates if _pattern(one).fullmatch(path) and path not in NOT_DESCRIBED), None)

    def schema(self, method: str, path: str) -> dict[str, Any] | None:
        """The schema of a successful response; None: the description has none."""
        operation = self.content["paths"].get(path, {}).get(method)
        if operation is None:
            return None
        if (method, path) in CORRECTED_SCHEMAS:
            return CORRECTED_SCHEMAS[method, path]
        content = operation["responses"].get("200", {}).get("content", {})
        schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return _without_content(self.schemas["Status"]) if (method, path) == ("delete", "/api/v1/statuses/{id}") else schema

    def faults(self, response: httpx.Response) -> list[str]:
        request = f"{response.request.method} {response.request.url.path}"
        path = self.path_template(response.request.url.path)
        if path is None:
            return []
        schema = self.schema(response.request.method.lower(), path) if response.is_success else {"$ref": "#/components/schemas/Error"}
        if schema is None:
            return []
        validator = Draft202012Validator({**schema, "components": {"schemas": self.schemas}}, format_checker=formats)
        return [f"{request}: {fault.json_path} {fault.message[:200]}" for fault in validator.iter_errors(response.json())]


def _as_any_of(node: Any) -> Any:
    """Replaces `oneOf` by `anyOf`: the branches overlap, so more than one may match."""
    if isinstance(node, dict):
        return {("anyOf" if name == "oneOf" else name): _as_any_of(one) for name, one in node.items()}
    return [_as_any_of(one) for one in node] if isinstance(node, list) else node


def _without_content(status: dict[str, Any]) -> dict[str, Any]:
    return {**status, "required": [name for name in status["required"] if name != "content"] + ["text"]}


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)))
