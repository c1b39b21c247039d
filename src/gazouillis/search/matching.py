"""How each database is told which words to write down and which to look for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa


def document(dialect: str, words: Sequence[str]) -> str:
    """What is kept of a text."""
    if dialect == "sqlite":
        return " ".join(words)
    return " ".join(f"'{word}':{place}" for place, word in enumerate(words, 1))


def kept(dialect: str, document: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    """The value to insert."""
    return document if dialect == "sqlite" else sa.cast(document, _TSVECTOR)


def matches(dialect: str, table: sa.TableClause, wanted: str) -> sa.ColumnElement[bool]:
    if dialect == "sqlite":
        return sa.literal_column(table.name).op("match", is_comparison=True)(wanted)
    return table.c.words.op("@@", is_comparison=True)(sa.cast(sa.literal(wanted), _TSQUERY))


def phrases(dialect: str, wanted: Iterable[Sequence[str]], unwanted: Iterable[Sequence[str]] = ()) -> str:
    """All of the wanted phrases, of which there is at least one, and none of the others."""
    if dialect == "sqlite":
        return " ".join([" AND ".join(map(_sqlite_phrase, wanted)), *(f"NOT {_sqlite_phrase(one)}" for one in unwanted)])
    return " & ".join([*map(_postgresql_phrase, wanted), *(f"!{_postgresql_phrase(one)}" for one in unwanted)])


def beginnings(dialect: str, wanted: Iterable[str]) -> str:
    """Words that begin so."""
    return " AND ".join(f'"{one}" *' for one in wanted) if dialect == "sqlite" else " & ".join(f"'{one}':*" for one in wanted)


def _sqlite_phrase(words: Sequence[str]) -> str:
    return f'"{" ".join(words)}"'


def _postgresql_phrase(words: Sequence[str]) -> str:
    return "(" + " <-> ".join(f"'{word}'" for word in words) + ")"


class _Type(sa.types.UserDefinedType[str]):
    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_options: object) -> str:
        return self.name


_TSVECTOR, _TSQUERY = _Type("tsvector"), _Type("tsquery")
