"""Prepared statements: SQLAlchemy compiles a statement once, then its SQL runs on the driver directly (decision 0017).

SQLAlchemy still determines how the types of parameters and columns are converted. A statement object is compiled when it is run a second
time, and stays compiled as long as it lives. A statement that is built for one use is run through SQLAlchemy.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, cast
from weakref import ref

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.operators import in_op, not_in_op
from sqlalchemy.sql.schema import ScalarElementColumnDefault

Processor: TypeAlias = Callable[[Any], Any]
Shape: TypeAlias = tuple[int, ...]

MOST_SHAPES = 64
"""Compiled variants of one statement at most, one for each combination of list lengths."""
_LIST_SIZES = (0, 1, 2, 3, 5, *(10 * 2**power for power in range(11)))
"""Lists of parameters are padded to one of these lengths, so that a statement has few variants."""


class Row(tuple[Any, ...]):
    """A tuple whose columns are attributes too, like SQLAlchemy's own `Row`."""

    __slots__ = ()
    _fields: ClassVar[tuple[str, ...]] = ()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    @property
    def _mapping(self) -> Mapping[str, Any]:
        return dict(zip(self._fields, self, strict=True))


class Prepared:
    """A compiled statement for one dialect and one combination of list lengths."""

    def __init__(self, compiled: SQLCompiler, samples: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        state = compiled.construct_expanded_state({**defaults, **samples})
        self.sql = state.statement
        self._defaults = defaults
        names, self._sizes = _parameter_order(state.positiontup or (), state.parameter_expansion)
        self._pick = _picker(names)
        self._has_lists = any(size is not None for size in self._sizes)
        sample_of = {name: members[0] for name, members in state.parameter_expansion.items() if members}
        bind_processors: dict[str, Any] = {**compiled._bind_processors, **state.processors}
        processors = [bind_processors.get(sample_of.get(name, name)) for name in names]
        self._binders: list[tuple[int, Processor]] = [(place, one) for place, one in enumerate(processors) if one is not None]
        self._row, self._readers = _reading(compiled)
        self._first = next((read for place, read in self._readers if place == 0), None)

    def bind(self, parameters: Mapping[str, Any] | None) -> Sequence[Any]:
        """The values in the order of the placeholders, converted for the driver."""
        all_values = {**self._defaults, **(parameters or {})} if self._defaults else parameters or {}
        values = [*self._pick(all_values)]
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
        """Lists expanded in place, padded to their length by repeating the last member."""
        flat: list[Any] = []
        for value, size in zip(values, self._sizes, strict=True):
            if size is None:
                flat.append(value)
            else:
                flat.extend(value)
                flat.extend([flat[-1]] * (size - len(value)))
        return flat


class Statements:
    """The prepared statements of one dialect."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self._dialect = dialect
        self._seen: dict[int, _Seen] = {}
        """By the `id` of their statements. An entry is removed when its statement is garbage collected."""

    def prepared(self, statement: sa.Executable, parameters: Mapping[str, Any] | None) -> Prepared | None:
        """The compiled form, or None: the statement is run for the first time, or cannot be prepared. Then run it through SQLAlchemy."""
        seen = self._seen.get(place := id(statement))
        if seen is None:
            self._seen[place] = _Seen(ref(statement, lambda _gone: self._seen.pop(place, None)))
            return None
        return seen.prepared(statement, self._dialect, parameters or {})


_by_dialect: dict[type[sa.Dialect], Statements] = {}


def statements_of(dialect: sa.Dialect) -> Statements:
    """The prepared statements of all databases of this process that have this dialect: a statement is compiled once for all of them."""
    return _by_dialect.setdefault(type(dialect), Statements(dialect))


class _Seen:
    """What is known of one statement. It holds no strong reference to the statement, which would keep both alive for ever."""

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
    """None when the SQL depends on the values, or when the types of the columns are unknown."""
    if isinstance(statement, sa.TextClause):
        return None
    check_lists(statement)
    compiled = statement.compile(dialect=dialect, column_keys=columns if statement.is_dml else None, for_executemany=True)  # type: ignore[attr-defined]
    if not isinstance(compiled, SQLCompiler) or not (compiled._ordered_columns or statement.is_dml):
        return None
    lists = compiled.post_compile_params
    rewritten = compiled.literal_execute_params or compiled.escaped_bind_names or any(one.type._is_tuple_type for one in lists)
    return None if rewritten else compiled


def check_lists(statement: sa.Executable) -> None:
    """Raises ValueError for a list that is used with IN and with NOT IN: when it is empty, SQLAlchemy writes both as the last of them."""
    used: dict[str, object] = {}
    for one in visitors.iterate(cast("visitors.ExternallyTraversible", statement)):
        match one:
            case sa.BinaryExpression(operator=operator, right=sa.BindParameter(key=name)) if operator in {in_op, not_in_op}:
                if used.setdefault(name, operator) is not operator:
                    raise ValueError(f"the list {name} is used with IN and with NOT IN: give it two names")


def _defaults(compiled: SQLCompiler) -> dict[str, Any] | None:
    """Values of parameters that the caller leaves out; None when they must be computed each time."""
    defaults = {name: one.value for one, name in compiled.bind_names.items() if not one.required and one.callable is None}
    if compiled.update_prefetch:
        return None
    for column in compiled.insert_prefetch:
        if not isinstance(column.default, ScalarElementColumnDefault):
            return None
        defaults[column.key] = column.default.arg
    return defaults


def _reading(compiled: SQLCompiler) -> tuple[type[Row], list[tuple[int, Processor]]]:
    columns = compiled._result_columns
    names = tuple(one.keyname for one in columns)
    processors = [one.type._cached_result_processor(compiled.dialect, None) for one in columns]
    by_name = {name: property(itemgetter(place)) for place, name in enumerate(names)}
    row = type("Row", (Row,), {"__slots__": (), "_fields": names, **by_name})
    return row, [(place, one) for place, one in enumerate(processors) if one is not None]


def _parameter_order(positions: Sequence[str], lists: Mapping[str, Sequence[str]]) -> tuple[list[str], list[int | None]]:
    """The parameters in the order of their placeholders, and how many placeholders each list has."""
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
    """A function that returns the values of these names in this order. It runs in C, since every execution calls it."""
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
