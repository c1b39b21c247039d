"""Documents and code agree: links, file names, settings, dependencies, rooms and decision records."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from gazouillis.infra.settings import Settings
from tests.e2e.screenshots import SHOTS, SIZES

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "bench/README.md"])
DECISIONS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
CURRENT = sorted({*DOCUMENTS} - {*DECISIONS, ROOT / "CHANGELOG.md"})
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = [re.split(r"[\[<>=;~! ]", wanted)[0] for wanted in PROJECT["project"]["dependencies"]]
ROOTS = [ROOT / place for place in ("", "src/gazouillis", "src/gazouillis/web")]
ROOMS = sorted(path.parent.name for path in (ROOT / "src/gazouillis").glob("*/__init__.py"))


def _read(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _prose(path: Path) -> str:
    return re.sub(r"^```.*?^```", "", _read(path), flags=re.DOTALL | re.MULTILINE)


def _anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", _prose(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _broken_links(document: Path, links: list[str]) -> list[str]:
    broken = []
    for link in links:
        target, _, anchor = link.partition("#")
        there = (document.parent / target).resolve() if target else document
        if not there.exists() or (anchor and anchor not in _anchors(there)):
            broken.append(link)
    return broken


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_has_a_target(document):
    links = re.findall(r"(?<!!)\[[^\]]*\]\((?!https?:|mailto:)([^)\s]+)\)", _prose(document))

    assert _broken_links(document, links) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_picture_exists(document):
    pictures = re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", _prose(document))

    assert _broken_links(document, pictures) == []


def test_every_screenshot_is_one_that_the_command_takes():
    light = {f"{name}-{size}.webp" for name in SHOTS for size in SIZES}
    dark = {f"{name}-{size}-dark.webp" for name, shot in SHOTS.items() if shot.dark for size in SIZES}

    assert {path.name for path in (ROOT / "docs/screenshots").iterdir()} - light - dark == set()


@pytest.mark.parametrize("document", CURRENT, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_a_document_names_exists(document):
    named = re.findall(r"`([\w.]+/[\w./]+\.(?:py|js|css|html))`", _read(document))

    assert [one for one in named if not any((root / one).exists() for root in ROOTS)] == []


def test_the_modules_to_search_for_say_their_word():
    rows = re.findall(r"^\| ([\w /-]+) \| `([\w./]+\.py)`:", _read("ARCHITECTURE.md"), flags=re.MULTILINE)
    docstrings = {word: str(ast.get_docstring(ast.parse(_read(f"src/gazouillis/{path}")))) for word, path in rows}

    assert len(rows) > 10
    assert [word for word, docstring in docstrings.items() if word.lower() not in " ".join(docstring.lower().split())] == []


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_every_runtime_dependency_has_its_reason(name):
    records = "\n".join(_read(path) for path in DECISIONS).lower()

    assert re.search(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", records)


@pytest.mark.parametrize("record", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_gives_context_choice_cost_and_when_to_revisit(record):
    assert re.findall(r"^\*\*(Context|Choice|Cost|Revisit)\b", _read(record), flags=re.MULTILINE) == [
        "Context",
        "Choice",
        "Cost",
        "Revisit",
    ]


def test_each_decision_has_a_number_of_its_own_and_is_listed():
    index = _read("docs/decisions/README.md")
    numbers = [path.name[:4] for path in DECISIONS]

    assert sorted(set(numbers)) == numbers
    assert [path.name for path in DECISIONS if f"({path.name})" not in index] == []


def test_the_handbook_names_every_setting_and_no_other():
    documented = re.findall(r"^\| `(\w+)` \|", _read("docs/handbook/settings.md"), flags=re.MULTILINE)

    assert sorted(documented) == sorted(Settings.__struct_fields__)


@pytest.mark.parametrize("room", ROOMS)
def test_the_architecture_names_every_room(room):
    assert f"`{room}/`" in _read("ARCHITECTURE.md")


def test_package_lock_names_no_host_to_fetch_from():
    """Where to fund a package is no such host."""
    lock = re.sub(r'"funding": \{[^}]*\}', "", _read("package-lock.json"))

    assert "://" not in lock


def test_the_readme_names_just_check_once():
    commands = [line for line in _read("README.md").splitlines() if line.endswith("just check")]

    assert len(commands) == 1
