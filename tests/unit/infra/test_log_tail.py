from datetime import UTC, datetime

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.log_tail import MOST, LogTail, Position

NOW = datetime(2026, 7, 14, tzinfo=UTC)


class Knocked(Event, frozen=True):
    """An event for these tests."""

    times: int


def log_tail(*commits):
    """Each commit: the id of its last event, and how many events it has."""
    tail = LogTail()
    for last_id, size in commits:
        tail.add([(Knocked(number), NOW) for number in range(last_id - size + 1, last_id + 1)], last_id)
    return tail


def ids_after(tail, after, limit=200):
    found = tail.after(Position(0, after), limit)
    assert [one.event.times for one in found] == [one.position.event_id for one in found]
    return [one.position.event_id for one in found]


def test_a_fresh_log_tail_is_empty():
    assert ids_after(LogTail(), 0) == []


def test_the_events_after_a_position_come_in_order():
    tail = log_tail((3, 3), (5, 2))

    assert ids_after(tail, 0) == [1, 2, 3, 4, 5]
    assert ids_after(tail, 3) == [4, 5]
    assert ids_after(tail, 0, limit=2) == [1, 2]


def test_there_is_nothing_after_the_last_event():
    assert ids_after(log_tail((3, 3)), 3) == []
    assert ids_after(log_tail((3, 3)), 7) == []


def test_a_follower_that_is_further_behind_must_read_the_log():
    assert ids_after(log_tail((9, 2)), 6) == []
    assert ids_after(log_tail((9, 2)), 7) == [8, 9]


def test_a_gap_left_by_another_process_drops_the_events_before_it():
    tail = log_tail((3, 3), (6, 2))

    assert ids_after(tail, 3) == []
    assert ids_after(tail, 4) == [5, 6]


def test_only_the_newest_events_are_remembered():
    tail = log_tail((2 * MOST, 2 * MOST), (2 * MOST + 2, 2))

    assert ids_after(tail, MOST + 1) == []
    assert ids_after(tail, MOST + 2, limit=1) == [MOST + 3]
