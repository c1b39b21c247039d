"""Posts to send: texts of usual length, one in five with a hashtag, one in ten with a mention."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import msgspec

from bench import requests
from bench.driver import connected
from gazouillis.seeds import phrases

POSTS_PER_SECOND = 10
AUTHORS = 10

_sentences = [text for text, _language in phrases.sentences()]
_numbers = count(1)


def post(token: str, mark: str = "") -> bytes:
    """A request that posts a text which occurs once only. `mark`: a word to recognise it by."""
    number = next(_numbers)
    text = f"{_sentences[number % len(_sentences)]} {mark or number}"
    if number % 5 == 0:
        text = f"{text} #{phrases.TAGS[number % len(phrases.TAGS)]}"
    if number % 10 == 0:
        text = f"{text} @load{number % 1000 + 1}"
    return requests.post("/api/v1/statuses", token, {"status": text})


def posted_id(body: memoryview | bytes) -> int:
    """The id in the response to a post."""
    return int(msgspec.json.decode(body, type=_Posted).id)


@contextmanager
def posting_meanwhile(port: int, tokens: list[str]) -> Iterator[None]:
    """Sends ten posts a second in a thread, by authors with many followers. An error in it is raised at the end."""
    ends, fault = threading.Event(), []

    def write() -> None:
        try:
            with connected(port) as fetch:
                for number in count():
                    fetch(post(tokens[number % min(AUTHORS, len(tokens))]))
                    if ends.wait(1 / POSTS_PER_SECOND):
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
