import pytest

from gazouillis.infra.settings import Settings
from gazouillis.worker import Loops
from tests.support.browser import Browser
from tests.support.databases import fresh_database_url
from tests.support.proxy import proxy_to


@pytest.fixture
async def url():
    async with fresh_database_url("postgresql") as url:
        yield url


@pytest.fixture
async def proxy(url):
    async with proxy_to(url) as proxy:
        yield proxy


@pytest.fixture
async def settings(tmp_path, proxy):
    return Settings(data=tmp_path / "data", database=proxy.url, rate_limits="off", homes=500)


@pytest.fixture
def browser(running_site):
    """A browser that asks for French."""
    return Browser(running_site, "fr")


@pytest.fixture
async def loops(running_site):
    """The loops that follow the event log, as in a server. Without this fixture reads run them."""
    await running_site.site.the(Loops).start()
    yield
    await running_site.site.the(Loops).stop()
