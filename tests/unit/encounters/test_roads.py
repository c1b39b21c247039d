"""The road that a request names (`via`): anybody can write anything there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazouillis.encounters.reach.models import Road, Via
from gazouillis.encounters.reach.rules import parse, written

ROADS = st.one_of(
    st.builds(Via),
    st.sampled_from([Road.TRACK, Road.TOWN, Road.SHELF, Road.FF, Road.LINK, Road.BLOG]).map(Via),
    st.integers(1, 2**62).map(lambda one: Via(Road.REBLOG, one)),
)


@given(ROADS, st.none() | st.integers(1, 2**62))
def test_what_is_written_is_read_back(road, status_id):
    via = Via(road.road, road.reblogger_id, status_id)

    assert parse(written(via)) == via


@pytest.mark.parametrize("hostile", ["status:1," * 7_000, "reblog:" * 7_000, "," * 60_000, "status:" + "9" * 60_000])
def test_a_long_road_is_refused_quickly(hostile):
    assert parse(hostile).road is None


@given(st.text(st.sampled_from("status:reblog,track0123456789٣"), max_size=60))
def test_any_text_is_read(text):
    via = parse(text)

    assert parse(written(via)) == via
