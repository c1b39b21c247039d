"""Precision and recall of the finder of places, measured on sentences. `just places` prints them."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import NamedTuple

from gazouillis.places import gazetteer
from gazouillis.places.keys import name_key
from gazouillis.places.models import Kind, Place
from gazouillis.places.propose_stay import propose_stay

SENTENCES = Path(__file__).parents[1] / "unit/places/sentences"
WEDNESDAY = date(2026, 3, 4)
"""The day on which all sentences are said."""
KINDS = {"": Kind.TOWN, "r": Kind.REGION, "c": Kind.COUNTRY}


class Sentence(NamedTuple):
    """A text and what it speaks of: places as `Lyon.FR`, `r:Alsace.FR` (a region), `FR` (a country), the first day and the last."""

    language: str
    text: str
    places: tuple[Place, ...]
    first: str
    last: str


class Figures(NamedTuple):
    """What was found in sentences. A second town of the same name, of which the writer is asked, counts as its rival, not as found."""

    found: int
    missed: int
    false: int
    with_right_dates: int
    with_place: int
    wrong: list[str]
    """Sentences without a place in which one was found."""

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false)

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    @property
    def dates(self) -> float:
        return self.with_right_dates / self.with_place


def sentences(half: str) -> list[Sentence]:
    """Those of one half, `tuned` or `measured`."""
    return [
        _sentence(language, line)
        for language in ("fr", "en")
        for line in (SENTENCES / f"{half}_{language}.tsv").read_text(encoding="utf-8").splitlines()
    ]


def figures(half: str) -> Figures:
    found = missed = false = dates = with_place = 0
    wrong = []
    for one in sentences(half):
        proposal = propose_stay(one.text, one.language, WEDNESDAY)
        wanted, got = set(one.places), set(proposal.places)
        if not wanted:
            wrong += [one.text] if got else []
            false += len(got)
            continue
        found, missed = found + len(wanted & got), missed + len(wanted - got)
        false += sum(not any(place.names.fr == other.names.fr for other in wanted) for place in got - wanted)
        with_place += 1
        dates += (str(proposal.dates.first or ""), str(proposal.dates.last or "")) == (one.first, one.last)
    return Figures(found, missed, false, dates, with_place, wrong)


def _sentence(language: str, line: str) -> Sentence:
    text, places, first, last, *_ = [*line.split("\t"), "", "", ""]
    return Sentence(language, text, tuple(map(_place, _specifications(places))), first, last)


def _specifications(places: str) -> list[str]:
    """`Paris.FR New York.US` is two: each ends with a country."""
    found: list[str] = []
    words = ""
    for word in places.split(" ") if places else []:
        words = f"{words} {word}".strip()
        if len(words.rpartition(".")[2]) == 2 and words[-2:].isupper():
            found, words = [*found, words], ""
    return found


def _place(written: str) -> Place:
    kind, _, name = written.rpartition(":")
    name, _, country = name.rpartition(".")
    if not name:
        return next(one for one in gazetteer.countries() if one.country == country)
    bearers = gazetteer.named([name_key(name)])[name_key(name)]
    return max(
        (one.place for one in bearers if one.place.country == country and one.place.kind is KINDS[kind]), key=lambda one: one.population
    )


def main() -> None:
    for half in sys.argv[1:] or ("tuned", "measured"):
        got = figures(half)
        print(f"{half:9} precision {got.precision:.3f}  recall {got.recall:.3f}  F1 {got.f1:.3f}", end="  ")
        print(f"dates {got.dates:.3f}  sentences without a place where one was found: {len(got.wrong)}")


if __name__ == "__main__":
    main()
