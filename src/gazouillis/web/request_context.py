"""Request context of pages: the viewer and the language of one request, forms, redirects, flash messages, and rendering the answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast
from urllib.parse import quote, urlsplit

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup, escape

from gazouillis.accounts import applicants, options, rules, sessions
from gazouillis.accounts.models import Account, Role, User
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.quiet_hours import is_quiet_now
from gazouillis.accounts.sessions import SignedIn
from gazouillis.conversations import queries as conversations
from gazouillis.infra.basics.errors import Forbidden, Invalid, NotFound, Problem, Unauthenticated, Unavailable
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.cache_reader import CacheOnlyReader
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.http import request_bodies
from gazouillis.infra.site import HasSite, Site
from gazouillis.moderation import queries as reports
from gazouillis.notifications import queries as notifications
from gazouillis.web import display, i18n, roads, side
from gazouillis.web.page_cache import Timeline
from gazouillis.web.rendering import Flash, Page
from gazouillis.web.side import Side
from gazouillis.web.templating import Templates

AnyRequest = Request[Any, Any, Any]

SESSION = "session"
FLASH = "flash"
CSRF_COOKIE = "csrf"
CSRF_FIELD = "_csrf_token"
HEADERS_OF_ERRORS = "headers_of_errors"
"""For a route's `opt`: headers that its error responses have too."""
IS_HEAD = "gazouillis.is_head"
"""The key of an ASGI scope, there when a HEAD request is answered by the route of GET: nobody sees the page."""
IN_ADDRESSES = "/?#%=&:;,+@!$'()*~[]"
"""Characters that a header with an address has as they are: https://www.rfc-editor.org/rfc/rfc3986#section-2.2"""


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
            self.requested_language or (signed_in.user.language if signed_in else "") or display.language(request.cookies),
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
    def moderator(self) -> User:
        user, _account = self.user_and_account
        rules.check_may_moderate(user.role)
        return user

    def require_member(self) -> Account:
        """For handlers that need only the refusal. An `assert` would not run under `python -O`."""
        return self.member

    def require_administrator(self) -> Account:
        return self.administrator

    def require_moderator(self) -> User:
        return self.moderator

    @property
    def is_partial(self) -> bool:
        return is_partial(self.request)

    def translate(self, message: Message) -> str:
        return i18n.translate(message, self.language)

    def errors(self, problem: Problem | None) -> dict[str, str]:
        """Translated sentences by field name, in the order of the fields, for a form that is shown again; `""`: about the whole form."""
        if problem is None:
            return {}
        faults = problem.faults if isinstance(problem, Invalid) else ()
        first = {one.field: one.public for one in reversed(faults)} or {"": problem.public}
        return {field: self.translate(message) for field, message in reversed(first.items())}

    async def page(self, *, live: str = "") -> Page:
        return Page(
            site_name=self.options.name,
            language=self.language,
            requested_language=self.requested_language,
            theme=display.theme(self.request.cookies),
            path=self.request.url.path,
            csrf_input=csrf_input(self.request),
            viewer=self.viewer,
            role=self.signed_in.user.role if self.signed_in else None,
            unread=await self._unread(),
            unread_conversations=await self._unread_conversations(),
            applicants=await self._applicants(),
            open_reports=await self._open_reports(),
            flash=read_flash(self.request),
            max_characters=self.options.max_characters,
            may_invite=self.signed_in is not None and options.may_invite(self.options, self.signed_in.user.role),
            open_registrations=self.options.registrations != "closed",
            sends_mail=bool(self.site.settings.mail),
            live=live,
            is_approved=self.signed_in is not None and self.signed_in.user.approved_at is not None,
            is_viewer_known=self.is_viewer_known,
            side=await self._side(),
            way_back="" if self.signed_in else self._way_back(),
        )

    def _way_back(self) -> str:
        query = self.request.query_params
        return local_path(query.get("next", "")) or roads.way_back(self.request.url.path, query)

    async def _side(self) -> Side:
        """Nothing for a part of a page, and for somebody who waits for approval."""
        is_waiting = self.signed_in is not None and self.signed_in.user.approved_at is None
        if self.is_partial or is_waiting:
            return side.NOTHING
        return await side.load(self.reader, self.viewer_id, self.site.settings.authority)

    async def _unread(self) -> int:
        if self.viewer is None or is_quiet_now(self.viewer.boundaries.quiet, self.reader):
            return 0
        return await notifications.unread_without_messages(self.reader, self.viewer.id)

    async def _unread_conversations(self) -> int:
        if self.viewer is None or is_quiet_now(self.viewer.boundaries.quiet, self.reader):
            return 0
        return await conversations.unread_count(self.reader, self.viewer.id)

    async def _applicants(self) -> int:
        return await applicants.waiting_count(self.reader) if self.is_moderator else 0

    async def _open_reports(self) -> int:
        return await reports.open_count(self.reader) if self.is_moderator else 0

    @property
    def is_moderator(self) -> bool:
        return self.signed_in is not None and rules.is_at_least(self.signed_in.user.role, Role.MODERATOR)

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

    async def _unread_conversations(self) -> int:
        with suppress(Unavailable):
            return await super()._unread_conversations()
        return 0

    async def _applicants(self) -> int:
        with suppress(Unavailable):
            return await super()._applicants()
        return 0

    async def _open_reports(self) -> int:
        with suppress(Unavailable):
            return await super()._open_reports()
        return 0

    async def _side(self) -> Side:
        return side.NOTHING


def _html_response(page: Page, html: str | bytes, status_code: int = 200) -> Response[Any]:
    response = Response(html, media_type="text/html", status_code=status_code)
    if page.flash:
        response.delete_cookie(FLASH)
    return response


@asynccontextmanager
async def request_context(request: AnyRequest, *, is_long: bool = False, token: str = "") -> AsyncIterator[RequestContext]:
    """`is_long`: the request makes slow queries, which run apart so that they do not delay the other requests. `token`: of a session
    that has just started, whose cookie the browser does not have yet.
    """
    site = site_of(request)
    async with site.db.long_read() if is_long else site.db.read() as reader:
        chosen = await options.effective(reader, site.settings)
        token = token or request.cookies.get(SESSION, "")
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


def wants_json(request: AnyRequest) -> bool:
    """Whether a script of ours asks: other requests for pages do not name JSON alone."""
    return request.headers.get("accept", "") == "application/json"


async def member(request: AnyRequest) -> Account:
    """The signed-in account, for handlers that only write."""
    async with request_context(request) as context:
        return context.member


def is_partial(request: AnyRequest) -> bool:
    """Whether the page's script asks: the answer is then only the part of the page that changes."""
    return "x-fragment" in request.headers


def is_unseen(request: AnyRequest) -> bool:
    """Whether nobody sees the page: a HEAD request, or one in advance (https://fetch.spec.whatwg.org/#sec-purpose-header and before)."""
    return IS_HEAD in request.scope or any("prefetch" in request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))


def site_of(request: AnyRequest) -> Site:
    return cast("HasSite", request.app).site


Form = dict[str, str]


async def form_of(request: AnyRequest) -> Form:
    """The text fields of the form. Line ends, which browsers send as CRLF, are LF."""
    return text_fields(await fields_of(request))


async def fields_of(request: AnyRequest) -> request_bodies.Pairs:
    """All fields and files of the form. The body can be read only once."""
    fields = await request_bodies.fields(request.stream(), request.content_type, files=request.route_handler.opt.get("files", ()))
    request.scope["state"]["fields"] = fields  # for `unsent`
    return fields


def text_fields(fields: request_bodies.Pairs) -> Form:
    form = {name: value.replace("\r\n", "\n") for name, value in fields if isinstance(value, str)}
    if any("\0" in value for value in form.values()):
        raise request_bodies.unreadable_form()
    return form


def csrf_input(request: AnyRequest) -> Markup:
    """The hidden field with the CSRF token. On a 404 page, for which Litestar makes no token, it holds the one of the browser's cookie."""
    return Markup(f'<input type="hidden" name="{CSRF_FIELD}" value="{escape(csrf_token(request))}">')


def csrf_token(request: AnyRequest) -> str:
    made = ScopeState.from_scope(request.scope).csrf_token
    return made if isinstance(made, str) else request.cookies.get(CSRF_COOKIE, "")


def origin(request: AnyRequest) -> str:
    """The page that the form was on, if it is ours: the Referer, or what a page between them (`confirmations.ask`) says in `back`."""
    return local_path(request.query_params.get("back", "")) or local_path(request.headers.get("referer", ""))


def redirect_back(
    request: AnyRequest, default: str = "/", *, flash: Message | None = None, undo: str = "", language: str = "en"
) -> Response[Any]:
    """To the page that the form was on, or to `default`."""
    return redirect(origin(request) or default, request, flash=flash, undo=undo, language=language)


def redirect(
    path: str, request: AnyRequest, *, flash: Message | None = None, undo: str = "", language: str = "en", told: Flash | None = None
) -> Response[Any]:
    """`undo`: the path of a form that takes back what the flash message tells. `told`: a flash message that is made already.

    A script that sent a form gets no redirect: see `for_script`.
    """
    response: Response[Any] = Redirect(path, status_code=303)
    if request.method == "POST" and is_partial(request):
        response = for_script(path)
    told = told if flash is None else Flash(i18n.translate(flash, language), undo=undo)
    if told is not None:
        site, content = site_of(request), [told.text, told.undo, told.links]
        response.set_cookie(
            Cookie(FLASH, value=site.secrets.sign(FLASH, content), httponly=True, samesite="lax", secure=site.settings.is_secure)
        )
    return response


def for_script(path: str, status_code: int = 200) -> Response[Any]:
    """The page's script would follow a redirect by itself, and show nothing of it: it is told to go there with the whole page instead."""
    return Response("", media_type="text/html", status_code=status_code, headers={"X-Redirect": quote(path, safe=IN_ADDRESSES)})


def with_flash(response: Response[Any], message: Message | None, language: str, undo: str = "") -> Response[Any]:
    """For the page's script: what was done, as a flash message tells it on a whole page."""
    if message is not None:
        response.headers["X-Done"] = json.dumps({"done": {"text": i18n.translate(message, language), "undo": undo}})
    return response


def read_flash(request: AnyRequest) -> Flash | None:
    signed = request.cookies.get(FLASH)
    if not signed:
        return None
    try:
        content = site_of(request).secrets.unsign(FLASH, signed, max_age=60)
    except NotFound:
        return None
    match content:
        case [str() as text, str() as undo, list() as links]:
            return Flash(text, undo=undo, links=tuple((words, path) for words, path in links))
        case _:
            return None


def local_path(address: str) -> str:
    """What follows the host in an address within this server; empty when it leads elsewhere, so that redirects cannot leave the site."""
    try:
        parts = urlsplit(address.replace("\\", "/"))
    except ValueError:
        return ""
    path = parts.path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    return path if path.startswith("/") and not path.startswith("//") else ""
