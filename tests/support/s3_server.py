"""A server on this machine that speaks the protocol of S3 over HTTP (moto), in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BUCKET = "photos"
KEY, SECRET = "test-key", "a/secret@with:signs"
SECRET_IN_URL = "a%2Fsecret%40with%3Asigns"
PATIENCE = 60


@contextmanager
def running_s3() -> Iterator[str]:
    """Its URL as the setting `media_store`, with an empty bucket."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        _make_bucket(port)
        yield f"s3+http://{KEY}:{SECRET_IN_URL}@127.0.0.1:{port}/{BUCKET}"
    finally:
        process.kill()
        process.wait()


def _wait(port: int) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError("the S3 server did not start")


def _make_bucket(port: int) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/{BUCKET}",
        method="PUT",
        headers={"Authorization": f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/us-east-1/s3"},
    )
    urllib.request.urlopen(request).close()
