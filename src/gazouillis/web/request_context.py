"""Request context of pages: the viewer and the language of one request, forms, redirects, flash messages, and rendering the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast
from urllib.parse import urlsplit

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup, escape

from gazouillis.accounts import options, sessions
from gazouillis.accounts.models import Account, Role, User
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.sessions import SignedIn
from gazouillis.infra.basics.errors import Forbidden, Invalid, NotFound, Problem, Unauthenticated, Unavailable
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.cache_reader import CacheOnlyReader
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.http import request_bodies
from gazouillis.infra.site import HasSite, Site
from gazouillis.notifications import queries as notifications
from gazouillis.web import i18n
from gazouillis.web.page_cache import Timeline
from gazouillis.web.rendering import Flash, Page
from gazouillis.web.templating import Templates

AnyRequest = Request[Any, Any, Any]

SESSION = "session"
FLASH = "flash"
CSRF_COOKIE = "csrf"
CSRF_FIELD = "_csrf_token"


class RequestContext:
    """Valid as long as its database reader is open. `member` raises unless somebody is signed in; `viewer` is None for visitors."""

    is_viewer_known = True
    """False when the session could not be looked up: `viewer` may then be None although somebody is signed in."""

    def __init__(self, request: AnyRequest, site: Site, reader: Reader, options: SiteOptions, signed_in: SignedIn | None) -> None:
        self.request = request
        self.site = site
        self.reader = reader
        self.options = options
        self.signed_in = signed_in
        self.requested_language = i18n.known(request.query_params.get("lang", ""))
        self.language = i18n.choose_language(
            self.requested_language or (signed_in.user.language if signed_in else ""),
            request.headers.get("accept-language", ""),
            options.language,
        )

    @property
    def viewer(self) -> Account | None:
        return self.signed_in.account if self.signed_in else None

    @property
    def viewer_id(self) -> AccountId | None:
        return self.signed_in.account.id if self.signed_in else None

    @property
    def member(self) -> Account:
        return self.user_and_account[1]

    @property
    def user_and_account(self) -> tuple[User, Account]:
        if self.signed_in is None:
            raise Unauthenticated
        if self.signed_in.user.approved_at is None:
            raise Forbidden(_("Your account is waiting for approval"))
        return self.signed_in.user, self.signed_in.account

    @property
    def administrator(self) -> Account:
        user, account = self.user_and_account
        if user.role not in {Role.ADMIN, Role.OWNER}:
            raise Forbidden
        return account

    @property
    def is_partial(self) -> bool:
        """Whether htmx asks: the answer is then only the part of the page that changes."""
        return "hx-request" in self.request.headers

    def translate(self, message: Message) -> str:
        return i18n.translate(message, self.language)

    def errors(self, problem: Problem) -> dict[str, str]:
        """Translated sentences by field name, for a form that is shown again; `""`: about the whole form."""
        faults = problem.faults if isinstance(problem, Invalid) else ()
        return {one.field: self.translate(one.public) for one in reversed(faults)} if faults else {"": self.translate(problem.public)}

    async def page(self, *, live: str = "") -> Page:
        return Page(
            site_name=self.options.name,
            language=self.language,
            requested_language=self.requested_language,
            path=self.request.url.path,
            csrf_input=csrf_input(self.request),
            viewer=self.viewer,
            role=self.signed_in.user.role if self.signed_in else None,
            unread=await self._unread(),
            flash=read_flash(self.request),
            max_characters=self.options.max_characters,
            open_registrations=self.options.registrations != "closed",
            live=live,
            is_viewer_known=self.is_viewer_known,
        )

    async def _unread(self) -> int:
        return await notifications.unread_count(self.reader, self.viewer_id) if self.viewer_id else 0

    async def render(self, template: str, *, live: str = "", status_code: int = 200, **context: Any) -> Response[str]:
        page = await self.page(live=live)
        html = self.site.the(Templates).render(template, page, cache=self.reader.cache, **context)
        return _html_response(page, html, status_code)

    async def render_timeline(self, template: str, timeline: Timeline, *, live: str = "", **context: Any) -> Response[Any]:
        """From the page cache, unless there is a flash message to show."""
        page = await self.page(live=live)
        cache = None if page.flash else self.reader.cache
        return _html_response(page, self.site.the(Templates).timeline(template, page, timeline, cache=cache, **context))


class CachedRequestContext(RequestContext):
    """A context without the database: site options, session and unread count come from the process's cache, where they are cached."""

    @property
    def is_viewer_known(self) -> bool:  # type: ignore[override]
        return self.signed_in is not None or SESSION not in self.request.cookies

    async def _unread(self) -> int:
        with suppress(Unavailable):
            return await super()._unread()
        return 0


def _html_response(page: Page, html: str | bytes, status_code: int = 200) -> Response[Any]:
    answer = Response(html, media_type="text/html", status_code=status_code)
    if page.flash:
        answer.delete_cookie(FLASH)
    return answer


@asynccontextmanager
async def request_context(request: AnyRequest, *, is_long: bool = False) -> AsyncIterator[RequestContext]:
    """`is_long`: the request makes slow queries, which run apart so that they do not delay the other requests."""
    site = site_of(request)
    async with site.db.long_read() if is_long else site.db.read() as reader:
        chosen = await options.effective(reader, site.settings)
        token = request.cookies.get(SESSION)
        signed_in = await sessions.by_token(reader, token) if token else None
        is_stale = signed_in is not None and sessions.is_stale(signed_in.session, reader)
        yield RequestContext(request, site, reader, chosen, signed_in)
    if signed_in and is_stale:
        with suppress(Unavailable):  # the page is answered all the same; a later request renews the session
            async with site.db.write() as tx:
                await sessions.touch(tx, signed_in.session)
            if token and site.db.cache is not None:
                sessions.invalidate(site.db.cache, token)


async def request_context_from_cache(request: AnyRequest) -> RequestContext:
    """What is not cached falls back: default site options, and no viewer."""
    site, token = site_of(request), request.cookies.get(SESSION)
    reader = CacheOnlyReader(site.db)
    chosen, signed_in = options.with_settings(SiteOptions(), site.settings), None
    with suppress(Unavailable):
        chosen = await options.effective(reader, site.settings)
    with suppress(Unavailable):
        signed_in = await sessions.by_token(reader, token) if token else None
    return CachedRequestContext(request, site, reader, chosen, signed_in)


async def member(request: AnyRequest) -> Account:
    """The signed-in account, for handlers that only write."""
    async with request_context(request) as context:
        return context.member


def site_of(request: AnyRequest) -> Site:
    return cast("HasSite", request.app).site


Form = dict[str, str]


async def form_of(request: AnyRequest) -> Form:
    """The text fields of the form. Line ends, which browsers send as CRLF, are LF."""
    return text_fields(await fields_of(request))


async def fields_of(request: AnyRequest) -> request_bodies.Pairs:
    """All fields and files of the form. The body can be read only once."""
    return await request_bodies.fields(request.stream(), request.content_type, files=request.route_handler.opt.get("files", ()))


def text_fields(fields: request_bodies.Pairs) -> Form:
    form = {name: value.replace("\r\n", "\n") for name, value in fields if isinstance(value, str)}
    if any("\0" in value for value in form.values()):
        raise request_bodies.unreadable_form()
    return form


def csrf_input(request: AnyRequest) -> Markup:
    """The hidden field with the CSRF token. On a 404 page, for which Litestar makes no token, it holds the one of the browser's cookie."""
    made = ScopeState.from_scope(request.scope).csrf_token
    token = made if isinstance(made, str) else request.cookies.get(CSRF_COOKIE, "")
    return Markup(f'<input type="hidden" name="{CSRF_FIELD}" value="{escape(token)}">')


def redirect_back(request: AnyRequest, default: str = "/", *, flash: Message | None = None, language: str = "en") -> Redirect:
    """To the page that the form was on (the Referer, if it is ours), or to `default`."""
    return redirect(local_path(request.headers.get("referer", "")) or default, request, flash=flash, language=language)


def redirect(path: str, request: AnyRequest, *, flash: Message | None = None, language: str = "en") -> Redirect:
    answer = Redirect(path, status_code=303)
    if flash is not None:
        sentence = i18n.translate(flash, language)
        site = site_of(request)
        answer.set_cookie(
            Cookie(FLASH, value=site.secrets.sign("flash", sentence), httponly=True, samesite="lax", secure=site.settings.is_secure)
        )
    return answer


def read_flash(request: AnyRequest) -> Flash | None:
    signed = request.cookies.get(FLASH)
    if not signed:
        return None
    try:
        return Flash(str(site_of(request).secrets.unsign(FLASH, signed, max_age=60)))
    except NotFound:
        return None


def local_path(address: str) -> str:
    """The path and query of an address within this server; empty when it leads elsewhere, so that redirects cannot leave the site."""
    try:
        parts = urlsplit(address.replace("\\", "/"))
    except ValueError:
        return ""
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if path.startswith("/") and not path.startswith("//") else ""
