"""How large a frame is that shows a status: never too low for what it holds, and never larger than there is room."""

import pytest

from gazouillis.encounters.reach.embed import TALLEST, frame_size
from tests.support.sample import MARIE, status

SHORT, LONG = status(MARIE, 5, "Bonjour !"), status(MARIE, 5, "Une phrase de plus. " * 40)


def height(view, width=400):
    return frame_size(view, width).height


def test_more_words_and_a_narrower_frame_make_it_higher():
    assert height(SHORT) < height(LONG) < height(LONG, 200)
    assert height(LONG, 600) == height(LONG, 340), "a phone shows the frame narrower"


def test_a_closed_warning_needs_no_room_for_what_is_behind_it():
    closed = status(MARIE, 5, "Une phrase de plus. " * 40, spoiler_text="un film")

    assert height(closed) < height(LONG)


@pytest.mark.parametrize("width", [1, 7, 400, 10**9])
def test_it_keeps_to_the_room_there_is(width):
    size = frame_size(status(MARIE, 5, "a\n" * 5_000), width, 10**9)

    assert size.width == min(width, 600)
    assert size.height == TALLEST
    assert frame_size(SHORT, width, 50).height == 50
