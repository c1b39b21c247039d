import pytest

from gazouillis.infra.cache.regions import MOST_INVALIDATED, CacheRegion, ProcessCache

THINGS: CacheRegion[str, str] = CacheRegion("things", 100_000)


def test_what_was_forgotten_while_it_was_asked_for_is_not_kept():
    kept = ProcessCache().region(THINGS)
    asked_at = kept.generation

    kept.invalidate("a")

    assert not kept.put("a", "as it was", asked_at)
    assert kept.get("a") is None


def test_what_made_others_forget_is_kept_as_it_left_it():
    kept = ProcessCache().region(THINGS)
    written_at = kept.generation

    kept.invalidate("a", "my post")

    assert kept.put("a", "after my post", written_at, cause="my post")
    assert kept.get("a") == "after my post"


@pytest.mark.parametrize("causes", [("my post", "another's"), ("another's", "my post"), ("my post", "my post")], ids="-then-".join)
def test_what_changed_more_than_once_is_not_kept(causes):
    """Before or after: what made others forget was counted on from something older, or is older itself."""
    kept = ProcessCache().region(THINGS)
    written_at = kept.generation

    for cause in causes:
        kept.invalidate("a", cause)

    assert not kept.put("a", "after my post", written_at, cause="my post")


def test_nothing_is_kept_without_a_cause_because_it_was_forgotten_without_one():
    kept = ProcessCache().region(THINGS)
    written_at = kept.generation

    kept.invalidate("a")

    assert not kept.put("a", "stale", written_at, cause=None)


def test_what_was_forgotten_long_ago_is_no_longer_known_by_name_and_not_kept_either():
    kept = ProcessCache().region(THINGS)
    written_at = kept.generation

    for number in range(MOST_INVALIDATED + 1):
        kept.invalidate(str(number), number)

    assert not kept.put("0", "stale", written_at, cause=0)
