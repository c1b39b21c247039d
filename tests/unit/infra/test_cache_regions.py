import pytest

from gazouillis.infra.cache.regions import MOST_INVALIDATED, CacheRegion, ProcessCache

REGION: CacheRegion[str, str] = CacheRegion("examples", 100_000)


def test_a_value_invalidated_while_it_was_loaded_is_not_cached():
    lru = ProcessCache().region(REGION)
    loaded_at = lru.generation

    lru.invalidate("a")

    assert not lru.put("a", "stale", loaded_at)
    assert lru.get("a") is None


def test_a_value_that_includes_its_invalidating_event_is_cached():
    lru = ProcessCache().region(REGION)
    written_at = lru.generation

    lru.invalidate("a", "my post")

    assert lru.put("a", "after my post", written_at, cause="my post")
    assert lru.get("a") == "after my post"


@pytest.mark.parametrize("causes", [("my post", "another's"), ("another's", "my post"), ("my post", "my post")], ids="-then-".join)
def test_a_value_invalidated_more_than_once_is_not_cached(causes):
    """In either order: the value lacks the other event, or was computed from a value that lacked it."""
    lru = ProcessCache().region(REGION)
    written_at = lru.generation

    for cause in causes:
        lru.invalidate("a", cause)

    assert not lru.put("a", "after my post", written_at, cause="my post")


def test_two_missing_causes_do_not_count_as_the_same_cause():
    lru = ProcessCache().region(REGION)
    written_at = lru.generation

    lru.invalidate("a")

    assert not lru.put("a", "stale", written_at, cause=None)


def test_a_value_is_refused_when_too_many_keys_were_invalidated_to_remember_them():
    lru = ProcessCache().region(REGION)
    written_at = lru.generation

    for number in range(MOST_INVALIDATED + 1):
        lru.invalidate(str(number), number)

    assert not lru.put("0", "stale", written_at, cause=0)
