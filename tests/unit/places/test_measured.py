"""How well places and dates are found: on sentences that the finder was not tuned on. `just places` prints the figures."""

import pytest

from tests.support.places import figures, sentences


@pytest.mark.parametrize("half", ["tuned", "measured"])
def test_each_half_has_at_least_a_hundred_sentences_with_a_place_and_a_hundred_without(half):
    with_place = sum(bool(one.places) for one in sentences(half))

    assert min(with_place, len(sentences(half)) - with_place) >= 100


def test_no_sentence_is_in_both_halves():
    assert {one.text for one in sentences("tuned")} & {one.text for one in sentences("measured")} == set()


@pytest.mark.parametrize("half", ["tuned", "measured"])
def test_places_and_dates_are_found_and_none_where_there_is_none(half):
    got = figures(half)

    assert got.wrong == []
    assert got.precision >= 0.95
    assert got.f1 >= 0.95
    assert got.dates >= 0.9
