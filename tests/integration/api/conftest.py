import httpx
import msgspec
import pytest
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
from tests.integration.api import echo_handlers
from tests.support.passwords import CHEAP

HASH = CHEAP.hash("correct horse")
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


class ApiServer:
    """A server with only the OAuth, app and sign-up handlers and the echo handlers, and short names for its commands."""

    def __init__(self, site):
        self.site = site
        api = Router(
            "/",
            route_handlers=[*oauth.routes, *apps_api.routes, *sign_up.routes, *echo_handlers.routes],
            exception_handlers=errors.HANDLERS,
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

    async def set_registrations(self, registrations):
        async with self.site.db.write() as tx:
            await options.change(tx, SiteOptions(registrations=registrations))

    async def register_account(self, username, registrations="open"):
        async with self.site.db.write() as tx:
            registration = Registration(username, f"{username}@there.test", HASH)
            return await register(tx, registration, options=SiteOptions(registrations=registrations))

    async def register_app(self, scopes="read write follow push", redirect_uris=OUT_OF_BAND):
        form = {"client_name": "Tusky", "redirect_uris": redirect_uris, "scopes": scopes}
        response = await self.http.post("/api/v1/apps", data=form)
        assert response.status_code == 200, response.text
        return response.json()

    async def authorize(self, account, app, scope="read write", challenge="", redirect_uri=OUT_OF_BAND):
        """What the page of the authorization does when somebody allows the app. Returns the code."""
        async with self.site.db.write() as tx:
            registered = await grants.app_at(tx, app["client_id"], redirect_uri)
            request = grants.check_request(registered, redirect_uri, "code", scope, challenge, "S256" if challenge else "")
            return await grants.grant(tx, account, request)

    async def token_header(self, account=None, scopes=("read", "write")):
        async with self.site.db.write() as tx:
            issued = await tokens.issue(tx, await apps.command_line(tx), account.id if account else None, scopes)
            return {"Authorization": f"Bearer {issued.token}"}


@pytest.fixture
async def server(settings, clock):
    async with open_site(settings, clock) as site:
        site.add(Catalogue())
        yield ApiServer(site)


@pytest.fixture
async def rate_limited_server(settings, clock):
    """A server whose rate limits are on."""
    async with open_site(msgspec.structs.replace(settings, rate_limits="on"), clock) as site:
        site.add(Catalogue())
        yield ApiServer(site)


@pytest.fixture
async def alice(server):
    return await server.register_account("alice")
