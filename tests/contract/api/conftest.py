from __future__ import annotations

import httpx
import pytest

from tests.contract.api import document
from tests.contract.api.document import Document
from tests.support.people import Person


@pytest.fixture
def database_kind() -> str:
    """The form of an answer does not depend on the database."""
    return "sqlite"


@pytest.fixture(scope="session")
def published() -> Document:
    path = document.path()
    if path is None:
        pytest.skip(f"the published description of the API is not here: {document.WHERE}")
    return Document(path)


class Recorder:
    """Keeps what people are answered."""

    def __init__(self) -> None:
        self.answers: list[httpx.Response] = []

    def follow(self, *people: Person) -> None:
        for one in people:
            one.client.event_hooks["response"].append(self._keep)

    async def _keep(self, response: httpx.Response) -> None:
        await response.aread()
        self.answers.append(response)


@pytest.fixture
def recorder(alice: Person, bob: Person, carol: Person) -> Recorder:
    recorder = Recorder()
    recorder.follow(alice, bob, carol)
    return recorder
