import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazouillis.timelines.rings import Rings

READERS = range(1, 9)


@given(st.sets(st.sampled_from(READERS)), st.sets(st.integers(1, 20)))
def test_the_readers_with_an_open_stream_are_found_whichever_set_is_smaller(placed, streaming):
    """Some with an open stream have no home in memory, some have lost their slot to others."""
    rings = Rings(len(READERS), 4)
    rings.allocate(99)
    slots = {one: rings.allocate(one) for one in READERS}

    found = rings.owners_among(np.array([slots[one] for one in placed], np.int64), streaming)

    assert sorted(found) == sorted(placed & streaming)


@pytest.mark.parametrize("streaming", [set(), {2}])
def test_a_status_placed_for_nobody_reaches_no_stream(streaming):
    rings = Rings(2, 4)
    rings.allocate(2)

    assert rings.owners_among(np.empty(0, np.int64), streaming) == []


def test_a_status_placed_for_nobody_counts_as_no_change():
    """So cached responses that depend on these rows stay valid."""
    rings = Rings(2, 4)
    slot = rings.allocate(2)
    rings.place(7, np.array([slot]))
    before = rings.changes

    rings.place(9, np.empty(0, np.int64))

    assert rings.changes == before
    assert rings.newest(slot, 4) == [7]
