"""The results of a fuzzing run, and whether they are good enough."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import httpx
import msgspec

LONGEST_RESPONSE = 2.0
"""Seconds that any response may take."""
READERS_P99 = 0.1
"""Seconds that the pages of the readers may take."""
LARGEST_GROWTH = 0.1
"""The share by which memory may grow in the second half."""
CACHES_FULL_AFTER = 240.0
"""Seconds until the caches are full and memory stops growing."""
MOST_FAULTS_PRINTED = 20


class Report(msgspec.Struct):
    kinds: Counter[str] = msgspec.field(default_factory=Counter)
    answers: Counter[int] = msgspec.field(default_factory=Counter)
    faults: list[str] = msgspec.field(default_factory=list)
    slowest: float = 0.0
    slowest_of: str = ""
    pages: list[float] = msgspec.field(default_factory=list)
    """Seconds until each page of the readers arrived."""
    failed_reads: list[str] = msgspec.field(default_factory=list)
    """The requests of the readers that failed."""
    memory: list[int] = msgspec.field(default_factory=list)
    """Resident bytes of the server, at regular intervals."""
    seconds: float = 0.0
    longest_pause: float = 0.0
    """Seconds for which the machine stood still, or the process that sends the requests."""
    log: str = ""

    async def request(self, kind: str, client: httpx.AsyncClient, request: dict[str, Any]) -> httpx.Response | None:
        """None: httpx refused to send the request, or no response came."""
        began = time.monotonic()
        try:
            response = await client.request(**request)
        except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeEncodeError, ValueError):
            return None
        except httpx.TransportError as fault:
            self.no_answer(kind, repr(fault), str(request))
            return None
        self.answer(kind, response.status_code, time.monotonic() - began, str(request), response.text)
        return response

    def answer(self, kind: str, status: int, seconds: float, request: str, body: str = "") -> None:
        """Any status but 5xx is good. Status 0: the server closed the connection, where it may."""
        self.kinds[kind] += 1
        self.answers[status] += 1
        if status >= 500:
            self.faults.append(f"{status} {body[:200]}: {kind} {request[:600]}")
        if seconds > self.slowest:
            self.slowest, self.slowest_of = seconds, f"{kind} {request[:200]}"

    def no_answer(self, kind: str, fault: str, request: str) -> None:
        self.faults.append(f"no answer ({fault}): {kind} {request[:600]}")

    @property
    def verdicts(self) -> list[tuple[bool, str]]:
        """(whether the condition holds, a sentence)"""
        return [self._no_faults(), self._is_quick(), self._readers_served(), self._memory_is_flat(), self._log_is_clean()]

    @property
    def is_good(self) -> bool:
        return all(holds for holds, _words in self.verdicts)

    def _no_faults(self) -> tuple[bool, str]:
        in_chunks = ", ".join(f"{status or 'closed'}: {count}" for status, count in sorted(self.answers.items()))
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kinds.items()))
        return not self.faults, f"{len(self.faults)} of {self.answers.total()} requests ({kinds}) had a 5xx or no answer ({in_chunks})"

    def _is_quick(self) -> tuple[bool, str]:
        words = (
            f"the slowest answer took {self.slowest:.2f} s, {LONGEST_RESPONSE:g} s at most: {self.slowest_of} "
            f"(the machine stood still for {self.longest_pause:.2f} s)"
        )
        return self.slowest <= LONGEST_RESPONSE, words

    def _readers_served(self) -> tuple[bool, str]:
        if not self.pages:
            return False, "no page was read meanwhile"
        middle, last = percentile(self.pages, 50), percentile(self.pages, 99)
        waits = f"p50 {middle * 1000:.0f} ms, p99 {last * 1000:.0f} ms, {READERS_P99 * 1000:g} ms at most"
        words = "; ".join([f"{len(self.pages)} pages read meanwhile: {waits}", *self.failed_reads[:5]])
        return last <= READERS_P99 and not self.failed_reads, words

    def _memory_is_flat(self) -> tuple[bool, str]:
        if len(self.memory) < 20:
            return True, "memory was not measured for long enough"
        half, tenth = len(self.memory) // 2, len(self.memory) // 10
        before, after = (sum(few) / len(few) for few in (self.memory[half : half + tenth], self.memory[-tenth:]))
        growth = after / before - 1
        words = (
            f"memory grew from {before / 1e6:.0f} to {after / 1e6:.0f} MB in the second half: {growth:+.1%}, {LARGEST_GROWTH:.0%} at most"
        )
        if self.seconds / 2 < CACHES_FULL_AFTER:
            return True, f"{words} (not judged: caches fill in the first {CACHES_FULL_AFTER:g} s)"
        return growth <= LARGEST_GROWTH, words

    def _log_is_clean(self) -> tuple[bool, str]:
        tracebacks = self.log.count("Traceback")
        return not tracebacks, f"{tracebacks} tracebacks in {len(self.log.splitlines())} lines of the log"

    def __str__(self) -> str:
        lines = [f"{'good' if holds else 'BAD '}  {words}" for holds, words in self.verdicts]
        return "\n".join([*lines, *self.faults[:MOST_FAULTS_PRINTED]])


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]
