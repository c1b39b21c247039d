from __future__ import annotations

import pytest

from gazouillis.infra.basics.ids import LARGEST_ID, id_or_none


@pytest.mark.parametrize(("text", "expected"), [("0", 0), ("12", 12), ("0012", 12), (str(LARGEST_ID), LARGEST_ID)])
def test_digits_are_an_id(text, expected):
    assert id_or_none(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", "1.0", "1e3", "1_000", " 1", "1\n", "٣", "²", "\ud800", "\0", str(LARGEST_ID + 1), str(2**64), "9" * 30, "9" * 10_000],
)
def test_anything_else_is_none(text):
    assert id_or_none(text) is None
