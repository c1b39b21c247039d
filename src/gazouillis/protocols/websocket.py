"""The WebSocket protocol of uvicorn, with limits on the size and the rate of messages (decision 0034).

https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
"""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from gazouillis.protocols.lingering_close import linger_and_close

SLICE = 4 * 1024
"""Bytes passed to the parser at once: it can exceed a limit by so much before it is stopped."""
WINDOW = 10.0
"""Seconds in which frames are counted."""
MOST_FRAMES = 500
"""Frames of any kind in a window. An app sends one for each stream that it subscribes to, and a ping now and then."""

ABNORMAL = 1006
INVALID = 1007
POLICY = 1008


class BoundedWebSocket(WebSocketsSansIOProtocol):
    _counted_since = 0.0
    _frames = 0

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), SLICE):
            if (self.close_sent and self.conn.parser_exc is not None) or self.transport.is_closing():
                return
            super().data_received(data[start : start + SLICE])
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def handle_events(self) -> None:
        now = self.loop.time()
        if now - self._counted_since > WINDOW:
            self._counted_since, self._frames = now, 0
        self._frames += len(self.conn.events)
        if self._frames > MOST_FRAMES:
            self._give_up(POLICY, "too many messages")
        else:
            super().handle_events()

    def handle_ping(self) -> None:
        if not self.close_sent:
            super().handle_ping()

    def send_receive_event_to_app(self) -> None:
        """Refuses text that is not UTF-8: uvicorn would log a traceback."""
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            self._give_up(INVALID, "not UTF-8")
        else:
            super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """uvicorn's own method assumes that the connection was accepted, and closes it at once, so that the reason is lost."""
        closing = self.conn.close_sent
        code, reason = (closing.code, closing.reason) if closing else (ABNORMAL, "")
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = self.disconnected = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = linger_and_close(self.transport, self.loop)

    def _give_up(self, code: int, reason: str) -> None:
        if not self.close_sent:
            self.conn.fail(code, reason)
            self.handle_parser_exception()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
