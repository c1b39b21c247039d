from __future__ import annotations

import httpx
import pytest

from tests.contract.api import document
from tests.contract.api.document import Document
from tests.support.people import Person


@pytest.fixture
def database_kind() -> str:
    """The form of a response does not depend on the database."""
    return "sqlite"


@pytest.fixture(scope="session")
def openapi() -> Document:
    path = document.path()
    if path is None:
        pytest.skip(f"the OpenAPI description of Mastodon's API is missing: {document.WHERE}")
    return Document(path)


class Recorder:
    """Records the responses that people receive."""

    def __init__(self) -> None:
        self.answers: list[httpx.Response] = []

    def record(self, *people: Person) -> None:
        for one in people:
            one.client.event_hooks["response"].append(self._record)

    async def _record(self, response: httpx.Response) -> None:
        await response.aread()
        self.answers.append(response)


@pytest.fixture
def recorder(alice: Person, bob: Person, carol: Person) -> Recorder:
    recorder = Recorder()
    recorder.record(alice, bob, carol)
    return recorder
