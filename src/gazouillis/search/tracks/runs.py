"""Tracked words of scripts without spaces, found inside a run of signs by Aho-Corasick machines.

https://pyahocorasick.readthedocs.io/ : adding one word to a machine makes it unusable until it is built again, and nothing can be removed.
So there are two: a large one that is built aside and swapped in, and a small one for what came since. Words that are gone are sorted out of
what the machines find.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import ahocorasick

MOST_YOUNG = 1000
"""Words of the small machine: building it takes a millisecond. With more, the large one is to be built again."""


class Runs:
    def __init__(self) -> None:
        self._known: set[str] = set()
        self._large: ahocorasick.Automaton | None = None
        self._in_large: set[str] = set()
        self._small: ahocorasick.Automaton | None = None
        self._young: set[str] = set()

    def add(self, word: str) -> None:
        """It is found at once."""
        if word in self._known:
            return
        self._known.add(word)
        if word not in self._in_large:
            self._young.add(word)
            self._small = None

    def discard(self, word: str) -> None:
        self._known.discard(word)

    def inside(self, run: str) -> set[str]:
        """The words that occur in the run, wherever they begin."""
        if not self._known:
            return set()
        if self._small is None:
            self._young &= self._known
            self._small = _machine(self._young)
        found = {word for machine in (self._large, self._small) if machine for _end, word in machine.iter(run)}
        return found & self._known

    @property
    def is_outgrown(self) -> bool:
        """Whether `rebuild` is due."""
        return len(self._young) > max(MOST_YOUNG, len(self._in_large) // 8)

    async def rebuild(self) -> None:
        """Builds the large machine in a thread, while the present ones go on."""
        words = set(self._known)
        self._large = await asyncio.to_thread(_machine, words)
        self._in_large = words
        self._young -= words
        self._small = None


def _machine(words: Iterable[str]) -> ahocorasick.Automaton:
    machine = ahocorasick.Automaton()
    for word in words:
        machine.add_word(word, word)
    machine.make_automaton()
    return machine
