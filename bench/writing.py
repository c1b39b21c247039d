"""What people write: as long as what they write, one in five with a tag, one in ten to somebody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import msgspec

from bench import requests
from bench.driver import conversation
from gazouillis.seeds import phrases

A_SECOND = 10
AUTHORS = 10

_sentences = [text for text, _language in phrases.sentences()]
_numbers = count(1)


def post(token: str, mark: str = "") -> bytes:
    """Never the same twice."""
    number = next(_numbers)
    text = f"{_sentences[number % len(_sentences)]} {mark or number}"
    if number % 5 == 0:
        text = f"{text} #{phrases.TAGS[number % len(phrases.TAGS)]}"
    if number % 10 == 0:
        text = f"{text} @load{number % 1000 + 1}"
    return requests.post("/api/v1/statuses", token, {"status": text})


def posted_id(body: memoryview | bytes) -> int:
    return int(msgspec.json.decode(body, type=_Posted).id)


@contextmanager
def posting_meanwhile(port: int, tokens: list[str]) -> Iterator[None]:
    """Ten posts a second, by authors whom many follow."""
    ends, fault = threading.Event(), []

    def write() -> None:
        try:
            with conversation(port) as ask:
                for number in count():
                    ask(post(tokens[number % min(AUTHORS, len(tokens))]))
                    if ends.wait(1 / A_SECOND):
                        return
        except Exception as raised:
            fault.append(raised)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        ends.set()
        writer.join()
    if fault:
        raise fault[0]


class _Posted(msgspec.Struct):
    id: str
