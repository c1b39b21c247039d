from __future__ import annotations

from math import cos, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gazouillis.media.processing import pixels

sides = st.integers(20, 5000)


@given(sides, sides, st.floats(-45, 45))
def test_the_rectangle_lies_within_the_turned_picture(width, height, angle):
    """Each of its corners, turned back, is inside the picture as it was."""
    found_width, found_height = pixels.largest_rectangle(width, height, angle)
    turn = radians(angle)
    for x, y in ((found_width / 2, found_height / 2), (found_width / 2, -found_height / 2)):
        assert abs(x * cos(turn) + y * sin(turn)) <= width / 2 + 1
        assert abs(y * cos(turn) - x * sin(turn)) <= height / 2 + 1


@given(st.integers(200, 5000), st.integers(200, 5000), st.floats(-45, 45), st.floats(0.1, 10))
def test_no_rectangle_of_another_shape_is_larger(width, height, angle, shape):
    found_width, found_height = pixels.largest_rectangle(width, height, angle)
    turn = abs(radians(angle))
    other_height = min(width / (shape * cos(turn) + sin(turn)), height / (shape * sin(turn) + cos(turn)))

    assert shape * other_height * other_height <= (found_width + pixels.SEAM + 1) * (found_height + pixels.SEAM + 1) * 1.0001


@given(st.integers(1, 60_000), st.integers(1, 60_000), st.integers(1000, 10_000_000))
def test_a_scaled_size_is_within_its_limit(width, height, most):
    scaled_width, scaled_height = pixels.size_within(width, height, most)

    assert 1 <= scaled_width <= min(width, pixels.LONGEST_SIDE)
    assert 1 <= scaled_height <= min(height, pixels.LONGEST_SIDE)
    assert scaled_width * scaled_height <= most or 1 in {scaled_width, scaled_height}


@pytest.mark.parametrize("size", [(100, 50), (101, 51), (1, 1), (1, 8)])
def test_sides_become_even_and_never_nothing(size):
    width, height = pixels.even(*size)

    assert width % 2 == height % 2 == 0
    assert width >= 2 <= height


def test_transparent_pixels_are_white():
    assert pixels.on_white(Image.new("RGBA", (1, 1), (9, 9, 9, 0))).getpixel((0, 0)) == (255, 255, 255)
