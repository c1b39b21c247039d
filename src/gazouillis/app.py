"""Assembles the server: builds the `Site` and the ASGI application from the settings.

It is the only place that chooses between implementations: SQLite or PostgreSQL, SMTP or a mail folder, a folder or S3, rate limits or none.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litestar import Litestar, Response, Router
from litestar.config.csrf import CSRFConfig
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import Middleware

from gazouillis.api import errors as api_errors
from gazouillis.api.limits import RateLimits
from gazouillis.api.request import LeanRequest
from gazouillis.api.routes import handlers as api
from gazouillis.api.streams import Streams
from gazouillis.api.usage import LastUsageCounts
from gazouillis.asgi import Application
from gazouillis.infra import file_permissions, request_sizes, secrets
from gazouillis.infra.basics.clock import Clock, system_clock
from gazouillis.infra.basics.errors import Invalid, Problem, Unavailable
from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.basics.messages import Catalogue, Message, _
from gazouillis.infra.database import schema
from gazouillis.infra.database.sqlite import SqliteDatabase
from gazouillis.infra.database.transactions import Database
from gazouillis.infra.event_log.wait_for_worker import WorkerProgress
from gazouillis.infra.files.blobs import Blobs
from gazouillis.infra.files.folder import FolderBlobs
from gazouillis.infra.limits import MemoryLimits, Unlimited
from gazouillis.infra.outbound import mail
from gazouillis.infra.outbound.mail import FolderMailer, Mailer, SmtpMailer
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.infra.pubsub.stream_limits import StreamLimits
from gazouillis.infra.settings import Settings
from gazouillis.infra.site import Site
from gazouillis.media.urls import SignedAddresses
from gazouillis.search.tracks.loaded import LoadedTracks
from gazouillis.timelines.home import Homes
from gazouillis.web import errors as web_errors
from gazouillis.web import i18n
from gazouillis.web.csrf import CsrfTokens
from gazouillis.web.drawings import Drawings
from gazouillis.web.pages.live import OpenPages
from gazouillis.web.request_context import CSRF_COOKIE, AnyRequest
from gazouillis.web.routes import handlers as web
from gazouillis.web.templating import Templates
from gazouillis.worker import Loops

if TYPE_CHECKING:
    from gazouillis.infra.database import postgres
    from gazouillis.infra.files import s3
else:
    # Imported only when it is used: with its own imports it takes a fifth of the start, which SQLite users can spare.
    postgres = lazily("gazouillis.infra.database.postgres")
    s3 = lazily("gazouillis.infra.files.s3")  # obstore is an optional dependency


OLDEST_SQLITE = (3, 35)
"""Released in 2021. Older versions are not tested, so they are refused."""
WARM_UP_DELAY = 0.5
"""Seconds after the start before caches are warmed up, so that the first requests are answered without waiting for it."""


def build_site(settings: Settings, clock: Clock = system_clock) -> Site:
    """The parts that every command needs. The database is not open yet: see `open_site`."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    site = Site(
        settings,
        choose_database(settings, clock),
        secrets.load(settings.data),
        choose_mailer(settings),
        FolderBlobs(settings.data / "media"),
        choose_media_store(settings),
        MemoryLimits(clock) if settings.rate_limits == "on" else Unlimited(),
    )
    site.add(Homes(settings.homes))
    site.add(_addresses_of_media(site, clock))
    site.add(PubSub())
    site.add(Templates(clock))
    site.add(LastUsageCounts())
    site.add(WorkerProgress())
    site.add(LoadedTracks())
    site.add(Drawings())
    site.add(Catalogue(_translate))
    return site


@asynccontextmanager
async def open_site(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[Site]:
    """A site whose database is open and migrated; closed at the end."""
    site = build_site(settings, clock)
    file_permissions.restrict(settings)
    await site.db.open()
    try:
        await schema.prepare(site.db)
        yield site
    finally:
        await site.db.close()


def add_serving_parts(site: Site, *, has_worker: bool = True) -> Loops:
    """Adds the parts that only a serving process needs: loops, stream limits, open streams. `has_worker`: the loops include the worker."""
    loops = Loops(site, has_worker=has_worker)
    site.add(loops)
    site.add(StreamLimits(site.settings.streams_per_address if site.settings.rate_limits == "on" else 0))
    site.add(Streams(site))
    site.add(OpenPages(site))
    return loops


def create_app(site: Site, *, has_worker: bool = True) -> Application:
    """The ASGI application. Its lifespan starts and stops the loops."""
    loops = add_serving_parts(site, has_worker=has_worker)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        await loops.start()
        warming = asyncio.create_task(_warm_up(site))
        try:
            yield
        finally:
            warming.cancel()
            with suppress(asyncio.CancelledError):
                await warming
            site.the(PubSub).close()
            await loops.stop()

    return Application(
        site,
        route_handlers=[
            _Router("/", route_handlers=api, exception_handlers=api_errors.HANDLERS),
            _Router("/", route_handlers=web, exception_handlers=web_errors.HANDLERS, middleware=_csrf_middleware(site)),
        ],
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
        middleware=[RateLimits()],
        exception_handlers={Exception: _on_fault, HTTPException: _on_fault, Problem: _on_fault},
        request_class=LeanRequest,
        request_max_body_size=request_sizes.BODY,
    )


class _Router(Router):
    """Not copied by Litestar, which deep-copies each router with all its handlers: a fifth of the time to make an application."""

    def __deepcopy__(self, _memo: object) -> _Router:
        return self


async def _warm_up(site: Site) -> None:
    """Loads home timelines, after the requests that arrived during the start were answered."""
    await asyncio.sleep(WARM_UP_DELAY)
    with suppress(Unavailable):
        await site.the(Homes).warm_up(site.db)


def _csrf_middleware(site: Site) -> list[Middleware]:
    """For pages only, where a cookie identifies people. The API needs none: apps send a token, which another site cannot make them send."""
    config = CSRFConfig(
        secret=site.secrets.signing_key,
        cookie_name=CSRF_COOKIE,
        cookie_secure=site.settings.is_secure,
        cookie_httponly=True,
        cookie_samesite="lax",
    )
    return [CsrfTokens(site.secrets.signing_key), DefineMiddleware(CSRFMiddleware, config=config)]


def _on_fault(request: AnyRequest, fault: Exception) -> Response[Any]:
    """Answers what no route has caught, such as an unknown path or a form without its CSRF token: JSON for the API, else a page."""
    door = (
        api_errors.HANDLERS
        if request.url.path.startswith(("/api/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo"))
        else web_errors.HANDLERS
    )
    response: Response[Any] = next(door[kind] for kind in type(fault).__mro__ if kind in door)(request, fault)
    return response


def _translate(message: Message, accept_language: str) -> str:
    return i18n.translate(message, i18n.choose_language("", accept_language, i18n.DEFAULT_LANGUAGE))


def choose_database(settings: Settings, clock: Clock) -> Database:
    url = settings.database_url
    if url.startswith("sqlite:///"):
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            oldest = ".".join(map(str, OLDEST_SQLITE))
            raise Invalid(
                _("This Python comes with SQLite {version}; {oldest} or newer is needed", version=sqlite3.sqlite_version, oldest=oldest),
                field="database",
            )
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")), clock)
    if url.startswith(("postgresql://", "postgres://")):
        return postgres.PostgresDatabase(url.replace("postgres://", "postgresql://", 1), clock)
    raise Invalid(_("database must be a URL that begins with sqlite:/// or postgresql://"), field="database")


def choose_mailer(settings: Settings) -> Mailer:
    sender = settings.mail_from or f"gazouillis@{settings.authority.partition(':')[0]}"
    if not settings.mail:
        return FolderMailer(settings.data / mail.FOLDER, sender)
    if settings.mail.startswith(("smtp://", "smtps://")):
        return SmtpMailer(settings.mail, sender)
    raise Invalid(_("mail must be a URL that begins with smtp:// or smtps://"), field="mail")


def _addresses_of_media(site: Site, clock: Clock) -> SignedAddresses:
    lifetime = timedelta(seconds=site.settings.media_url_seconds)
    return SignedAddresses(site.settings.base_url, site.secrets.signing_key, lifetime, clock)


def choose_media_store(settings: Settings) -> Blobs:
    if not settings.media_store:
        return FolderBlobs(settings.data / "attachments")
    if not settings.media_store.startswith(("s3+https://", "s3+http://")):
        raise Invalid(_("media_store must be a URL such as s3+https://key:secret@host/bucket"), field="media_store")
    try:
        return s3.S3Blobs(settings.media_store)
    except ModuleNotFoundError as fault:
        raise Invalid(_("For media_store, install gazouillis[s3]"), field="media_store") from fault
