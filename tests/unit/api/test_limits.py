from __future__ import annotations

import pytest

from gazouillis.api.limits import _matching


@pytest.mark.parametrize(
    ("request_line", "rule"),
    [
        ("GET /api/gazouillis/v1/accounts/123/paths", "searches"),
        ("GET /api/gazouillis/v1/places", "searches"),
        ("GET /api/v2/search", "searches"),
        ("GET /api/v1/accounts/search", "searches"),
        ("POST /api/gazouillis/v1/statuses/123/thanks", "publish"),
        ("POST /api/v1/statuses", "publish"),
        ("DELETE /api/v1/statuses/123", "remove"),
        ("POST /api/v2/media", "media"),
    ],
)
def test_a_request_counts_against_the_limit_of_its_kind_too(request_line, rule):
    assert [one.name for one in _matching(request_line)] == ["all", rule]
