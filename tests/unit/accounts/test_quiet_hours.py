"""From when to when somebody is not disturbed: over midnight, in their own time zone, and on the days when the clocks change."""

from datetime import UTC, datetime, timedelta

import pytest

from gazouillis.accounts.quiet_hours import QuietHours, changes_at, is_quiet, parse
from gazouillis.infra.basics.errors import Invalid

NIGHT = QuietHours(22 * 60, 7 * 60, "Europe/Paris")
NOON = QuietHours(12 * 60, 14 * 60, "America/New_York")


def _at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "quiet"),
    [
        (NIGHT, "2026-01-10T20:59", False),
        (NIGHT, "2026-01-10T21:00", True),
        (NIGHT, "2026-01-11T00:30", True),
        (NIGHT, "2026-01-11T05:59", True),
        (NIGHT, "2026-01-11T06:00", False),
        (NIGHT, "2026-07-10T19:59", False),
        (NIGHT, "2026-07-10T20:00", True),
        (NIGHT, "2026-07-11T05:00", False),
        (NOON, "2026-01-10T16:59", False),
        (NOON, "2026-01-10T17:00", True),
        (NOON, "2026-01-10T19:00", False),
        (None, "2026-01-10T17:00", False),
    ],
)
def test_hours_are_those_of_the_wall_clock_of_the_person(hours, moment, quiet):
    assert is_quiet(hours, _at(moment)) is quiet


@pytest.mark.parametrize(("begins", "ends"), [("2026-03-28T21:00", "2026-03-29T05:00"), ("2026-10-24T20:00", "2026-10-25T06:00")])
def test_the_night_in_which_the_clocks_change_ends_at_seven(begins, ends):
    """It is an hour shorter in spring, and an hour longer in autumn."""
    moment, quiet = _at(begins) - timedelta(hours=2), []
    while moment < _at(ends) + timedelta(hours=2):
        if is_quiet(NIGHT, moment):
            quiet.append(moment)
        moment += timedelta(minutes=15)

    assert (quiet[0], quiet[-1] + timedelta(minutes=15)) == (_at(begins), _at(ends))


@pytest.mark.parametrize("hours", [NIGHT, NOON, QuietHours(2 * 60 + 30, 3 * 60 + 30, "Europe/Paris")])
def test_the_next_change_is_the_first_moment_that_differs(hours):
    moment = _at("2026-03-27T00:00")
    while moment < _at("2026-04-01T00:00"):
        following = changes_at(hours, moment)
        assert moment < following <= moment + timedelta(hours=25)
        assert is_quiet(hours, following - timedelta(seconds=1)) == is_quiet(hours, moment)
        moment += timedelta(minutes=37)


@pytest.mark.parametrize(
    ("start", "end", "zone", "field"),
    [
        ("22:00", "", "Europe/Paris", "quiet_to"),
        ("", "07:00", "Europe/Paris", "quiet_from"),
        ("24:00", "07:00", "Europe/Paris", "quiet_from"),
        ("2:00", "07:00", "Europe/Paris", "quiet_from"),
        ("22:00", "22:00", "Europe/Paris", "quiet_to"),
        ("22:00", "07:00", "", "time_zone"),
        ("22:00", "07:00", "../../etc/passwd", "time_zone"),
        ("22:00", "07:00", "Europe/Atlantis", "time_zone"),
        ("22:00\n", "07:00", "Europe/Paris", "quiet_from"),
        ("٢٢:٠٠", "07:00", "Europe/Paris", "quiet_from"),
    ],
)
def test_bad_hours_are_refused_with_their_field(start, end, zone, field):
    with pytest.raises(Invalid) as refused:
        parse(start, end, zone)
    assert refused.value.field == field


def test_no_times_are_no_quiet_hours():
    assert parse("", "", "Europe/Paris") is None
    assert parse("22:00", "07:00", "Europe/Paris") == NIGHT
