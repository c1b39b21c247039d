"""A short run of fuzzing. `just fuzz` takes ten minutes and also judges latencies and memory."""

import msgspec
import pytest

from tests.contract.fuzz import api
from tests.contract.fuzz import pages as page_requests
from tests.contract.fuzz.report import Report
from tests.contract.fuzz.run import fuzz
from tests.contract.server_process import run_server

FAST, LONG = (3.0, 51, 1), (15.0, 101, 21)
"""Seconds of fuzzing; how many requests must have succeeded by then, and how many pages the readers must have read."""
GOOD = Report(pages=[0.01] * 1000, slowest=0.5, memory=[100] * 100, seconds=600.0)


@pytest.mark.parametrize(("seconds", "least", "pages"), [FAST, pytest.param(*LONG, marks=pytest.mark.thorough)])
async def test_no_request_breaks_the_server(tmp_path, seconds, least, pages):
    with run_server(tmp_path / "data") as server:
        report = await fuzz(server, seconds, seed=140, least=least)

    assert report.faults == []
    assert report.log.count("Traceback") == 0
    assert report.answers[200] >= least
    assert set(report.kinds) == {"api", "pages", "raw", "sockets"}
    assert len(report.pages) >= pages


def test_every_path_is_fuzzed():
    assert len(api.operations()) > 90
    assert len(page_requests.operations()) > 50


def test_a_run_without_faults_is_good():
    assert GOOD.is_good


@pytest.mark.parametrize(
    "fault",
    [
        {"faults": ["500"]},
        {"slowest": 2.1},
        {"pages": [0.01] * 980 + [0.2] * 20},
        {"pages": []},
        {"failed_reads": ["/: 503"]},
        {"memory": [100] * 70 + [115] * 30},
        {"log": "Traceback (most recent call last):"},
    ],
)
def test_a_run_with_a_fault_is_bad(fault):
    assert not msgspec.structs.replace(GOOD, **fault).is_good


def test_memory_may_grow_while_caches_fill():
    assert msgspec.structs.replace(GOOD, memory=[100] * 70 + [115] * 30, seconds=60.0).is_good
