import msgspec
import pytest

from gazouillis.accounts import options
from gazouillis.accounts.models import Role
from gazouillis.infra.settings import Settings
from tests.support.browser import Browser


@pytest.fixture
def visitor(running_site):
    return Browser(running_site)


@pytest.fixture
def french_visitor(running_site):
    return Browser(running_site, language="fr")


@pytest.fixture
def set_site_options(running_site):
    """`await set_site_options(registrations="closed")`"""

    async def change(**choices):
        async with running_site.site.db.write() as tx:
            await options.change(tx, msgspec.structs.replace(await options.read(tx), **choices))

    return change


@pytest.fixture
async def alices_browser(running_site, alice):
    """A browser in which Alice is signed in."""
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


@pytest.fixture
def limited_settings(tmp_path):
    return Settings(data=tmp_path / "data", homes=500)


@pytest.fixture
async def owner(running_site):
    """Olive, who owns the site."""
    return await running_site.person("olive", role=Role.OWNER)


@pytest.fixture
async def owners_browser(running_site, owner):
    """A browser in which the owner is signed in."""
    browser = Browser(running_site)
    await browser.was_signed_in(owner.name)
    return browser
