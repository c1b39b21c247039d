"""The simulation of the shelf reaches its targets with the ranking of the server, and draws what it prints."""

import pytest

from bench.shelf import LEAST_FACTOR, LEAST_SHARE, SEED, Behaviour, compared, simulated, table
from bench.shelf_drawing import drawn


@pytest.mark.parametrize("people", [400, pytest.param(2_000, marks=pytest.mark.thorough)])
def test_those_with_few_followers_are_answered_nearly_as_often_as_those_with_many(people):
    groups = simulated(Behaviour(people=people), SEED)

    share, factor = compared(groups)
    assert share >= LEAST_SHARE
    assert factor >= LEAST_FACTOR
    assert all(one.with_shelf >= one.without for one in groups)
    assert len([*table(groups)]) == 2 + 1 + 10
    assert drawn([(one.name, one.without, one.with_shelf) for one in groups]).count("<rect") == 1 + 2 + 2 * 11


def test_the_same_seed_gives_the_same_figures():
    behaviour = Behaviour(people=100, days=4)
    assert simulated(behaviour, 3) == simulated(behaviour, 3)
