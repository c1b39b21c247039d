import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazouillis.timelines.rings import Rings

READERS = range(1, 9)


@given(st.sets(st.sampled_from(READERS)), st.sets(st.integers(1, 20)))
def test_of_some_readers_those_who_watch_are_found_whichever_are_fewer(told, watching):
    """Some who watch have no home in memory, some lost their slot to others."""
    rings = Rings(len(READERS), 4)
    rings.take(99)
    slots = {one: rings.take(one) for one in READERS}

    found = rings.owners_among(np.array([slots[one] for one in told], np.int64), watching)

    assert sorted(found) == sorted(told & watching)


@pytest.mark.parametrize("watching", [set(), {2}])
def test_of_nobody_nobody_watches(watching):
    rings = Rings(2, 4)
    rings.take(2)

    assert rings.owners_among(np.empty(0, np.int64), watching) == []


def test_what_is_placed_for_nobody_changes_no_page():
    """Answers that stand on these rows may be given again."""
    rings = Rings(2, 4)
    slot = rings.take(2)
    rings.place(7, np.array([slot]))
    before = rings.changes

    rings.place(9, np.empty(0, np.int64))

    assert rings.changes == before
    assert rings.newest(slot, 4) == [7]
