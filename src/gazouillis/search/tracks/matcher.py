"""Matcher of tracks: which standing searches a status meets, in one pass over its words. Pure; the tracks are held in memory.

A track waits under the keys of one of its terms, its anchor. A word, hashtag or handle is looked up in a hash table, and a run of a script
without spaces is searched by an Aho-Corasick machine (`runs.py`). Tracks with other terms are then asked one by one, and those that ask
the same are asked once. So the cost grows with the length of the status and with what may match it, not with the number of tracks.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from gazouillis.search.tracks.runs import Runs
from gazouillis.text.track_matching import matches, primary_language
from gazouillis.text.track_query import Kind, Shape, Term, TrackQuery, is_selective
from gazouillis.text.tracked_words import SaidWords


class _Group:
    """Tracks that ask the same."""

    __slots__ = ("_is_exact", "_needed", "_unwanted", "anchor", "ids", "query")

    def __init__(self, query: TrackQuery, anchor: tuple[str, ...]) -> None:
        self.query = query
        self.anchor = anchor
        self.ids = array("q")
        # Of the words inside runs, a status has only those for the keys of which some track waits.
        terms = [one for one in query.terms if _is_simple(one) and not any(word.is_run for word in one.words)]
        self._is_exact = len(terms) == len(query.terms)
        self._needed = [word.keys for one in query.wanted if not one.others for word in one.words if not word.is_run]
        self._needed += [_keys(one) for one in query.wanted if one.kind is not Kind.WORDS]
        self._unwanted = [_keys(one) for one in terms if one.is_excluded]

    def is_met(self, said: SaidWords, keys: set[str], language: str) -> bool:
        """Asks first what the keys of the status tell: whole words. Most tracks that wait under a word of the status end there."""
        if self.query.language and self.query.language != language:
            return False
        for one in self._needed:
            if keys.isdisjoint(one):
                return False
        for one in self._unwanted:
            if not keys.isdisjoint(one):
                return False
        return self._is_exact or matches(self.query, said)


class _Waiting:
    """What waits under one key: `ids` of tracks that ask for this one word, hashtag or handle, and groups that ask for more."""

    __slots__ = ("groups", "ids")

    def __init__(self, *ids: int) -> None:
        self.ids = array("q", ids) if ids else None
        self.groups: list[_Group] | None = None


class Matcher:
    def __init__(self) -> None:
        self.runs = Runs()
        self._waiting: dict[str, int | _Waiting] = {}
        """By key. Under most keys a single plain track waits: then it is its id. One table: of a million keys, each lookup leaves the
        processor's cache."""
        self._groups: dict[tuple[object, ...], _Group] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, track_id: int, query: TrackQuery) -> None:
        """A track that was added before is not added twice."""
        if _is_plain(query):
            keys = _keys(query.terms[0])
            if self._is_known(track_id, keys[0]):
                return
            for key in keys:
                self._put(key, track_id)
            self._note_runs(query.terms[0], keys)
        else:
            group = self._group(query)
            if track_id in group.ids:
                return
            group.ids.append(track_id)
        self._count += 1

    def remove(self, track_id: int, query: TrackQuery) -> None:
        if _is_plain(query):
            keys = _keys(query.terms[0])
            if not self._is_known(track_id, keys[0]):
                return
            for key in keys:
                self._drop(key, track_id)
        else:
            group = self._groups.get(_identity(query))
            if group is None or track_id not in group.ids:
                return
            group.ids.remove(track_id)
            if not group.ids:
                self._drop_group(group)
        self._count -= 1

    def matching(self, said: SaidWords) -> list[int]:
        """The ids of the tracks that the status meets, in order."""
        found: set[int] = set()
        asked: set[int] = set()
        keys, language = self._said_keys(said), primary_language(said.language)
        for key in keys:
            waiting = self._waiting.get(key)
            if waiting is None:
                continue
            if isinstance(waiting, int):
                found.add(waiting)
                continue
            if waiting.ids:
                found.update(waiting.ids)
            for group in waiting.groups or ():
                if id(group) not in asked:
                    asked.add(id(group))
                    if group.is_met(said, keys, language):
                        found.update(group.ids)
        return sorted(found)

    def _said_keys(self, said: SaidWords) -> set[str]:
        keys = {key for token in said.tokens for key in token.keys}
        if said.tags or said.names:
            keys.update([f"#{one}" for one in said.tags], [f"@{one}" for one in said.names])
        for token in said.tokens:
            if token.is_run:
                keys.discard(token.keys[0])
                keys |= self.runs.inside(token.keys[0])
        return keys

    def _is_known(self, track_id: int, key: str) -> bool:
        waiting = self._waiting.get(key)
        if isinstance(waiting, _Waiting):
            return waiting.ids is not None and track_id in waiting.ids
        return waiting == track_id

    def _put(self, key: str, track_id: int) -> None:
        if key not in self._waiting:
            self._waiting[key] = track_id
            return
        waiting = self._shared(key)
        if waiting.ids is None:
            waiting.ids = array("q")
        waiting.ids.append(track_id)

    def _shared(self, key: str) -> _Waiting:
        waiting = self._waiting.get(key)
        if not isinstance(waiting, _Waiting):
            waiting = self._waiting[key] = _Waiting() if waiting is None else _Waiting(waiting)
        return waiting

    def _note_runs(self, term: Term, keys: Sequence[str]) -> None:
        runs = {key for words in term.names for word in words if word.is_run for key in word.keys}
        for key in keys:
            if key in runs:
                self.runs.add(key)

    def _drop(self, key: str, track_id: int) -> None:
        waiting = self._waiting[key]
        if isinstance(waiting, _Waiting) and waiting.ids:
            waiting.ids.remove(track_id)
        self._forget_if_empty(key)

    def _forget_if_empty(self, key: str) -> None:
        waiting = self._waiting[key]
        if isinstance(waiting, int) or not (waiting.ids or waiting.groups):
            del self._waiting[key]
            self.runs.discard(key)

    def _group(self, query: TrackQuery) -> _Group:
        identity = _identity(query)
        group = self._groups.get(identity)
        if group is None:
            term, anchor = _anchor(query, self._load)
            group = self._groups[identity] = _Group(query, anchor)
            for key in anchor:
                waiting = self._shared(key)
                if waiting.groups is None:
                    waiting.groups = []
                waiting.groups.append(group)
            self._note_runs(term, anchor)
        return group

    def _drop_group(self, group: _Group) -> None:
        del self._groups[_identity(group.query)]
        for key in group.anchor:
            waiting = self._shared(key)
            if waiting.groups:
                waiting.groups.remove(group)
            self._forget_if_empty(key)

    def _load(self, key: str) -> int:
        """How many groups wait under this key."""
        waiting = self._waiting.get(key)
        return len(waiting.groups or ()) if isinstance(waiting, _Waiting) else 0


def _is_plain(query: TrackQuery) -> bool:
    """Whether a status that has a key of the query meets it: nothing else needs to be asked."""
    if query.language or len(query.terms) != 1:
        return False
    return _is_simple(query.terms[0])


def _is_simple(term: Term) -> bool:
    """Whether the keys of a status tell whether it holds."""
    return len(term.words) < 2 and not term.others and all(one.shape is Shape.ANY for one in term.words)


def _identity(query: TrackQuery) -> tuple[object, ...]:
    return query.language, query.terms


def _keys(term: Term) -> tuple[str, ...]:
    match term.kind:
        case Kind.TAG:
            return (f"#{term.value}",)
        case Kind.NAME:
            return (f"@{term.value}",)
        case Kind.WORDS:
            return term.words[0].keys


def _anchor(query: TrackQuery, load: Callable[[str], int]) -> tuple[Term, tuple[str, ...]]:
    """The term under which the track waits, with its keys: the one under which the fewest others do."""
    candidates = [(term, keys) for term in query.wanted for keys in _selective_keys(term)]
    return min(candidates, key=lambda one: (sum(map(load, one[1])), -len(one[1][0])))


def _selective_keys(term: Term) -> list[tuple[str, ...]]:
    if term.kind is not Kind.WORDS:
        return [_keys(term)]
    if term.others:
        best = [max((one.keys for one in words if is_selective(one)), key=lambda keys: len(keys[0])) for words in term.names]
        return [tuple(key for keys in best for key in keys)]
    return [one.keys for one in term.words if is_selective(one)]
