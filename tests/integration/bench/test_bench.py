"""The benchmark runs, and every figure has its limit. The values of the figures are not tested."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from bench import targets
from bench.parts import PARTS
from bench.report import Taken

ROOT = Path(__file__).parents[3]


def bench(place, *words):
    """(stdout, the stored results)"""
    places = ["--data", place / "seeded", "--results", place / "results"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GAZOUILLIS_")}
    done = subprocess.run(
        [sys.executable, "-m", "bench", *words, *places], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    [stored] = (place / "results").iterdir()
    return done.stdout, msgspec.json.decode(stored.read_bytes(), type=Taken)


@pytest.fixture(scope="module", params=[["storage"], pytest.param([*PARTS], marks=pytest.mark.thorough)], ids=["storage", "all parts"])
def parts(request):
    return request.param


@pytest.fixture(scope="module")
def toy(tmp_path_factory, parts):
    return bench(tmp_path_factory.mktemp("bench"), *parts, "--toy", "--accounts", "120", "--sizes", "60,120")


def test_every_part_has_figures(toy, parts):
    _printed, taken = toy

    assert {one.part for one in taken.figures} == set(parts)


def test_every_figure_stands_beside_its_limit(toy):
    _printed, taken = toy

    for one in taken.figures:
        assert one.value > 0, one
        assert one.limits, one
        assert all(limit.value > 0 and limit.share > 0 for limit in one.limits), one


def test_the_table_has_a_row_for_every_figure(toy):
    printed, taken = toy

    assert [one.title for one in taken.figures if f"| {one.part}: {one.title} |" not in printed] == []


def test_the_figures_say_where_they_were_taken(toy):
    _printed, taken = toy

    assert taken.machine.cores >= 1
    assert (taken.accounts, taken.statuses) == (120, 2400)
    assert taken.commit
    assert "--toy" in taken.command


def test_every_target_is_of_a_figure_that_is_measured(toy, parts):
    _printed, taken = toy
    measured = {one.key: one for one in taken.figures}

    for target in targets.TARGETS:
        if target.figure.partition("/")[0] in parts:
            measured[target.figure].measure(target.measure)
