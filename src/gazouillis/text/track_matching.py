"""Whether a status has what a track asks for. `search/tracks/matcher.py` finds the tracks to ask."""

from __future__ import annotations

from collections.abc import Sequence

from gazouillis.text.track_query import Kind, Shape, Term, TrackedWord, TrackQuery
from gazouillis.text.tracked_words import SaidWords, Token


def matches(query: TrackQuery, said: SaidWords) -> bool:
    if query.language and query.language != primary_language(said.language):
        return False
    return all(_holds(one, said) is not one.is_excluded for one in query.terms)


def primary_language(language: str) -> str:
    """`fr` of `fr-CH`."""
    return language.partition("-")[0].lower()


def _holds(term: Term, said: SaidWords) -> bool:
    match term.kind:
        case Kind.TAG:
            return term.value in said.tags
        case Kind.NAME:
            return term.value in said.names
        case Kind.WORDS:
            return any(_is_said(one, term, said) for one in term.names)


def _is_said(words: Sequence[TrackedWord], term: Term, said: SaidWords) -> bool:
    if not _occurs(words, said.tokens):
        return False
    return words[-1].shape is not Shape.PLACE or not said.find_places().isdisjoint(term.places)


def _occurs(words: Sequence[TrackedWord], tokens: Sequence[Token]) -> bool:
    return any(_begins_at(start, words, tokens) for start in range(len(tokens) - len(words) + 1))


def _begins_at(start: int, words: Sequence[TrackedWord], tokens: Sequence[Token]) -> bool:
    return all(_is(word, tokens[start + place]) and not (place and tokens[start + place].is_apart) for place, word in enumerate(words))


def _is(word: TrackedWord, token: Token) -> bool:
    if word.is_run:
        return token.is_run and word.keys[0] in token.keys[0]
    if word.shape is Shape.CAPITALS and not token.is_capitals:
        return False
    if word.shape is Shape.NAME and not token.is_name:
        return False
    return not token.is_run and not set(word.keys).isdisjoint(token.keys)
