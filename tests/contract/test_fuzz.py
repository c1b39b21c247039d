"""A first look; `just fuzz` takes ten minutes."""

from tests.contract.fuzz import fuzz, operations
from tests.contract.served import served

SECONDS = 10.0


async def test_no_request_breaks_the_server(tmp_path):
    with served(tmp_path / "data") as place:
        report = await fuzz(place, SECONDS, seed=140)

    assert report.faults == []
    assert report.answers[200] > 100


def test_every_path_is_tried():
    assert len(operations()) > 90
