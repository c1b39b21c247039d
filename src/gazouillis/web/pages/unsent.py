"""Shows forms again that were refused before their handlers ran: with what was typed, after signing in or with a fresh CSRF token.

While somebody signs in, the sign-in form carries what was typed. Then their session keeps it, so that the form has an address, `/unsent`,
which can be loaded again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get

from gazouillis.accounts import unsent_forms
from gazouillis.accounts.models import Session
from gazouillis.infra.basics.errors import Forbidden, Problem
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.web.pages import (
    account_note,
    compose,
    invitation,
    invitations,
    lists,
    meetings,
    messages,
    password,
    places,
    plan_meeting,
    propose_coffee,
    report,
    settings_account,
    settings_cards,
    settings_circles,
    settings_domains,
    settings_filters,
    settings_limits,
    settings_profile,
    settings_protected,
    settings_sign_ups,
    settings_site,
    settings_site_people,
    setup,
    sign_up,
    stays,
    thanks,
    tracks,
)
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, redirect, request_context, wants_json
from gazouillis.web.unsent import UnsentForm, of_request, renew_token, with_cookie

PATH = "/unsent"

ShowAgain = Callable[[RequestContext, Form, Problem | None], Awaitable[Response[Any]]]
"""Shows a form with what was typed. It checks who asks, as the page of the form does. No problem: nothing was wrong with it."""

STALE = _("This form had waited too long. Nothing is lost: please send it once more")
SIGN_IN_FIRST = _("Your session has ended. What you wrote is kept: sign in, and you will find it again")
WELCOME_BACK = _("You are signed in again, and here is what you wrote")


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    """What was typed before signing in, as long as the session keeps it."""
    async with request_context(request) as context:
        context.require_member()
        form = await _of_session(context.reader, context.signed_in.session) if context.signed_in else None
        try:
            return await FORMS[form.name](context, form.fields, None) if form else redirect("/", request)
        except Problem:  # somebody else has signed in, or what the form is about has gone
            return redirect("/", request)


async def keep(tx: Tx, token: str, form: UnsentForm) -> bool:
    """Keeps the form in the session that this token opens. False when there is no form of this name."""
    if form.name not in FORMS:
        return False
    await unsent_forms.keep(tx, token, msgspec.json.encode(form))
    return True


async def refused(request: AnyRequest, *, is_stale: bool) -> Response[Any] | None:
    """The answer to a form that had no session or, `is_stale`, no valid CSRF token. None when there is no text to keep."""
    form = None if wants_json(request) else await of_request(request)
    if form is None:
        return None
    cookie = renew_token(request)
    async with request_context(request) as context:
        try:
            may_send = context.viewer is not None or form.name in OPEN_TO_VISITORS
            answer = await _again(context, form) if may_send and is_stale else await _sign_in(context, form)
        except Problem:
            return None
    if answer.status_code in {HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY}:
        answer.status_code = HTTPStatus.FORBIDDEN
    return with_cookie(answer, cookie)


async def show_sign_in(context: RequestContext, form: Form, errors: Mapping[str, str], *, status_code: int = 200) -> Response[Any]:
    hidden = {name: value for name, value in form.items() if name.startswith("unsent")}
    return await context.render("sign_in.html", status_code=status_code, form=form, errors=errors, hidden=hidden)


async def _of_session(reader: Reader, session: Session) -> UnsentForm | None:
    content = await unsent_forms.of_session(reader, session)
    return msgspec.json.decode(content, type=UnsentForm) if content else None


async def _again(context: RequestContext, form: UnsentForm) -> Response[Any]:
    return await FORMS[form.name](context, form.values, Forbidden(STALE))


async def _sign_in(context: RequestContext, form: UnsentForm) -> Response[Any]:
    return await show_sign_in(context, form.hidden_fields, {"": context.translate(SIGN_IN_FIRST)})


async def _show_sign_in_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await show_sign_in(context, form, context.errors(problem))


FORMS: Mapping[str, ShowAgain] = {
    "account": settings_account.show_again,
    "another-time": meetings.show_again,
    "card": settings_cards.show_card_again,
    "cards": settings_cards.show_again,
    "circle": settings_circles.show_circle_again,
    "circles": settings_circles.show_again,
    "coffee": propose_coffee.show_again,
    "domains": settings_domains.show_again,
    "filter": settings_filters.show_one_again,
    "filter-post": settings_filters.show_choice_again,
    "filters": settings_filters.show_again,
    "guest": invitation.show_again,
    "invitation": invitations.show_again,
    "limits": settings_limits.show_again,
    "list": lists.show_list_again,
    "lists": lists.show_again,
    "meeting": plan_meeting.show_again,
    "meeting-edit": plan_meeting.show_edit_again,
    "message": messages.show_again,
    "note": account_note.show_again,
    "password": password.show_again,
    "protected": settings_protected.show_again,
    "people": settings_site_people.show_again,
    "profile": settings_profile.show_again,
    "rejection": settings_sign_ups.show_again,
    "report": report.show_again,
    "setup": setup.show_again,
    "sign-in": _show_sign_in_again,
    "sign-up": sign_up.show_again,
    "site": settings_site.show_again,
    "stay": stays.show_again,
    "stay-in": places.show_again,
    "status": compose.show_again,
    "thanks": thanks.show_again,
    "tracks": tracks.show_again,
}
OPEN_TO_VISITORS = {"guest", "password", "setup", "sign-in", "sign-up"}

routes = [show]
