"""Measures the matcher of tracks: `matcher` is ours; `machine`, its limit, is one bare Aho-Corasick machine with the same words, which is
given the keys of each status and knows neither phrases nor exclusions.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator

import ahocorasick
import msgspec
import psutil

from gazouillis.search.tracks.matcher import Matcher
from gazouillis.text import inflections
from gazouillis.text.folding import fold
from gazouillis.text.track_query import COMMON, TrackQuery, parse
from gazouillis.text.tracked_words import SaidWords, said_words

STATUSES = 4000
WORDS = 24
SHARE_OF_COMMON = 0.45
SHARE_OF_FREQUENT = 0.04
SYLLABLES = (
    "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su".split()
)
ADDED = 2000
FREQUENT = 20_000
"""Of the listed words, those that texts use, the first ones most."""


class Tracked(msgspec.Struct, frozen=True):
    microseconds: float
    """For one status."""
    bytes_each: float
    add_microseconds: float
    """To add one track; of the machine, to add it and make the machine usable again, divided by all its words."""
    hits: float
    """For one status."""


def main(kind: str, tracks: int, seconds: float) -> Tracked:
    inflections.load()
    chance = random.Random(tracks)
    words = {one for language in inflections.LANGUAGES for one in inflections.listed_words(language)}
    listed = sorted(one for one in words if one.isalpha() and len(one) > 3 and fold(one) not in COMMON)
    chance.shuffle(listed)
    texts = [_text(chance, listed) for _ in range(STATUSES)]
    said = {key for one in listed[:FREQUENT] for key in inflections.keys(one)}
    rare = [one for one in listed if said.isdisjoint(inflections.keys(one))]
    queries = (parse(one, "fr") for one in _queries(chance, listed[:FREQUENT], rare, tracks + ADDED))
    return _matcher(queries, tracks, texts, seconds) if kind == "matcher" else _machine(queries, tracks, texts, seconds)


def _queries(chance: random.Random, frequent: list[str], rare: list[str], count: int) -> Iterator[str]:
    """Half of the words are names, one in fifty is a frequent word, the others are rare words. Seven of ten tracks are one word; the others
    are a hashtag, a phrase, have an exclusion or a language.
    """
    for _ in range(count):
        word = chance.choice(frequent if chance.random() < SHARE_OF_FREQUENT else rare)
        if chance.random() < 0.5:
            word = "".join(chance.choices(SYLLABLES, k=chance.randint(3, 5)))
        other = chance.choice(rare)
        yield chance.choices((word, f"#{word}", f'"{word} {other}"', f"{word} -{other}x", f"{word} lang:fr"), (70, 10, 10, 5, 5))[0]


def _text(chance: random.Random, listed: list[str]) -> str:
    common = sorted(COMMON)
    rank = int(FREQUENT ** chance.random())
    words = [
        chance.choice(common) if chance.random() < SHARE_OF_COMMON else listed[int(FREQUENT ** chance.random()) - 1] for _ in range(WORDS)
    ]
    return f"{' '.join(words)} #{listed[rank - 1]}" if chance.random() < 0.2 else " ".join(words)


def _matcher(queries: Iterator[TrackQuery], tracks: int, texts: list[str], seconds: float) -> Tracked:
    matcher, before = Matcher(), _resident()
    for track_id in range(tracks):
        matcher.add(track_id, next(queries))
    size = _resident() - before
    added = list(queries)
    begun = time.process_time()
    for track_id, query in enumerate(added, tracks):
        matcher.add(track_id, query)
    add = (time.process_time() - begun) / len(added)
    each, hits = _timed(lambda text: len(matcher.matching(said_words([text], language="fr"))), texts, seconds)
    return Tracked(each * 1e6, size / tracks, add * 1e6, hits)


def _machine(queries: Iterator[TrackQuery], tracks: int, texts: list[str], seconds: float) -> Tracked:
    words = {key for _ in range(tracks) for term in next(queries).wanted[:1] for key in _keys(term)}
    machine, before, begun = ahocorasick.Automaton(ahocorasick.STORE_INTS), _resident(), time.process_time()
    for number, word in enumerate(words):
        machine.add_word(f" {word} ", number)
    machine.make_automaton()
    built = time.process_time() - begun
    size = _resident() - before
    said = [f" {' '.join(_said_keys(said_words([one], language='fr')))} " for one in texts]
    each, hits = _timed(lambda keys: sum(1 for _ in machine.iter(keys)), said, seconds)
    return Tracked(each * 1e6, size / tracks, built / tracks * 1e6, hits)


def _keys(term: object) -> tuple[str, ...]:
    words = getattr(term, "words", ())
    return words[0].keys if words else (f"#{getattr(term, 'value', '')}",)


def _said_keys(said: SaidWords) -> list[str]:
    return sorted({key for token in said.tokens for key in token.keys} | {f"#{one}" for one in said.tags})


def _timed(once: Callable[[str], int], texts: list[str], seconds: float) -> tuple[float, float]:
    """Seconds of CPU and hits for one text. The first round warms up."""
    hits = sum(map(once, texts))
    done, begun = 0, time.process_time()
    while not done or time.process_time() - begun < seconds:
        for one in texts:
            once(one)
        done += len(texts)
    return (time.process_time() - begun) / done, hits / len(texts)


def _resident() -> int:
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))))
