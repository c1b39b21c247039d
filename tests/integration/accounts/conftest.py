from functools import cache

import pytest
from argon2 import PasswordHasher

from gazouillis.accounts import options as site_options
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.register import Registration, register
from gazouillis.app import open_site
from gazouillis.infra.basics.log_tail import Position
from gazouillis.infra.event_log import log

OPEN = SiteOptions(registrations="open")
PASSWORD = "correct horse"


@cache
def hashed():
    """Argon2 is slow on purpose: once is enough for all."""
    return PasswordHasher().hash(PASSWORD)


class World:
    """A database, and the words to change it in a test."""

    def __init__(self, site, clock):
        self.db = site.db
        self.clock = clock
        self.secrets = site.secrets

    async def does(self, command, *arguments, **options):
        async with self.db.write() as tx:
            return await command(tx, *arguments, **options)

    async def sees(self, query, *arguments):
        async with self.db.read() as reader:
            return await query(reader, *arguments)

    async def joins(self, username, options=OPEN, **more):
        registration = Registration(username, f"{username.lower()}@there.test", hashed())
        return await self.does(register, registration, options=options, **more)

    async def opens(self, registrations):
        await self.does(site_options.change, SiteOptions(registrations=registrations))

    async def happened(self):
        return [type(one.event).__name__ for one in await self.sees(log.after, Position())]


@pytest.fixture
async def world(settings, clock):
    async with open_site(settings, clock) as site:
        yield World(site, clock)


@pytest.fixture
async def alice(world):
    return await world.joins("Alice")
