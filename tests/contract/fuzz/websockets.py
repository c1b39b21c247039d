"""Random and malformed messages on WebSockets."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.contract.fuzz.report import Report
from tests.contract.fuzz.values import DEEP, RandomValues

STREAMS = ("user", "public", "public:local", "hashtag", "user:notification", "list", "direct", "nonsense")
INTERNAL_ERROR = 1011
TIMEOUT = 10.0


class WebSocketMessages:
    name = "sockets"

    def __init__(self, url: str, values: RandomValues, tokens: list[str], report: Report) -> None:
        self._url = url.replace("http", "ws", 1) + "/api/v1/streaming"
        self._values = values
        self._tokens = tokens
        self._report = report

    async def send(self) -> None:
        values, began = self._values, time.monotonic()
        token, stream = values.choice([*self._tokens, "wrong", ""]), values.choice(("", *STREAMS))
        address, messages = (
            f"{self._url}?stream={stream}&access_token={token}",
            [self._message() for _ in range(values.choice((0, 1, 5, 40)))],
        )
        try:
            async with connect(address, open_timeout=TIMEOUT, close_timeout=TIMEOUT, compression=None) as socket:
                status = await self._exchange(socket, messages)
        except InvalidHandshake as fault:
            status = getattr(getattr(fault, "response", None), "status_code", 0)
        except (OSError, TimeoutError) as fault:
            self._report.no_answer(self.name, repr(fault), address)
            return
        self._report.answer(self.name, status, time.monotonic() - began, f"{address} {str(messages)[:400]}")

    async def _exchange(self, socket: ClientConnection, messages: list[Any]) -> int:
        """Sends the messages, then waits for a pong, which shows that all were read."""
        try:
            for one in messages:
                await socket.send(one, text=isinstance(one, str | list) or self._values.probably(0.2))
            await asyncio.wait_for(await socket.ping(), TIMEOUT)
        except ConnectionClosed:
            pass
        return 500 if socket.close_code == INTERNAL_ERROR else 101

    def _message(self) -> Any:
        values = self._values
        match values.random.randrange(10):
            case 0:
                return values.choice(DEEP)
            case 1:
                return values.text().encode("utf-8", "replace")
            case 2:
                return values.random.randbytes(50)
            case 3:
                return ["x" * 1000] * values.choice((1, 50, 70))
            case 4:
                return "x" * 70_000
            case 5:
                return json.dumps({name: values.value() for name in ("type", "stream", "tag")})
            case _:
                return json.dumps(
                    {"type": values.choice(("subscribe", "unsubscribe", "x")), "stream": values.choice(STREAMS), "tag": values.text()}
                )
