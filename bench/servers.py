"""Starts the server under test, and the servers it is compared with, which always send the same bytes."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench.driver import HOST
from bench.folders import PROGRAM, Folder
from bench.processes import Running, all_stopped, module

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin")
STACK, BARE, STATIC = "same stack", "bare ASGI", "nginx"


class Constant(msgspec.Struct, frozen=True):
    """A response of the server under test, which the others send unchanged."""

    path: str
    body: bytes
    media_type: str
    encoding: str = ""


def gazouillis(folder: Folder, port: int = 0) -> Running:
    return Running([PROGRAM, "serve", "--port", str(port)], folder.environment, port)


@contextmanager
def constants(answers: list[Constant]) -> Iterator[dict[str, Running]]:
    """Servers that send these responses, by name; nginx only if it is installed."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        place = Path(name)
        (place / "answers").write_bytes(msgspec.msgpack.encode(answers))
        running = {
            STACK: Running(module("bench.limits.constant", place / "answers", "--litestar")),
            BARE: Running(module("bench.limits.constant", place / "answers", "--bare")),
        }
        with all_stopped(list(running.values())):
            if NGINX is None:
                yield running
                return
            with _nginx(NGINX, place, answers) as static:
                yield {**running, STATIC: static}


@contextmanager
def starting_constant(answer: Constant) -> Iterator[Callable[[int], Running]]:
    """A function that starts the Litestar server with one constant response on a port."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        path = Path(name) / "answers"
        path.write_bytes(msgspec.msgpack.encode([answer]))
        yield lambda port: Running(module("bench.limits.constant", path, "--litestar", "--port", str(port)), port=port)


def free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def _nginx(program: str, place: Path, answers: list[Constant]) -> Running:
    port, locations = free_port(), []
    for number, one in enumerate(answers):
        (place / str(number)).write_bytes(one.body)
        encoding = f"add_header Content-Encoding {one.encoding};" if one.encoding else ""
        locations.append(f'location = {one.path} {{ alias "{place / str(number)}"; default_type "{one.media_type}"; {encoding} }}')
    temporary = "".join(f'{kind}_temp_path "{place}"; ' for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (place / "nginx.conf").write_text(
        f"""
        daemon off; master_process off; pid "{place / "nginx.pid"}"; error_log stderr error;
        events {{ worker_connections 10000; }}
        http {{
            access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=1000; types {{ }} {temporary}
            server {{ listen {HOST}:{port}; {" ".join(locations)} }}
        }}
        """,
        encoding="utf-8",
    )
    running = Running([program, "-p", str(place), "-e", "stderr", "-c", str(place / "nginx.conf")], port=port)
    running.wait_until_open()
    return running
