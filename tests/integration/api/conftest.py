import httpx
import msgspec
import pytest
from argon2 import PasswordHasher
from litestar import Router

from gazouillis.accounts import apps, grants, options, tokens
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.register import Registration, register
from gazouillis.api import errors, oauth
from gazouillis.api.limits import RateLimits
from gazouillis.api.v1 import apps as apps_api
from gazouillis.api.v1 import sign_up
from gazouillis.app import open_site
from gazouillis.asgi import Application
from gazouillis.infra.basics.messages import Catalogue
from tests.integration.api import probe

HASH = PasswordHasher(time_cost=1, memory_cost=64).hash("correct horse")
CODE_SHOWN = "urn:ietf:wg:oauth:2.0:oob"


class Desk:
    """A server that answers only what is tested here, and what an app and its person do with it."""

    def __init__(self, site):
        self.site = site
        api = Router(
            "/", route_handlers=[*oauth.routes, *apps_api.routes, *sign_up.routes, *probe.routes], exception_handlers=errors.HANDLERS
        )
        self.app = Application(
            site,
            route_handlers=[api],
            middleware=[RateLimits()],
            exception_handlers=errors.HANDLERS,
            openapi_config=None,
            logging_config=None,
            request_max_body_size=1_000_000,
        )
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://here.test")

    async def opens(self, registrations):
        async with self.site.db.write() as tx:
            await options.change(tx, SiteOptions(registrations=registrations))

    async def joins(self, username, registrations="open"):
        async with self.site.db.write() as tx:
            asked = Registration(username, f"{username}@there.test", HASH)
            return await register(tx, asked, options=SiteOptions(registrations=registrations))

    async def registers_app(self, scopes="read write follow push", redirect_uris=CODE_SHOWN):
        form = {"client_name": "Tusky", "redirect_uris": redirect_uris, "scopes": scopes}
        answer = await self.http.post("/api/v1/apps", data=form)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def consents(self, account, app, scope="read write", challenge="", redirect_uri=CODE_SHOWN):
        """What the page does once the person said yes."""
        async with self.site.db.write() as tx:
            known = await grants.app_at(tx, app["client_id"], redirect_uri)
            request = grants.check_request(known, redirect_uri, "code", scope, challenge, "S256" if challenge else "")
            return await grants.grant(tx, account, request)

    async def gives_token(self, account=None, scopes=("read", "write")):
        async with self.site.db.write() as tx:
            issued = await tokens.issue(tx, await apps.command_line(tx), account.id if account else None, scopes)
            return {"Authorization": f"Bearer {issued.token}"}


@pytest.fixture
async def desk(settings, clock):
    async with open_site(settings, clock) as site:
        site.add(Catalogue())
        yield Desk(site)


@pytest.fixture
async def strict_desk(settings, clock):
    """Where requests are counted."""
    async with open_site(msgspec.structs.replace(settings, rate_limits="on"), clock) as site:
        site.add(Catalogue())
        yield Desk(site)


@pytest.fixture
async def alice(desk):
    return await desk.joins("alice")
