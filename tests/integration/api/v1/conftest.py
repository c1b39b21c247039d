from __future__ import annotations

import pytest

from tests.support.people import Person
from tests.support.site import RunningSite


@pytest.fixture
async def alice(running_site: RunningSite) -> Person:
    return await running_site.person("alice")
