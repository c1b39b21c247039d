import asyncio

from gazouillis.infra import open_answers
from gazouillis.infra.open_answers import LAST, Outlet, keep_open, kept_open, line


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
    outlet = Outlet(reader.send)

    outlet.say(line("second"))
    outlet.begin([line("first")])
    await passes()

    assert reader.got == [b"first", b"second"]


async def test_who_does_not_read_is_let_go_after_what_already_waits(monkeypatch):
    monkeypatch.setattr(open_answers, "LONGEST_QUEUE", 3)
    slow, quick = Reader(reads=False), Reader()
    outlets = [Outlet(one.send) for one in (slow, quick)]
    for one in outlets:
        one.begin()

    for number in range(10):
        for one in outlets:
            one.say(line(str(number)))
        await passes()

    assert b"".join(quick.got) == b"0123456789"
    assert slow.got == []
    slow.reads.set()
    await passes()
    assert slow.got == [b"0", b"1", b"2", b"3", LAST["body"]]


async def test_nothing_is_said_after_the_end():
    reader = Reader()
    outlet = Outlet(reader.send)
    outlet.begin([line("hello")])

    outlet.end()
    outlet.say(line("too late"))
    outlet.end()
    await passes()

    assert reader.got == [b"hello", LAST["body"]]


async def test_a_connection_that_broke_is_spoken_to_no_more():
    async def broken(message):
        raise ConnectionResetError

    outlet = Outlet(broken)
    outlet.begin([line("hello"), line("anybody?")])
    await passes()
    outlet.say(line("no"))

    assert len(asyncio.all_tasks()) == 1


def test_a_request_is_let_go_while_its_answer_stays_open():
    headers = [(b"user-agent", b"long" * 1000)]
    scope = {"type": "http", "method": "GET", "headers": headers, "state": {}, "path": "/live/home"}
    stay = object()
    keep_open(scope, stay)

    assert kept_open(scope) is stay
    assert (headers, scope) == ([], {"type": "http", "method": "GET"})
