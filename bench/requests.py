"""Builds HTTP requests as bytes."""

from __future__ import annotations

import msgspec

from bench.driver import HOST


def get(path: str, token: str = "", **headers: str) -> bytes:
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    return _request("GET", path, {**shown, **{name.replace("_", "-"): value for name, value in headers.items()}})


def post(path: str, token: str, fields: object) -> bytes:
    return post_bytes(path, token, msgspec.json.encode(fields))


def post_bytes(path: str, token: str, body: bytes) -> bytes:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Content-Length": str(len(body))}
    return _request("POST", path, headers) + body


def _request(method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
