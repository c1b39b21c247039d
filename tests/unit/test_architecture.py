"""Rules of ARCHITECTURE.md that import-linter cannot check."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
MODULES = {".".join(path.relative_to(SOURCE).with_suffix("").parts): path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}

WRITES = re.compile(r"(^|_)(insert|update|delete|upsert)(_|$)")
SQL_WRITES = re.compile(r"\b(?:insert\s+(?:or\s+\w+\s+)?into|update|delete\s+from)\s+\"?(\w+)", re.IGNORECASE)
FORBIDDEN_SUFFIXES = ("Manager", "Helper", "Util", "Utils", "Service", "Processor", "Handler", "Data", "Info")

# The tables that each module defines: {"gazouillis.graph.tables": {"follows": "follows"}}, from the name in Python to the name in SQL.
Tables = dict[str, dict[str, str]]


def tables_in(modules: dict[str, str]) -> Tables:
    found: Tables = {}
    for module, text in modules.items():
        for node in ast.parse(text).body:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func, args=[ast.Constant(value=str(sql_name)), *_]))
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=func, args=[ast.Constant(value=str(sql_name)), *_]))
                ) if _last_name(func) == "Table":
                    found.setdefault(module, {})[name] = sql_name
    return found


def foreign_writes(module: str, text: str, tables: Tables) -> list[str]:
    """Writes in `module` to a table of another room: by a Core expression, or by SQL in a string."""
    room = _room(module)
    tree = ast.parse(text)
    by_expression = [table for table in _written_by_expression(tree, tables) if _room(table) != room]
    owner = {sql_name: home for home, names in tables.items() for sql_name in names.values()}
    by_sql = [
        f"{owner[name]}.{name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for name in SQL_WRITES.findall(node.value)
        if name in owner and _room(owner[name]) != room
    ]
    return by_expression + by_sql


def imports_inside_functions(text: str) -> list[int]:
    return sorted(
        {
            inner.lineno
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for inner in ast.walk(node)
            if isinstance(inner, ast.Import | ast.ImportFrom)
        }
    )


def asserts_that_decide(text: str) -> list[int]:
    """Lines of `assert`s that do more than narrow a type: `python -O` drops them, and a check of who asks with them."""
    asserts = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Assert))
    return [one.lineno for one in asserts if not re.fullmatch(r"\w+ is not None|isinstance\(.*\)", ast.unparse(one.test))]


def class_names_that_say_nothing(text: str) -> list[str]:
    names = [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]
    return [name for name in names if name.endswith(FORBIDDEN_SUFFIXES) or re.match(r"_*Base([A-Z]|$)", name)]


def _written_by_expression(tree: ast.Module, tables: Tables) -> Iterator[str]:
    names = _imported_names(tree)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if not WRITES.search(_last_name(call.func)):
            continue
        written = [*call.args[:1], *([call.func.value] if isinstance(call.func, ast.Attribute) else [])]
        for full_name in (_full_name(one, names) for one in written):
            module, _, table = full_name.rpartition(".")
            if table in tables.get(module, {}):
                yield full_name


def _imported_names(tree: ast.Module) -> dict[str, str]:
    """The full name of each imported name."""
    names = {}
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=aliases):
                names |= {one.asname or one.name: f"{module}.{one.name}" for one in aliases}
            case ast.Import(names=aliases):
                names |= {one.asname: one.name for one in aliases if one.asname}
    return names


def _full_name(node: ast.expr, names: dict[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return names.get(name, name)
        case ast.Attribute(value=value, attr=attribute):
            return f"{_full_name(value, names)}.{attribute}"
        case _:
            return ""


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _room(module: str) -> str:
    return ".".join(module.split(".")[:2])


TABLES = tables_in(MODULES)


@pytest.mark.parametrize("module", sorted(name for name in MODULES if ".migrations.versions." not in name))
def test_a_room_writes_only_its_own_tables(module):
    """Migrations are not checked: they change the tables of all rooms."""
    assert foreign_writes(module, MODULES[module], TABLES) == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_are_at_the_top_of_a_file(module):
    assert imports_inside_functions(MODULES[module]) == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_an_assert_only_narrows_a_type(module):
    assert asserts_that_decide(MODULES[module]) == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_class_names_say_what_a_thing_is(module):
    assert class_names_that_say_nothing(MODULES[module]) == []


@pytest.mark.parametrize(
    "text",
    [
        "from sqlalchemy import insert\nfrom gazouillis.graph.tables import follows\ninsert(follows).values(a=1)",
        "from sqlalchemy import insert\nfrom gazouillis.graph.tables import follows as edges\ninsert(edges)",
        "import sqlalchemy as sa\nfrom gazouillis.graph import tables\nsa.update(tables.follows)",
        "from gazouillis.graph import tables\ntables.follows.delete()",
        "import gazouillis.graph.tables\nupsert(gazouillis.graph.tables.follows, rows)",
        "from gazouillis.graph.tables import follows\nawait tx.run(insert_or_ignore(follows, rows))",
        "sql = 'INSERT OR IGNORE INTO follows VALUES (1, 2)'",
        "sql = 'delete from follow_edges'",
    ],
)
def test_a_write_to_the_table_of_another_room_is_detected(text):
    tables = {"gazouillis.graph.tables": {"follows": "follows", "edges": "follow_edges"}}

    assert len(foreign_writes("gazouillis.statuses.publish", text, tables)) == 1
    assert foreign_writes("gazouillis.graph.follow", text, tables) == []


def test_reading_the_table_of_another_room_is_allowed():
    text = "from gazouillis.graph.tables import follows\nselect(follows).where(follows.c.follower_id == 1)"

    assert foreign_writes("gazouillis.statuses.queries", text, {"gazouillis.graph.tables": {"follows": "follows"}}) == []


def test_tables_are_found_under_both_their_names():
    modules = {"gazouillis.graph.tables": "import sqlalchemy as sa\nfollows = sa.Table('follow_edges', metadata)\nlimit = 3"}

    assert tables_in(modules) == {"gazouillis.graph.tables": {"follows": "follow_edges"}}


def test_an_import_inside_a_function_is_detected_but_one_for_types_is_allowed():
    assert imports_inside_functions("async def f():\n    if x:\n        import json") == [3]
    assert imports_inside_functions("if TYPE_CHECKING:\n    import json") == []


def test_an_assert_that_checks_who_asks_is_detected():
    assert asserts_that_decide("assert user is not None\nassert context.administrator\nassert allowed(user) is not None") == [2, 3]


def test_empty_words_in_class_names_are_detected():
    text = "class BaseStatus: ...\nclass StatusManager: ...\nclass FollowInfo: ...\nclass Baseline: ...\nclass Status: ..."

    assert class_names_that_say_nothing(text) == ["BaseStatus", "StatusManager", "FollowInfo"]
