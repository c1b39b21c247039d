import pytest

from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.register import Registration, register
from gazouillis.app import open_site
from gazouillis.infra.basics.log_tail import Position
from gazouillis.infra.event_log import log
from tests.support.passwords import CHEAP

OPEN = SiteOptions(registrations="open")
PASSWORD = "correct horse"


class CommandRunner:
    """The database of a test, with short names for running commands and queries in a transaction."""

    def __init__(self, site, clock):
        self.db = site.db
        self.clock = clock
        self.secrets = site.secrets

    async def run(self, command, *arguments, **options):
        async with self.db.write() as tx:
            return await command(tx, *arguments, **options)

    async def query(self, query, *arguments):
        async with self.db.read() as reader:
            return await query(reader, *arguments)

    async def register(self, username, options=OPEN, **more):
        registration = Registration(username, f"{username.lower()}@there.test", CHEAP.hash(PASSWORD))
        return await self.run(register, registration, options=options, **more)

    async def event_names(self):
        """The names of all events of the log, in order."""
        return [type(one.event).__name__ for one in await self.query(log.after, Position())]


@pytest.fixture
async def runner(settings, clock):
    async with open_site(settings, clock) as site:
        yield CommandRunner(site, clock)


@pytest.fixture
async def alice(runner):
    return await runner.register("Alice")
