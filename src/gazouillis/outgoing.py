"""What every answer gets, whoever gives it: headers for the browser and for apps from elsewhere, and its packing."""

from __future__ import annotations

from typing import Any

from gazouillis.api import cors, limits
from gazouillis.infra.answers import FLOWS, KEPT, Answer, says
from gazouillis.infra.grounds import Grounds
from gazouillis.infra.settings import Settings
from gazouillis.web import headers, packing


class Outgoing:
    """One answer on its way. When it comes whole its beginning waits for the body, which it says the length of."""

    def __init__(self, scope: Any, send: Any, settings: Settings) -> None:
        self._scope, self._send, self._settings = scope, send, settings
        self._waiting: Any = None
        self._whole: tuple[Any, bytes] | None = None

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            said = headers.protected(message["headers"], self._scope, self._settings)
            start = {**message, "headers": [*said, *cors.headers(self._scope)]}
            if says(self._scope, FLOWS):
                await self._send(start)
            else:
                self._waiting = start
            return
        start, self._waiting = self._waiting, None
        if start is not None and not message.get("more_body"):
            await self._send_whole(start, message.get("body", b""))
            return
        if start is not None:
            await self._send(start)
        await self._send(message)

    async def _send_whole(self, start: Any, body: bytes) -> None:
        self._whole = start, body
        if packing.unpacks(self._scope) and packing.is_worth_packing(start["headers"], body):
            said, body = packing.packed(start["headers"], body)
            start = {**start, "headers": said}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    def to_keep(self, grounds: Grounds) -> Answer | None:
        """What was sent, where its route and all that it stands on let it be given again."""
        if self._whole is None or not grounds.is_sound or not says(self._scope, KEPT):
            return None
        start, body = self._whole
        if start["status"] != 200 or any(name == b"set-cookie" for name, _value in start["headers"]):
            return None
        return Answer(limits.without(start["headers"]), body, grounds, limits.asker(self._scope))
