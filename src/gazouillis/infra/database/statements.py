"""Statements compiled once, then run on the driver: SQLAlchemy writes the SQL and says how types are bound and read (decision 0017).

A statement object that comes a second time is compiled and kept as long as it lives. What is built for one use goes the ordinary way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias
from weakref import ref

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import ScalarElementColumnDefault

Processor: TypeAlias = Callable[[Any], Any]
Shape: TypeAlias = tuple[int, ...]

MOST_SHAPES = 64
"""Of a statement: more only when its lists are of very many lengths."""
_LIST_SIZES = (0, 1, 2, 3, 5, *(10 * 2**power for power in range(11)))
"""Lists are filled up to one of these, so that few texts of a statement exist."""


class Row(tuple[Any, ...]):
    """As SQLAlchemy's: a tuple whose columns answer to their names too."""

    __slots__ = ()
    _fields: ClassVar[tuple[str, ...]] = ()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    @property
    def _mapping(self) -> Mapping[str, Any]:
        return dict(zip(self._fields, self, strict=True))


class Prepared:
    """A statement whose lists have these lengths, in the words of one dialect."""

    def __init__(self, compiled: SQLCompiler, samples: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        state = compiled.construct_expanded_state({**defaults, **samples})
        self.sql = state.statement
        self._defaults = defaults
        names, self._sizes = _places(state.positiontup or (), state.parameter_expansion)
        self._pick = _picker(names)
        self._has_lists = any(size is not None for size in self._sizes)
        sample_of = {name: members[0] for name, members in state.parameter_expansion.items() if members}
        known: dict[str, Any] = {**compiled._bind_processors, **state.processors}
        processors = [known.get(sample_of.get(name, name)) for name in names]
        self._binders: list[tuple[int, Processor]] = [(place, one) for place, one in enumerate(processors) if one is not None]
        self._row, self._readers = _reading(compiled)
        self._first = next((read for place, read in self._readers if place == 0), None)

    def bind(self, parameters: Mapping[str, Any] | None) -> Sequence[Any]:
        given = {**self._defaults, **(parameters or {})} if self._defaults else parameters or {}
        values = [*self._pick(given)]
        for place, process in self._binders:
            values[place] = process(values[place]) if self._sizes[place] is None else [process(one) for one in values[place]]
        return self._flattened(values) if self._has_lists else values

    def rows(self, fetched: Iterable[tuple[Any, ...]]) -> list[Row]:
        if not self._readers:
            return [self._row(one) for one in fetched]
        return [self._row(self._read(one)) for one in fetched]

    def firsts(self, fetched: Iterable[tuple[Any, ...]]) -> list[Any]:
        read = self._first
        return [one[0] for one in fetched] if read is None else [None if one[0] is None else read(one[0]) for one in fetched]

    def _read(self, values: tuple[Any, ...]) -> list[Any]:
        read = list(values)
        for place, process in self._readers:
            if read[place] is not None:
                read[place] = process(read[place])
        return read

    def _flattened(self, values: Sequence[Any]) -> list[Any]:
        """Each list in its place, its last member repeated."""
        flat: list[Any] = []
        for value, size in zip(values, self._sizes, strict=True):
            if size is None:
                flat.append(value)
            else:
                flat.extend(value)
                flat.extend([flat[-1]] * (size - len(value)))
        return flat


class Statements:
    """What is known of the statements that were seen, for one dialect."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self._dialect = dialect
        self._seen: dict[int, _Seen] = {}
        """By the identity of their statements, which take them along when they go."""

    def prepared(self, statement: sa.Executable, parameters: Mapping[str, Any] | None) -> Prepared | None:
        """None: it is seen for the first time, or SQLAlchemy must be asked each time."""
        seen = self._seen.get(place := id(statement))
        if seen is None:
            self._seen[place] = _Seen(ref(statement, lambda _gone: self._seen.pop(place, None)))
            return None
        return seen.prepared(statement, self._dialect, parameters or {})


class _Seen:
    """Keeps nothing that holds the statement: both would live forever."""

    def __init__(self, watched: ref[sa.Executable]) -> None:
        self._watched = watched
        self._shapes: dict[Any, Prepared | None] = {}
        self._lists: tuple[str, ...] | None = None
        self._defaults: Mapping[str, Any] = {}

    def prepared(self, statement: sa.Executable, dialect: sa.Dialect, parameters: Mapping[str, Any]) -> Prepared | None:
        shape: Any = tuple(parameters) if statement.is_dml else None
        if self._lists:
            shape = (shape, *(_list_size(parameters.get(name, self._defaults.get(name, ()))) for name in self._lists))
        try:
            return self._shapes[shape]
        except KeyError:
            return self._prepare(statement, dialect, parameters, shape)

    def _prepare(self, statement: sa.Executable, dialect: sa.Dialect, parameters: Mapping[str, Any], shape: Any) -> Prepared | None:
        compiled = _compiled(statement, dialect, list(parameters))
        defaults = _defaults(compiled) if compiled else None
        if compiled is None or defaults is None:
            self._shapes[shape] = None
            return None
        if self._lists is None:
            self._lists, self._defaults = tuple(sorted(one.key for one in compiled.post_compile_params)), defaults
            if self._lists:
                return self.prepared(statement, dialect, parameters)
        if len(self._shapes) >= MOST_SHAPES:
            self._shapes.clear()
        samples = {name: _sample({**defaults, **parameters}[name]) for name in self._lists}
        missing = {name: None for name in compiled.bind_names.values() if name not in defaults}
        found = self._shapes[shape] = Prepared(compiled, missing | samples, defaults)
        return found


def _compiled(statement: sa.Executable, dialect: sa.Dialect, columns: list[str]) -> SQLCompiler | None:
    """None when its values change its text, or when nobody knows the types of its columns."""
    if isinstance(statement, sa.TextClause):
        return None
    compiled = statement.compile(dialect=dialect, column_keys=columns if statement.is_dml else None, for_executemany=True)  # type: ignore[attr-defined]
    if not isinstance(compiled, SQLCompiler) or not (compiled._ordered_columns or statement.is_dml):
        return None
    lists = compiled.post_compile_params
    rewritten = compiled.literal_execute_params or compiled.escaped_bind_names or any(one.type._is_tuple_type for one in lists)
    return None if rewritten else compiled


def _defaults(compiled: SQLCompiler) -> dict[str, Any] | None:
    """What is bound when nothing is said; None when it must be computed each time."""
    said = {name: one.value for one, name in compiled.bind_names.items() if not one.required and one.callable is None}
    if compiled.update_prefetch:
        return None
    for column in compiled.insert_prefetch:
        if not isinstance(column.default, ScalarElementColumnDefault):
            return None
        said[column.key] = column.default.arg
    return said


def _reading(compiled: SQLCompiler) -> tuple[type[Row], list[tuple[int, Processor]]]:
    columns = compiled._result_columns
    names = tuple(one.keyname for one in columns)
    processors = [one.type._cached_result_processor(compiled.dialect, None) for one in columns]
    by_name = {name: property(itemgetter(place)) for place, name in enumerate(names)}
    row = type("Row", (Row,), {"__slots__": (), "_fields": names, **by_name})
    return row, [(place, one) for place, one in enumerate(processors) if one is not None]


def _places(positions: Sequence[str], lists: Mapping[str, Sequence[str]]) -> tuple[list[str], list[int | None]]:
    """The parameters in the order of their marks, and how many marks each list has."""
    owner = {member: name for name, members in lists.items() for member in members}
    names: list[str] = []
    sizes: list[int | None] = []
    place = 0
    while place < len(positions):
        name = owner.get(positions[place])
        names.append(name or positions[place])
        sizes.append(len(lists[name]) if name else None)
        place += len(lists[name]) if name else 1
    return names, sizes


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Iterable[Any]]:
    """The values of these names, in this order: in C, since every statement begins so."""
    match names:
        case []:
            return lambda _given: ()
        case [name]:
            return lambda given: (given[name],)
        case _:
            return itemgetter(*names)


def _list_size(values: Collection[Any]) -> int:
    place = bisect_left(_LIST_SIZES, len(values))
    return _LIST_SIZES[place] if place < len(_LIST_SIZES) else len(values)


def _sample(values: Sequence[Any]) -> list[Any]:
    return [None] * _list_size(values)
