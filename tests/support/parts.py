"""The two parts of the tests: `just check` runs the first, `just check-all` the second. Without `--part` all tests run."""

from __future__ import annotations

import pytest

FIRST, SECOND = "first", "second"
TESTS_OF_SQL = ("contract/ports/", "integration/search/", "integration/timelines/", "integration/durability/outages/")
"""Under tests/: the tests that concern SQL most. `just check` runs these on both databases and the rest on SQLite only."""

TESTS_ABOVE_SQL = (
    "integration/api/test_bind.py",
    "integration/api/test_caller.py",
    "integration/api/test_limits.py",
    "integration/api/v1/test_browser_apps.py",
    "integration/api/v1/test_instance.py",
    "integration/api/v1/test_mention_rules.py",
    "integration/api/v1/test_metrics.py",
    "integration/api/v1/test_statuses.py",
    "integration/media/test_straightening.py",
    "integration/places/test_gazetteer.py",
    "integration/places/test_proposed_stays.py",
    "integration/stories/test_files_of_phones.py",
    "integration/stories/test_our_own_name.py",
    "integration/streaming/test_authorization.py",
    "integration/web/test_account_cards.py",
    "integration/web/test_addresses.py",
    "integration/web/test_adjusting_without_a_script.py",
    "integration/web/test_confirmations.py",
    "integration/web/test_cookies.py",
    "integration/web/test_csrf.py",
    "integration/web/test_display.py",
    "integration/web/test_files.py",
    "integration/web/test_habits_of_2009.py",
    "integration/web/test_head.py",
    "integration/web/test_headers.py",
    "integration/web/test_interactions.py",
    "integration/web/test_invisible_text.py",
    "integration/web/test_language.py",
    "integration/web/test_link_cards.py",
    "integration/web/test_media_files.py",
    "integration/web/test_no_mail.py",
    "integration/web/test_offline.py",
    "integration/web/test_page_limits.py",
    "integration/web/test_passwords.py",
    "integration/web/test_pictures.py",
    "integration/web/test_places.py",
    "integration/web/test_placing.py",
    "integration/web/test_polls.py",
    "integration/web/test_proposed_stays.py",
    "integration/web/test_queries_of_messages.py",
    "integration/web/test_reach.py",
    "integration/web/test_recommendations.py",
    "integration/web/test_start.py",
    "integration/web/test_tracks.py",
    "integration/web/test_unsent_forms.py",
    "integration/web/test_writing_media.py",
)
"""Both parts run these on SQLite only: tests of other rooms run their statements on PostgreSQL, but for three of a file at most
(`statement_coverage.py`).
"""

WAITING_TESTS = ("contract/clients/", "contract/test_fuzz", "e2e/", "integration/bench/", "integration/cli/", "integration/durability/")
"""Under tests/: the tests that wait for processes of their own: browsers, servers, clients."""
NO_DATABASE = ["CannotConnectNowError", "ConnectionDoesNotExistError", "ConnectionError", "TooManyConnectionsError"]
"""Failures by which PostgreSQL, or the way to it, is at fault, and not what is tested."""

_chosen: str | None = None


def add_option(parser: pytest.Parser) -> None:
    parser.addoption("--part", choices=(FIRST, SECOND), help="first: what `just check` runs; second: what it leaves to `just check-all`")


def configure(config: pytest.Config) -> None:
    global _chosen
    _chosen = config.getoption("--part")


def examples(few: int, many: int) -> int:
    """How many examples a property test takes: few in the first part. The second runs it again (`in_both_parts`), with many."""
    return few if _chosen == FIRST else many


def select(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps the tests of the chosen part."""
    if _chosen is None:
        return
    config.hook.pytest_deselected(items=[item for item in items if _chosen not in parts_of(item)])
    items[:] = [item for item in items if _chosen in parts_of(item)]


def try_twice(items: list[pytest.Item]) -> None:
    """A test that waits for a process of its own is tried once more when it fails: on a busy machine that process may be late.

    The summary lists both tries. A test on PostgreSQL is tried again when it had no database. All others are tried once: their result
    depends on the code only.
    """
    for item in items:
        if any(f"tests/{place}" in item.nodeid for place in WAITING_TESTS):
            item.add_marker(pytest.mark.flaky(reruns=1))
        elif _is_on_postgres(item):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=NO_DATABASE))


def parts_of(item: pytest.Item) -> set[str]:
    """The second: what is marked `thorough`, and behaviour on PostgreSQL that the first part tests on SQLite. A test may be in none."""
    if _is_on_postgres(item) and _is_above_sql(item):
        return set()
    if item.get_closest_marker("thorough") or (_is_on_postgres(item) and not _is_of_sql(item)):
        return {SECOND}
    return {FIRST, SECOND} if item.get_closest_marker("in_both_parts") else {FIRST}


def _is_on_postgres(item: pytest.Item) -> bool:
    """Whether a parameter, of the test or of a fixture, is this kind of database."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return False
    return any(isinstance(one, str) and one == "postgresql" for one in item.callspec.params.values())


def _is_of_sql(item: pytest.Item) -> bool:
    return any(f"tests/{place}" in item.nodeid for place in TESTS_OF_SQL)


def _is_above_sql(item: pytest.Item) -> bool:
    return item.nodeid.partition("::")[0].removeprefix("tests/") in TESTS_ABOVE_SQL
