from datetime import UTC, datetime

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.log_tail import MOST, LogTail, Position

NOW = datetime(2026, 7, 14, tzinfo=UTC)


class Knocked(Event, frozen=True):
    """A knock, for these tests."""

    times: int


def recent(*commits):
    """Each of them the number of its last event, and how many it has."""
    known = LogTail()
    for last_id, size in commits:
        known.add([(Knocked(number), NOW) for number in range(last_id - size + 1, last_id + 1)], last_id)
    return known


def told(known, after, limit=200):
    found = known.after(Position(0, after), limit)
    assert [one.event.times for one in found] == [one.position.event_id for one in found]
    return [one.position.event_id for one in found]


def test_nothing_is_known_at_first():
    assert told(LogTail(), 0) == []


def test_what_follows_a_place_is_told_in_order():
    known = recent((3, 3), (5, 2))

    assert told(known, 0) == [1, 2, 3, 4, 5]
    assert told(known, 3) == [4, 5]
    assert told(known, 0, limit=2) == [1, 2]


def test_who_has_read_all_of_it_is_told_nothing():
    assert told(recent((3, 3)), 3) == []
    assert told(recent((3, 3)), 7) == []


def test_who_has_not_read_what_comes_before_is_told_nothing():
    assert told(recent((9, 2)), 6) == []
    assert told(recent((9, 2)), 7) == [8, 9]


def test_what_others_wrote_in_between_ends_the_row():
    known = recent((3, 3), (6, 2))

    assert told(known, 3) == []
    assert told(known, 4) == [5, 6]


def test_only_the_end_of_a_long_row_is_known():
    known = recent((2 * MOST, 2 * MOST), (2 * MOST + 2, 2))

    assert told(known, MOST + 1) == []
    assert told(known, MOST + 2, limit=1) == [MOST + 3]
