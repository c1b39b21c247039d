"""Prints the lengths of functions and files beside the lengths we aim at. It never fails: a long function is worth a look, not an error."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parent.parent
WORST = 5
MOST_PARAMETERS = 5


def main() -> None:
    files = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "src").rglob("*.py"))}
    functions = [(path, node) for path, text in files.items() for node in _functions(text)]
    _print("function", [(_length(node), f"{_from_root(path)}:{node.lineno} {node.name}") for path, node in functions], "8, 40, 60")
    _print("file", [(len(text.splitlines()), _from_root(path)) for path, text in files.items() if text], "120, 350, 500")
    _print_crowded(functions)
    tests = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "tests").rglob("*.py"))
    source = sum(len(text.splitlines()) for text in files.values())
    print(f"tests: {tests / max(source, 1):.2f} lines for each of {source} source lines (aim: 1.0 to 1.6)")


def _functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _from_root(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _print(thing: str, lengths: list[tuple[int, str]], aim: str) -> None:
    if len(lengths) < 2:
        return
    numbers = [length for length, _ in lengths]
    high = round(quantiles(numbers, n=20, method="inclusive")[-1])
    print(f"{thing}: {len(numbers)}; lines: median {round(median(numbers))}, 95th percentile {high}, longest {max(numbers)} (aim: {aim})")
    for length, where in sorted(lengths, reverse=True)[:WORST]:
        print(f"  {length:4}  {where}")


def _print_crowded(functions: list[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]) -> None:
    for path, node in functions:
        count = len(node.args.posonlyargs + node.args.args + node.args.kwonlyargs)
        if count > MOST_PARAMETERS + (node.args.args[:1] != [] and node.args.args[0].arg == "self"):
            print(f"  {count:4} parameters  {_from_root(path)}:{node.lineno} {node.name}")


if __name__ == "__main__":
    main()
