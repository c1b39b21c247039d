import asyncio

from gazouillis.infra.pubsub import server_sent_events
from gazouillis.infra.pubsub.server_sent_events import LAST, ConnectionWriter, keep_open, line, take_over


class Reader:
    """The other end of a connection, which reads when it wants."""

    def __init__(self, *, reads=True):
        self.got = []
        self.reads = asyncio.Event()
        if reads:
            self.reads.set()

    async def send(self, message):
        await self.reads.wait()
        self.got.append(message["body"])


async def passes():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_is_said_before_the_beginning_comes_after_it():
    reader = Reader()
    writer = ConnectionWriter(reader.send)

    writer.send(line("second"))
    writer.start([line("first")])
    await passes()

    assert reader.got == [b"first", b"second"]


async def test_who_does_not_read_is_let_go_after_what_already_waits(monkeypatch):
    monkeypatch.setattr(server_sent_events, "LONGEST_QUEUE", 3)
    slow, quick = Reader(reads=False), Reader()
    outlets = [ConnectionWriter(one.send) for one in (slow, quick)]
    for one in outlets:
        one.start()

    for number in range(10):
        for one in outlets:
            one.send(line(str(number)))
        await passes()

    assert b"".join(quick.got) == b"0123456789"
    assert slow.got == []
    slow.reads.set()
    await passes()
    assert slow.got == [b"0", b"1", b"2", b"3", LAST["body"]]


async def test_nothing_is_said_after_the_end():
    reader = Reader()
    writer = ConnectionWriter(reader.send)
    writer.start([line("hello")])

    writer.end()
    writer.send(line("too late"))
    writer.end()
    await passes()

    assert reader.got == [b"hello", LAST["body"]]


async def test_a_connection_that_broke_is_spoken_to_no_more():
    async def broken(message):
        raise ConnectionResetError

    writer = ConnectionWriter(broken)
    writer.start([line("hello"), line("anybody?")])
    await passes()
    writer.send(line("no"))

    assert len(asyncio.all_tasks()) == 1


def test_a_request_is_let_go_while_its_answer_stays_open():
    headers = [(b"user-agent", b"long" * 1000)]
    scope = {"type": "http", "method": "GET", "headers": headers, "state": {}, "path": "/live/home"}
    stay = object()
    keep_open(scope, stay)

    assert take_over(scope) is stay
    assert (headers, scope) == ([], {"type": "http", "method": "GET"})
