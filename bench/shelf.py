"""A simulation of the shelf: who is answered, by followers, with and without it. `just bench shelf` prints it as a table and draws it.

2,000 people with heavy-tailed followers live through two weeks. How they behave is written below, in `Behaviour`; it is assumed, not
measured. Which questions a reader of the shelf is shown, and in which order, is decided by the code of the server
(`encounters/shelf/rules.py`). The same seed asks the same questions with and without the shelf.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import click
import msgspec

from bench.shelf_drawing import drawn
from gazouillis.encounters.shelf import rules
from gazouillis.encounters.shelf.models import FEW_FOLLOWERS, Candidate, Competence, Kind, ReasonKind
from gazouillis.encounters.shelf.queries import MOST_LOOKED_AT, SHOWN
from gazouillis.infra.basics.ids import AccountId, StatusId

SEED = 14
PICTURE = Path(__file__).parent / "pictures" / "shelf.svg"
LEAST_SHARE, LEAST_FACTOR = 0.6, 3.0
"""The targets: those with few followers against the top decile, and against themselves without the shelf."""


class Behaviour(msgspec.Struct, frozen=True):
    """What is assumed of people."""

    people: int = 2_000
    days: int = 14
    tail: float = 0.9
    """Of the Pareto distribution of followers, whose scale is `typical`."""
    typical: float = 8.0
    towns: int = 40
    languages: tuple[tuple[str, float], ...] = (("fr", 0.6), ("en", 0.3), ("hu", 0.1))
    asks_a_day: float = 0.06
    """The chance that somebody asks a question on a day."""
    offers: float = 0.7
    """The chance that they put it on the shelf."""
    is_local: float = 0.4
    """The chance that a question is about the asker's town."""
    sees: float = 0.25
    """The chance that a follower sees a question in the timeline."""
    answers_followed: float = 0.02
    """The chance that a follower who sees it answers."""
    visits: float = 0.3
    """The chance that somebody opens the shelf on a day."""
    answers: tuple[tuple[ReasonKind, float], ...] = (
        (ReasonKind.TOWN, 0.08),
        (ReasonKind.TRACK, 0.08),
        (ReasonKind.LANGUAGE, 0.02),
        (ReasonKind.WILLING, 0.01),
    )
    """The chance that somebody who is shown a question answers it, by the most telling reason."""
    subjects: int = 200
    """Each question has one; each person tracks two."""


class Person(msgspec.Struct, frozen=True):
    id: AccountId
    followers: int
    knows: Competence
    town: int
    tracks: frozenset[int]


class Question(msgspec.Struct):
    id: StatusId
    author: Person
    language: str
    places: tuple[int, ...]
    subject: int
    day: int
    is_offered: bool
    exposures: int = 0
    is_answered: bool = False


class Group(msgspec.Struct, frozen=True):
    """People of like many followers, and the share of their questions that was answered."""

    name: str
    questions: int
    without: float
    with_shelf: float


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seed", type=int, default=SEED, show_default=True)
@click.option("--picture", type=click.Path(path_type=Path, dir_okay=False), default=PICTURE, show_default=True)
def main(seed: int, picture: Path) -> None:
    """Simulate the shelf."""
    groups = simulated(Behaviour(), seed)
    click.echo("\n".join(table(groups)))
    share, factor = compared(groups)
    click.echo(f"\nTen followers or fewer: {share:.0%} of the rate of the top decile (target {LEAST_SHARE:.0%}), ", nl=False)
    click.echo(f"{factor:.1f} times their rate without the shelf (target {LEAST_FACTOR:.0f}).")
    for word, visits in (("half as many", 0.5), ("a third as many", 1 / 3)):
        usual = Behaviour()
        share, factor = compared(simulated(msgspec.structs.replace(usual, visits=usual.visits * visits), seed))
        click.echo(f"If {word} people opened the shelf: {share:.0%}, and {factor:.1f} times.")
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(drawn([(one.name, one.without, one.with_shelf) for one in groups]), encoding="utf-8")
    click.echo(f"Drawn in {picture}", err=True)


def simulated(behaviour: Behaviour, seed: int) -> list[Group]:
    """First those with ten followers or fewer, then the deciles by followers, from the fewest to the most."""
    people = _people(behaviour, random.Random(seed))
    without = _lived(behaviour, people, seed, has_shelf=False)
    with_shelf = _lived(behaviour, people, seed, has_shelf=True)
    ranked = sorted(people, key=lambda one: (one.followers, one.id))
    tenth = len(ranked) // 10
    deciles = [ranked[start : start + tenth] for start in range(0, tenth * 10, tenth)]
    few = [one for one in people if one.followers <= FEW_FOLLOWERS]
    named = [(f"≤ {FEW_FOLLOWERS} followers", few), *((_span(number, one), one) for number, one in enumerate(deciles, 1))]
    return [_group(name, {one.id for one in members}, without, with_shelf) for name, members in named]


def compared(groups: Sequence[Group]) -> tuple[float, float]:
    """The rate of those with few followers, as a share of that of the top decile, and by how much the shelf multiplies it."""
    few, top = groups[0], groups[-1]
    return few.with_shelf / top.with_shelf, few.with_shelf / max(few.without, 1 / few.questions)


def table(groups: Sequence[Group]) -> Iterator[str]:
    yield "| People | Questions | Answered without | Answered with the shelf |"
    yield "| --- | ---: | ---: | ---: |"
    for one in groups:
        yield f"| {one.name} | {one.questions:,} | {one.without:.0%} | {one.with_shelf:.0%} |"


def _span(number: int, members: Sequence[Person]) -> str:
    return f"decile {number} ({members[0].followers}–{members[-1].followers})"


def _group(name: str, ids: set[AccountId], without: Sequence[Question], with_shelf: Sequence[Question]) -> Group:
    shares = [[one.is_answered for one in asked if one.author.id in ids] for asked in (without, with_shelf)]
    return Group(name, len(shares[0]), *(sum(one) / max(len(one), 1) for one in shares))


def _people(behaviour: Behaviour, chance: random.Random) -> list[Person]:
    spoken, weights = zip(*behaviour.languages, strict=True)
    people = []
    for number in range(1, behaviour.people + 1):
        followers = min(behaviour.people - 1, int(behaviour.typical * chance.paretovariate(behaviour.tail)) - int(behaviour.typical))
        town = min(behaviour.towns, int(chance.paretovariate(0.7)))
        knows = Competence(frozenset({town}), frozenset(chance.choices(spoken, weights, k=2)))
        tracks = frozenset(chance.choices(range(behaviour.subjects), k=2))
        people.append(Person(AccountId(number), followers, knows, town, tracks))
    return people


def _lived(behaviour: Behaviour, people: Sequence[Person], seed: int, *, has_shelf: bool) -> list[Question]:
    asking, following, reading = (random.Random(f"{seed} {what}") for what in ("asking", "following", "reading"))
    asked: list[Question] = []
    seen: set[tuple[AccountId, StatusId]] = set()
    chance_of = dict(behaviour.answers)
    for day in range(behaviour.days):
        fresh = _asked(behaviour, people, day, len(asked), asking)
        for one in fresh:
            sees_and_answers = behaviour.sees * behaviour.answers_followed
            one.is_answered = following.random() > (1 - sees_and_answers) ** one.author.followers
        asked += fresh
        if has_shelf:
            shelved = [one for one in asked if one.is_offered and day - one.day < 2]
            readers = [one for one in people if reading.random() < behaviour.visits]
            reading.shuffle(readers)
            for reader in readers:
                _reads(reader, shelved, seen, lambda kind: reading.random() < chance_of[kind])
    return asked


def _asked(behaviour: Behaviour, people: Sequence[Person], day: int, count: int, chance: random.Random) -> list[Question]:
    asked: list[Question] = []
    for author in people:
        if chance.random() < behaviour.asks_a_day:
            places = (author.town,) if chance.random() < behaviour.is_local else ()
            language, subject = chance.choice(sorted(author.knows.languages)), chance.randrange(behaviour.subjects)
            is_offered = chance.random() < behaviour.offers
            asked.append(Question(StatusId(count + len(asked) + 1), author, language, places, subject, day, is_offered))
    chance.shuffle(asked)
    return asked


def _reads(
    reader: Person, shelved: Sequence[Question], seen: set[tuple[AccountId, StatusId]], answers: Callable[[ReasonKind], bool]
) -> None:
    """One page of the shelf, as the server makes it: the candidates of those authors who were shown least, their reasons, the pick."""
    waiting = {one.id: one for one in shelved if not one.is_answered and one.author.id != reader.id}
    totals: dict[AccountId, int] = {}
    for one in shelved:
        totals[one.author.id] = totals.get(one.author.id, 0) + one.exposures
    looked_at = sorted(waiting.values(), key=lambda one: (totals[one.author.id], one.id))[:MOST_LOOKED_AT]
    candidates = []
    for one in looked_at:
        query = str(one.subject) if one.subject in reader.tracks else None
        why = _reasons(reader.knows, one.language, one.places, query)
        if why:
            total, is_seen = totals[one.author.id], (reader.id, one.id) in seen
            candidates.append(Candidate(one.id, one.author.id, Kind.QUESTION, total, is_seen, why))
    for shown in rules.pick(candidates, SHOWN):
        question = waiting[shown.status_id]
        if not shown.is_seen:
            seen.add((reader.id, question.id))
            question.exposures += 1
            question.is_answered = answers(shown.reasons[0].kind)


_reasons = lru_cache(100_000)(rules.reasons)


if __name__ == "__main__":
    main()
