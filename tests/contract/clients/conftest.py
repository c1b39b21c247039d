from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.server_process import ServerProcess, run_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with run_server(tmp_path_factory.mktemp("server") / "data") as server:
        yield server
