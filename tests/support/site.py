"""A whole server inside the test process, used through its API and pages, without a network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, cast

import httpx

from gazouillis.accounts import apps, options, register, tokens
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.hashing import hash_password
from gazouillis.accounts.models import Account, Role
from gazouillis.accounts.options import SiteOptions
from gazouillis.app import add_serving_parts, create_app, open_site
from gazouillis.asgi import Application
from gazouillis.infra.basics.clock import Clock, system_clock
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.infra.settings import Settings
from gazouillis.infra.site import Site
from gazouillis.web.templating import Templates
from gazouillis.worker import Loops
from tests.support.clock import MovingClock
from tests.support.people import PASSWORD, Person

BASE_URL = "http://localhost:8000"
ALL_SCOPES = "read write follow push"


class _SetClock:
    """The clock of the test that runs now."""

    def __init__(self) -> None:
        self.clock: Clock = system_clock

    def __call__(self) -> datetime:
        return self.clock()


class _Reused:
    """What takes long to make and can serve one test after the other: the application, and the compiled templates."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.clock = _SetClock()
        self.templates = Templates(self.clock)


_idle: defaultdict[bool, list[_Reused]] = defaultdict(list)
"""Those that no test uses now, by the only setting that is built into them: whether cookies are for HTTPS only."""


class RunningSite:
    """A whole running server with its clock. The fixture `running_site` gives one to a test."""

    def __init__(self, site: Site, app: Application, clock: MovingClock) -> None:
        self.site = site
        self.app = app
        self.clock = clock

    def client(self, address: str = "127.0.0.1", /, **headers: str) -> httpx.AsyncClient:
        """An HTTP client. `address`: its IP address, which rate limits count by."""
        transport = httpx.ASGITransport(cast("Any", self.app), raise_app_exceptions=False, client=(address, 50_000))
        return httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers)

    async def run_until_idle(self) -> None:
        """Runs all reactions and jobs that are due, until nothing is left to do."""
        await self.site.the(Loops).run_until_idle()

    async def person(self, name: str, *, role: Role = Role.MEMBER, scopes: str = ALL_SCOPES) -> Person:
        """Registers an account, and issues a token to an app of theirs."""
        registration = register.Registration(name, f"{name}@example.org", await hash_password(PASSWORD))
        async with self.site.db.write() as tx:
            account = await register.register(tx, registration, options=SiteOptions(), role=role, is_by_operator=True)
            app = await apps.command_line(tx)
            issued = await tokens.issue(tx, app, account.id, scopes.split())
        return Person(self, name, str(account.id), issued.token)


@asynccontextmanager
async def run_site(settings: Settings, clock: MovingClock) -> AsyncIterator[RunningSite]:
    async with open_site(settings, clock) as site:
        async with site.db.write() as tx:
            await options.change(tx, SiteOptions(name="Testville", registrations="open", is_set_up=True))
        with _application(site) as app:
            await site.the(Loops).start_tail()
            yield RunningSite(site, app, clock)
        site.the(PubSub).close()


@contextmanager
def _application(site: Site) -> Iterator[Application]:
    """Reuses the application of an earlier test for this site: Litestar takes a tenth of a second to make one, Jinja more."""
    idle = _idle[site.settings.is_secure]
    if idle:
        reused = idle.pop()
        reused.app.site = site
        add_serving_parts(site)
    else:
        reused = _Reused(create_app(site))
    reused.clock.clock = site.db.clock
    site.add(reused.templates)
    yield reused.app
    idle.append(reused)


async def account_of(site: Site, person: Person) -> Account:
    async with site.db.read() as reader:
        account = await accounts.by_id(reader, AccountId(int(person.id)))
    assert account is not None
    return account
