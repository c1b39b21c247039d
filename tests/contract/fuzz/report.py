"""What came of it all, and whether it is good enough."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import httpx
import msgspec

SLOWEST_ANSWER = 2.0
"""Seconds, for whatever is sent."""
READERS_P99 = 0.1
"""Seconds, for those who read meanwhile."""
MOST_GROWTH = 0.1
"""Of the memory at half time, by the end."""
CACHES_ARE_FULL = 240.0
"""Seconds after which memory has no reason to grow."""
MOST_SHOWN = 20


class Report(msgspec.Struct):
    kinds: Counter[str] = msgspec.field(default_factory=Counter)
    answers: Counter[int] = msgspec.field(default_factory=Counter)
    faults: list[str] = msgspec.field(default_factory=list)
    slowest: float = 0.0
    slowest_of: str = ""
    pages: list[float] = msgspec.field(default_factory=list)
    """How long those who read waited, in seconds."""
    unread: list[str] = msgspec.field(default_factory=list)
    """What they should have got, and did not."""
    memory: list[int] = msgspec.field(default_factory=list)
    """Bytes, at regular moments."""
    seconds: float = 0.0
    log: str = ""

    async def request(self, kind: str, client: httpx.AsyncClient, asked: dict[str, Any]) -> httpx.Response | None:
        """None: httpx would not send it, or there was no answer."""
        began = time.monotonic()
        try:
            answer = await client.request(**asked)
        except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeEncodeError, ValueError):
            return None
        except httpx.TransportError as fault:
            self.no_answer(kind, repr(fault), str(asked))
            return None
        self.answer(kind, answer.status_code, time.monotonic() - began, str(asked), answer.text)
        return answer

    def answer(self, kind: str, status: int, seconds: float, asked: str, said: str = "") -> None:
        """Any is good but those of the 500s. Status 0: the connection was closed, where that may be."""
        self.kinds[kind] += 1
        self.answers[status] += 1
        if status >= 500:
            self.faults.append(f"{status} {said[:200]}: {kind} {asked[:600]}")
        if seconds > self.slowest:
            self.slowest, self.slowest_of = seconds, f"{kind} {asked[:200]}"

    def no_answer(self, kind: str, fault: str, asked: str) -> None:
        self.faults.append(f"no answer ({fault}): {kind} {asked[:600]}")

    @property
    def verdicts(self) -> list[tuple[bool, str]]:
        """Whether it holds, and in which words."""
        return [self._sound(), self._quick(), self._readable(), self._flat(), self._calm()]

    @property
    def is_good(self) -> bool:
        return all(holds for holds, _words in self.verdicts)

    def _sound(self) -> tuple[bool, str]:
        counted = ", ".join(f"{status or 'closed'}: {count}" for status, count in sorted(self.answers.items()))
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kinds.items()))
        return not self.faults, f"{len(self.faults)} of {self.answers.total()} requests ({kinds}) had a 5xx or no answer ({counted})"

    def _quick(self) -> tuple[bool, str]:
        words = f"the slowest answer took {self.slowest:.2f} s, {SLOWEST_ANSWER:g} s at most: {self.slowest_of}"
        return self.slowest <= SLOWEST_ANSWER, words

    def _readable(self) -> tuple[bool, str]:
        if not self.pages:
            return False, "nobody could read meanwhile"
        middle, last = percentile(self.pages, 50), percentile(self.pages, 99)
        waits = f"p50 {middle * 1000:.0f} ms, p99 {last * 1000:.0f} ms, {READERS_P99 * 1000:g} ms at most"
        words = "; ".join([f"{len(self.pages)} pages read meanwhile: {waits}", *self.unread[:5]])
        return last <= READERS_P99 and not self.unread, words

    def _flat(self) -> tuple[bool, str]:
        if len(self.memory) < 20:
            return True, "memory was not measured for long enough"
        half, tenth = len(self.memory) // 2, len(self.memory) // 10
        before, after = (sum(few) / len(few) for few in (self.memory[half : half + tenth], self.memory[-tenth:]))
        growth = after / before - 1
        words = f"memory grew from {before / 1e6:.0f} to {after / 1e6:.0f} MB in the second half: {growth:+.1%}, {MOST_GROWTH:.0%} at most"
        if self.seconds / 2 < CACHES_ARE_FULL:
            return True, f"{words} (not judged: caches fill in the first {CACHES_ARE_FULL:g} s)"
        return growth <= MOST_GROWTH, words

    def _calm(self) -> tuple[bool, str]:
        tracebacks = self.log.count("Traceback")
        return not tracebacks, f"{tracebacks} tracebacks in {len(self.log.splitlines())} lines of the log"

    def __str__(self) -> str:
        lines = [f"{'good' if holds else 'BAD '}  {words}" for holds, words in self.verdicts]
        return "\n".join([*lines, *self.faults[:MOST_SHOWN]])


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]
