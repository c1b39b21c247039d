"""What no app says on its WebSocket."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.contract.fuzz.report import Report
from tests.contract.fuzz.values import DEEP, Chance

STREAMS = ("user", "public", "public:local", "hashtag", "user:notification", "list", "direct", "nonsense")
INTERNAL_ERROR = 1011
PATIENCE = 10.0


class Sockets:
    name = "sockets"

    def __init__(self, url: str, chance: Chance, tokens: list[str], report: Report) -> None:
        self._url = url.replace("http", "ws", 1) + "/api/v1/streaming"
        self._chance = chance
        self._tokens = tokens
        self._report = report

    async def ask(self) -> None:
        chance, began = self._chance, time.monotonic()
        token, stream = chance.choice([*self._tokens, "wrong", ""]), chance.choice(("", *STREAMS))
        address, said = f"{self._url}?stream={stream}&access_token={token}", [self._message() for _ in range(chance.choice((0, 1, 5, 40)))]
        try:
            async with connect(address, open_timeout=PATIENCE, close_timeout=PATIENCE, compression=None) as socket:
                status = await self._talk(socket, said)
        except InvalidHandshake as fault:
            status = getattr(getattr(fault, "response", None), "status_code", 0)
        except (OSError, TimeoutError) as fault:
            self._report.no_answer(self.name, repr(fault), address)
            return
        self._report.answer(self.name, status, time.monotonic() - began, f"{address} {str(said)[:400]}")

    async def _talk(self, socket: ClientConnection, said: list[Any]) -> int:
        """Until a pong shows that all was heard."""
        try:
            for one in said:
                await socket.send(one, text=isinstance(one, str | list) or self._chance.often(0.2))
            await asyncio.wait_for(await socket.ping(), PATIENCE)
        except ConnectionClosed:
            pass
        return 500 if socket.close_code == INTERNAL_ERROR else 101

    def _message(self) -> Any:
        chance = self._chance
        match chance.random.randrange(10):
            case 0:
                return chance.choice(DEEP)
            case 1:
                return chance.text().encode("utf-8", "replace")
            case 2:
                return chance.random.randbytes(50)
            case 3:
                return ["x" * 1000] * chance.choice((1, 50, 70))
            case 4:
                return "x" * 70_000
            case 5:
                return json.dumps({name: chance.value() for name in ("type", "stream", "tag")})
            case _:
                return json.dumps(
                    {"type": chance.choice(("subscribe", "unsubscribe", "x")), "stream": chance.choice(STREAMS), "tag": chance.text()}
                )
