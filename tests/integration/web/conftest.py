import msgspec
import pytest

from gazouillis.accounts import options
from gazouillis.infra.settings import Settings
from tests.support.browser import Browser


@pytest.fixture
def visitor(town):
    return Browser(town)


@pytest.fixture
def french_visitor(town):
    return Browser(town, language="fr")


@pytest.fixture
def set_site_options(town):
    """`await set_site_options(registrations="closed")`"""

    async def change(**choices):
        async with town.site.db.write() as tx:
            await options.change(tx, msgspec.structs.replace(await options.read(tx), **choices))

    return change


@pytest.fixture
async def alices_browser(town, alice):
    """A browser in which Alice is signed in."""
    browser = Browser(town)
    await browser.was_signed_in("alice")
    return browser


@pytest.fixture
def limited_settings(tmp_path):
    return Settings(data=tmp_path / "data", homes=500)
