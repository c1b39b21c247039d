"""Our own OpenAPI document, as the server shows it, compared with the requests and responses of tests."""

from __future__ import annotations

import re
from typing import Any

import httpx
from jsonschema import Draft202012Validator

PATH = "/api/gazouillis/openapi.json"
_METHODS = {"get", "post", "put", "patch", "delete"}

Operation = tuple[str, str]
"""A method and a path template: `("get", "/api/v1/circles/{circle_id}")`."""


class OwnDocument:
    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.schemas: dict[str, Any] = content["components"]["schemas"]
        self.operations = {(method, path) for path, methods in content["paths"].items() for method in methods.keys() & _METHODS}

    def operation_of(self, request: httpx.Request) -> Operation | None:
        method = request.method.lower()
        matching = [path for one, path in self.operations if one == method and _pattern(path).fullmatch(request.url.path)]
        return (method, min(matching, key=lambda path: path.count("{"))) if matching else None

    def scopes(self, operation: Operation) -> list[set[str]]:
        """The scopes that a token needs, one of these sets; an empty set: no token is needed."""
        return [set(one.get("OAuth2", ())) for one in self._described(operation)["security"]]

    def faults(self, response: httpx.Response) -> list[str]:
        """What in a response, and in the request that it answers, is not as the document says."""
        operation = self.operation_of(response.request)
        if operation is None:
            return []
        described = self._described(operation)
        if str(response.status_code) not in described["responses"]:
            return [f"{operation}: {response.status_code} is not described: {response.text[:200]}"]
        answer = self._resolved(described["responses"][str(response.status_code)])
        found = self._compared(answer["content"]["application/json"]["schema"], response.json())
        if response.is_success and response.request.content and "requestBody" in described:
            body = self._resolved(described["requestBody"])["content"]["application/json"]["schema"]
            found += self._compared(
                {"allOf": [body], "unevaluatedProperties": False}, httpx.Response(200, content=response.request.content).json()
            )
        return [f"{operation} {response.status_code}: {one}" for one in found]

    def _described(self, operation: Operation) -> dict[str, Any]:
        method, path = operation
        described: dict[str, Any] = self.content["paths"][path][method]
        return described

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in node:
            return node
        *_, kind, name = node["$ref"].split("/")
        found: dict[str, Any] = self.content["components"][kind][name]
        return found

    def _compared(self, schema: dict[str, Any], value: Any) -> list[str]:
        validator = Draft202012Validator(schema | {"components": self.content["components"]})
        return [f"{one.json_path} {one.message}" for one in validator.iter_errors(value)]


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)))
