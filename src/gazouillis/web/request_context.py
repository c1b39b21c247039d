"""One request of a browser: who asks, in which language, and how the page is answered."""

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
    """Lasts as long as its reader. `member` is for pages that need somebody, `viewer` for those that take anybody."""

    is_reader_known = True
    """Whether no viewer means that nobody signed in."""

    def __init__(self, request: AnyRequest, site: Site, reader: Reader, options: SiteOptions, signed_in: SignedIn | None) -> None:
        self.request = request
        self.site = site
        self.reader = reader
        self.options = options
        self.signed_in = signed_in
        self.language_wanted = i18n.known(request.query_params.get("lang", ""))
        self.language = i18n.choose_language(
            self.language_wanted or (signed_in.user.language if signed_in else ""),
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
        """Asked by the page's script: only what changes is answered."""
        return "hx-request" in self.request.headers

    def say(self, message: Message) -> str:
        return i18n.translate(message, self.language)

    def errors(self, problem: Problem) -> dict[str, str]:
        """For a form that is shown again: the sentence, by the field it is about."""
        faults = problem.faults if isinstance(problem, Invalid) else ()
        return {one.field: self.say(one.public) for one in reversed(faults)} if faults else {"": self.say(problem.public)}

    async def page(self, *, live: str = "") -> Page:
        return Page(
            site_name=self.options.name,
            language=self.language,
            language_wanted=self.language_wanted,
            path=self.request.url.path,
            csrf_input=csrf_input(self.request),
            viewer=self.viewer,
            role=self.signed_in.user.role if self.signed_in else None,
            unread=await self._unread(),
            flash=read_flash(self.request),
            max_characters=self.options.max_characters,
            open_registrations=self.options.registrations != "closed",
            live=live,
            is_reader_known=self.is_reader_known,
        )

    async def _unread(self) -> int:
        return await notifications.unread_count(self.reader, self.viewer_id) if self.viewer_id else 0

    async def show(self, template: str, *, live: str = "", status_code: int = 200, **context: Any) -> Response[str]:
        page = await self.page(live=live)
        html = self.site.the(Templates).render(template, page, cache=self.reader.cache, **context)
        return _answer(page, html, status_code)

    async def show_timeline(self, template: str, timeline: Timeline, *, live: str = "", **context: Any) -> Response[Any]:
        """In a frame that may be kept."""
        page = await self.page(live=live)
        cache = None if page.flash else self.reader.cache
        return _answer(page, self.site.the(Templates).timeline(template, page, timeline, cache=cache, **context))


class VisitFromMemory(RequestContext):
    """Without the database: the place and the reader as the process remembers them."""

    @property
    def is_reader_known(self) -> bool:  # type: ignore[override]
        return self.signed_in is not None or SESSION not in self.request.cookies

    async def _unread(self) -> int:
        with suppress(Unavailable):
            return await super()._unread()
        return 0


def _answer(page: Page, html: str | bytes, status_code: int = 200) -> Response[Any]:
    answer = Response(html, media_type="text/html", status_code=status_code)
    if page.flash:
        answer.delete_cookie(FLASH)
    return answer


@asynccontextmanager
async def request_context(request: AnyRequest, *, is_long: bool = False) -> AsyncIterator[RequestContext]:
    """`is_long`: its queries take their time, and must not hold back the others."""
    site = site_of(request)
    async with site.db.long_read() if is_long else site.db.read() as reader:
        chosen = await options.effective(reader, site.settings)
        token = request.cookies.get(SESSION)
        signed_in = await sessions.by_token(reader, token) if token else None
        is_stale = signed_in is not None and sessions.is_stale(signed_in.session, reader)
        yield RequestContext(request, site, reader, chosen, signed_in)
    if signed_in and is_stale:
        with suppress(Unavailable):  # the page is there, and its session is touched by another one
            async with site.db.write() as tx:
                await sessions.touch(tx, signed_in.session)
            if token and site.db.cache is not None:
                sessions.invalidate(site.db.cache, token)


async def request_context_from_cache(request: AnyRequest) -> RequestContext:
    """What is not remembered is as at a place where nothing was chosen yet, for somebody who did not say who they are."""
    site, token = site_of(request), request.cookies.get(SESSION)
    reader = CacheOnlyReader(site.db)
    chosen, signed_in = options.with_settings(SiteOptions(), site.settings), None
    with suppress(Unavailable):
        chosen = await options.effective(reader, site.settings)
    with suppress(Unavailable):
        signed_in = await sessions.by_token(reader, token) if token else None
    return VisitFromMemory(request, site, reader, chosen, signed_in)


async def member(request: AnyRequest) -> Account:
    """For what only writes: who asks."""
    async with request_context(request) as context:
        return context.member


def site_of(request: AnyRequest) -> Site:
    return cast("HasSite", request.app).site


Form = dict[str, str]


async def form_of(request: AnyRequest) -> Form:
    """The text fields of the form, as typed but for line ends, which browsers send as CRLF."""
    return texts(await fields_of(request))


async def fields_of(request: AnyRequest) -> request_bodies.Pairs:
    """All of the form, which is read once."""
    return await request_bodies.fields(request.stream(), request.content_type, files=request.route_handler.opt.get("files", ()))


def texts(fields: request_bodies.Pairs) -> Form:
    form = {name: value.replace("\r\n", "\n") for name, value in fields if isinstance(value, str)}
    if any("\0" in value for value in form.values()):
        raise request_bodies.unreadable_form()
    return form


def csrf_input(request: AnyRequest) -> Markup:
    """The key that shows a form to be ours; on a page for an unknown address, the one the browser already has."""
    token = ScopeState.from_scope(request.scope).csrf_token
    key = token if isinstance(token, str) else request.cookies.get(CSRF_COOKIE, "")
    return Markup(f'<input type="hidden" name="{CSRF_FIELD}" value="{escape(key)}">')


def back(request: AnyRequest, default: str = "/", *, flash: Message | None = None, language: str = "en") -> Redirect:
    """To the page the form was on, or to the default."""
    return go(own_path(request.headers.get("referer", "")) or default, request, flash=flash, language=language)


def go(path: str, request: AnyRequest, *, flash: Message | None = None, language: str = "en") -> Redirect:
    answer = Redirect(path, status_code=303)
    if flash is not None:
        sentence = i18n.translate(flash, language)
        site = site_of(request)
        answer.set_cookie(
            Cookie(FLASH, value=site.secrets.sign("flash", sentence), httponly=True, samesite="lax", secure=site.settings.is_secure)
        )
    return answer


def read_flash(request: AnyRequest) -> Flash | None:
    said = request.cookies.get(FLASH)
    if not said:
        return None
    try:
        return Flash(str(site_of(request).secrets.unsign(FLASH, said, max_age=60)))
    except NotFound:
        return None


def own_path(address: str) -> str:
    """The path within this server that an address names; empty when it leads elsewhere."""
    try:
        parts = urlsplit(address.replace("\\", "/"))
    except ValueError:
        return ""
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if path.startswith("/") and not path.startswith("//") else ""
