"""A first look; `just fuzz` takes ten minutes, and judges how quick the answers were as well."""

import msgspec
import pytest

from tests.contract.fuzz import api, pages
from tests.contract.fuzz.report import Report
from tests.contract.fuzz.run import fuzz
from tests.contract.served import served

SECONDS = 15.0
GOOD = Report(pages=[0.01] * 1000, slowest=0.5, memory=[100] * 100, seconds=600.0)


async def test_no_request_breaks_the_server(tmp_path):
    with served(tmp_path / "data") as place:
        report = await fuzz(place, SECONDS, seed=140)

    assert report.faults == []
    assert report.log.count("Traceback") == 0
    assert report.answers[200] > 100
    assert set(report.kinds) == {"api", "pages", "raw", "sockets"}
    assert len(report.pages) > 20


def test_every_path_is_tried():
    assert len(api.operations()) > 90
    assert len(pages.operations()) > 50


def test_a_run_in_which_everybody_was_served_is_good():
    assert GOOD.is_good


@pytest.mark.parametrize(
    "worse",
    [
        {"faults": ["500"]},
        {"slowest": 2.1},
        {"pages": [0.01] * 980 + [0.2] * 20},
        {"pages": []},
        {"unread": ["/: 503"]},
        {"memory": [100] * 70 + [115] * 30},
        {"log": "Traceback (most recent call last):"},
    ],
)
def test_a_run_that_hurts_somebody_is_bad(worse):
    assert not msgspec.structs.replace(GOOD, **worse).is_good


def test_memory_may_grow_while_caches_fill():
    assert msgspec.structs.replace(GOOD, memory=[100] * 70 + [115] * 30, seconds=60.0).is_good
