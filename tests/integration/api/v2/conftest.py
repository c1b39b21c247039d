from __future__ import annotations

import pytest

from tests.support.people import Person
from tests.support.site import Town


@pytest.fixture
async def alice(town: Town) -> Person:
    return await town.person("alice")
