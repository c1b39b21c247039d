from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.served import Place, served


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with served(tmp_path_factory.mktemp("served") / "data") as place:
        yield place
