import pytest

from gazouillis.infra.memory import MOST_RECENT, Memory, Shelf

THINGS: Shelf[str, str] = Shelf("things", 100_000)


def test_what_was_forgotten_while_it_was_asked_for_is_not_kept():
    kept = Memory().of(THINGS)
    asked_at = kept.tick

    kept.forget("a")

    assert not kept.put("a", "as it was", asked_at)
    assert kept.get("a") is None


def test_what_made_others_forget_is_kept_as_it_left_it():
    kept = Memory().of(THINGS)
    written_at = kept.tick

    kept.forget("a", "my post")

    assert kept.put("a", "after my post", written_at, cause="my post")
    assert kept.get("a") == "after my post"


@pytest.mark.parametrize("causes", [("my post", "another's"), ("another's", "my post"), ("my post", "my post")], ids="-then-".join)
def test_what_changed_more_than_once_is_not_kept(causes):
    """Before or after: what made others forget was counted on from something older, or is older itself."""
    kept = Memory().of(THINGS)
    written_at = kept.tick

    for cause in causes:
        kept.forget("a", cause)

    assert not kept.put("a", "after my post", written_at, cause="my post")


def test_nothing_is_kept_without_a_cause_because_it_was_forgotten_without_one():
    kept = Memory().of(THINGS)
    written_at = kept.tick

    kept.forget("a")

    assert not kept.put("a", "stale", written_at, cause=None)


def test_what_was_forgotten_long_ago_is_no_longer_known_by_name_and_not_kept_either():
    kept = Memory().of(THINGS)
    written_at = kept.tick

    for number in range(MOST_RECENT + 1):
        kept.forget(str(number), number)

    assert not kept.put("0", "stale", written_at, cause=0)
