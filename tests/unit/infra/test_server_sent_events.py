import asyncio

from gazouillis.infra.pubsub import server_sent_events
from gazouillis.infra.pubsub.server_sent_events import LAST, ConnectionWriter, keep_open, line, take_over


class Client:
    """The other end of a connection. It reads only while `reads` is set."""

    def __init__(self, *, reads=True):
        self.received = []
        self.reads = asyncio.Event()
        if reads:
            self.reads.set()

    async def send(self, message):
        await self.reads.wait()
        self.received.append(message["body"])


async def event_loop_runs():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_messages_sent_before_the_start_follow_the_first_messages():
    client = Client()
    writer = ConnectionWriter(client.send)

    writer.send(line("second"))
    writer.start([line("first")])
    await event_loop_runs()

    assert client.received == [b"first", b"second"]


async def test_a_client_that_does_not_read_is_disconnected_when_its_queue_is_full(monkeypatch):
    monkeypatch.setattr(server_sent_events, "LONGEST_QUEUE", 3)
    slow, quick = Client(reads=False), Client()
    writers = [ConnectionWriter(one.send) for one in (slow, quick)]
    for one in writers:
        one.start()

    for number in range(10):
        for one in writers:
            one.send(line(str(number)))
        await event_loop_runs()

    assert b"".join(quick.received) == b"0123456789"
    assert slow.received == []
    slow.reads.set()
    await event_loop_runs()
    assert slow.received == [b"0", b"1", b"2", b"3", LAST["body"]]


async def test_nothing_is_written_after_the_end():
    client = Client()
    writer = ConnectionWriter(client.send)
    writer.start([line("hello")])

    writer.end()
    writer.send(line("too late"))
    writer.end()
    await event_loop_runs()

    assert client.received == [b"hello", LAST["body"]]


async def test_nothing_is_written_to_a_broken_connection():
    async def broken(message):
        raise ConnectionResetError

    writer = ConnectionWriter(broken)
    writer.start([line("hello"), line("anybody?")])
    await event_loop_runs()
    writer.send(line("no"))

    assert len(asyncio.all_tasks()) == 1


def test_the_request_of_an_open_stream_is_released():
    headers = [(b"user-agent", b"long" * 1000)]
    scope = {"type": "http", "method": "GET", "headers": headers, "state": {}, "path": "/live/home"}
    serve = object()
    keep_open(scope, serve)

    assert take_over(scope) is serve
    assert (headers, scope) == ([], {"type": "http", "method": "GET"})
