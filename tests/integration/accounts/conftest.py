from datetime import UTC, datetime
from functools import cache

import pytest
from argon2 import PasswordHasher

from gazouillis.accounts import options as site_options
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.register import Registration, register
from gazouillis.infra import log, schema, secrets
from gazouillis.infra.backends.sqlite import SqliteDatabase
from gazouillis.infra.log import Position

OPEN = SiteOptions(registrations="open")
PASSWORD = "correct horse"


@cache
def hashed():
    """Argon2 is slow on purpose: once is enough for all."""
    return PasswordHasher().hash(PASSWORD)


class Clock:
    def __init__(self):
        self.now = datetime(2010, 5, 12, 18, 30, tzinfo=UTC)

    def __call__(self):
        return self.now

    def passes(self, delay):
        self.now += delay


class World:
    """A database, and the words to change it in a test."""

    def __init__(self, db, clock, secrets):
        self.db = db
        self.clock = clock
        self.secrets = secrets

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
async def world(tmp_path):
    clock = Clock()
    db = SqliteDatabase(tmp_path / "gazouillis.db", clock)
    await db.open()
    await schema.prepare(db)
    yield World(db, clock, secrets.load(tmp_path))
    await db.close()


@pytest.fixture
async def alice(world):
    return await world.joins("Alice")
