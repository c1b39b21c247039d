"""A whole server inside the test process, used through its API and pages, without a network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

import httpx

from gazouillis.accounts import apps, options, register, tokens
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.hashing import hash_password
from gazouillis.accounts.models import Account, Role
from gazouillis.accounts.options import SiteOptions
from gazouillis.app import add_serving_parts, create_app, open_site
from gazouillis.asgi import Application
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.infra.settings import Settings
from gazouillis.infra.site import Site
from gazouillis.worker import Loops
from tests.support.clock import MovingClock
from tests.support.people import PASSWORD, Person

BASE_URL = "http://localhost:8000"
ALL_SCOPES = "read write follow push"

_hashes: dict[str, str] = {}
_idle: defaultdict[bool, list[Application]] = defaultdict(list)
"""Applications to reuse, by the only setting that is built into them: whether cookies are for HTTPS only."""


class Town:
    """A running server with its clock. The name stands for a server and the people who use it; the fixture `town` gives one to a test."""

    def __init__(self, site: Site, app: Application, clock: MovingClock) -> None:
        self.site = site
        self.app = app
        self.clock = clock

    def client(self, address: str = "127.0.0.1", /, **headers: str) -> httpx.AsyncClient:
        """An HTTP client. `address`: its IP address, which rate limits count by."""
        transport = httpx.ASGITransport(cast("Any", self.app), raise_app_exceptions=False, client=(address, 50_000))
        return httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers)

    async def settle(self) -> None:
        """Runs all reactions and jobs that are due, until nothing is left to do."""
        await self.site.the(Loops).settle()

    async def person(self, name: str, *, role: Role = Role.MEMBER, scopes: str = ALL_SCOPES) -> Person:
        """Registers an account, and issues a token to an app of theirs."""
        registration = register.Registration(name, f"{name}@example.org", await _hash(PASSWORD))
        async with self.site.db.write() as tx:
            account = await register.register(tx, registration, options=SiteOptions(), role=role, is_by_operator=True)
            app = await apps.command_line(tx)
            issued = await tokens.issue(tx, app, account.id, scopes.split())
        return Person(self, name, str(account.id), issued.token)


@asynccontextmanager
async def running(settings: Settings, clock: MovingClock) -> AsyncIterator[Town]:
    async with open_site(settings, clock) as site:
        async with site.db.write() as tx:
            await options.change(tx, SiteOptions(name="Testville", registrations="open", is_set_up=True))
        with _application(site) as app:
            await site.the(Loops).start_tail()
            yield Town(site, app, clock)
        site.the(PubSub).close()


@contextmanager
def _application(site: Site) -> Iterator[Application]:
    """Reuses the application of an earlier test for this site: Litestar takes a tenth of a second to make one."""
    idle = _idle[site.settings.is_secure]
    if idle:
        app = idle.pop()
        app.site = site
        add_serving_parts(site)
    else:
        app = create_app(site)
    yield app
    idle.append(app)


async def account_of(site: Site, person: Person) -> Account:
    async with site.db.read() as reader:
        account = await accounts.by_id(reader, AccountId(int(person.id)))
    assert account is not None
    return account


async def _hash(password: str) -> str:
    """Hashes each password once for all tests, since Argon2 is slow on purpose."""
    if password not in _hashes:
        _hashes[password] = await hash_password(password)
    return _hashes[password]
