"""Days in common, against a count of the hours in which both are there, over clock changes and on both sides of the date line."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gazouillis.encounters.visits.rules import days_in_common, is_missed_by_a_day
from gazouillis.places.days import begins, is_over_at, today

ZONES = ("Europe/Paris", "America/Havana", "Africa/Cairo", "Pacific/Apia", "Pacific/Pago_Pago", "Pacific/Kiritimati", "Australia/Lord_Howe")
NEAR_A_CLOCK_CHANGE = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 24), date(2026, 12, 31)]
SPANS = st.builds(
    lambda middle, before, length: (middle + timedelta(days=before), middle + timedelta(days=before + length)),
    st.sampled_from(NEAR_A_CLOCK_CHANGE),
    st.integers(-4, 4),
    st.integers(0, 5),
)


def days_by_the_hour(span: tuple[date, date], zone: str) -> set[date]:
    """The days of the place at each half hour of a stay."""
    moment, end, found = begins(span[0], zone), is_over_at(span[1], zone), set()
    while moment < end:
        found.add(today(moment, zone))
        moment += timedelta(minutes=30)
    return found


@given(SPANS, SPANS, st.sampled_from(ZONES))
def test_days_in_common_are_those_in_which_both_are_there(mine, theirs, zone):
    both = days_by_the_hour(mine, zone) & days_by_the_hour(theirs, zone)
    found = days_in_common(mine, theirs)

    assert ({found.first, found.last} if found else set()) == ({min(both), max(both)} if both else set())
    assert found == days_in_common(theirs, mine)


@given(SPANS, SPANS, st.sampled_from(ZONES))
def test_they_miss_each_other_by_a_day_when_one_leaves_as_the_other_comes(mine, theirs, zone):
    ends_as_the_other_begins = is_over_at(mine[1], zone) == begins(theirs[0], zone) or is_over_at(theirs[1], zone) == begins(mine[0], zone)

    assert is_missed_by_a_day(mine, theirs) == ends_as_the_other_begins
    assert not (days_in_common(mine, theirs) and is_missed_by_a_day(mine, theirs))
