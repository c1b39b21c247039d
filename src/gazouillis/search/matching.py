"""Full-text search in each dialect: documents and queries for FTS5 of SQLite and for `tsvector` of PostgreSQL.

Words are split and folded before (`words.py`), so that both databases find the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa


def document(dialect: str, words: Sequence[str]) -> str:
    """The document to index: the words, with their positions on PostgreSQL."""
    if dialect == "sqlite":
        return " ".join(words)
    return " ".join(f"'{word}':{place}" for place, word in enumerate(words, 1))


def stored(dialect: str, document: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    """The expression to insert for a document."""
    return document if dialect == "sqlite" else sa.cast(document, _TSVECTOR)


def matches(dialect: str, table: sa.TableClause, wanted: str) -> sa.ColumnElement[bool]:
    """`wanted`: a query made by `phrases` or `prefixes`."""
    if dialect == "sqlite":
        return sa.literal_column(table.name).op("match", is_comparison=True)(wanted)
    return table.c.words.op("@@", is_comparison=True)(sa.cast(sa.literal(wanted), _TSQUERY))


def phrases(dialect: str, wanted: Iterable[Sequence[str]], unwanted: Iterable[Sequence[str]] = ()) -> str:
    """A query for documents with all wanted phrases and no unwanted one. At least one phrase must be wanted."""
    if dialect == "sqlite":
        return " ".join([" AND ".join(map(_sqlite_phrase, wanted)), *(f"NOT {_sqlite_phrase(one)}" for one in unwanted)])
    return " & ".join([*map(_postgresql_phrase, wanted), *(f"!{_postgresql_phrase(one)}" for one in unwanted)])


def prefixes(dialect: str, wanted: Iterable[str]) -> str:
    """A query for documents in which, for each of these, a word begins with it."""
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
