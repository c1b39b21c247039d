import msgspec
import pytest

from gazouillis.accounts import options
from gazouillis.infra.settings import Settings
from tests.support.browser import Browser


@pytest.fixture
def visitor(town):
    return Browser(town)


@pytest.fixture
def visiteuse(town):
    return Browser(town, language="fr")


@pytest.fixture
def place_is(town):
    """`await place_is(registrations="closed")`"""

    async def change(**choices):
        async with town.site.db.write() as tx:
            await options.change(tx, msgspec.structs.replace(await options.read(tx), **choices))

    return change


@pytest.fixture
async def mine(town, alice):
    """Alice's own browser."""
    browser = Browser(town)
    await browser.was_signed_in("alice")
    return browser


@pytest.fixture
def limited_settings(tmp_path):
    return Settings(data=tmp_path / "data", homes=500)
