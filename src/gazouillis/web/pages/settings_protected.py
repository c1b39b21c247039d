"""People whom the viewer protects: their names, and who may read of them. Only the viewer ever sees this."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from gazouillis.accounts import preferences, queries
from gazouillis.accounts.models import Account, Preferences
from gazouillis.accounts.profile import ProfileChange, change_profile
from gazouillis.graph import circles
from gazouillis.infra.basics.errors import Faults, Invalid, NotFound, Problem
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses.models import Visibility
from gazouillis.web import audiences
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

PATH = "/settings/protected-people"


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, _form(context.user_and_account[0].preferences))


@post(PATH, opt=restorable("protected"))
async def save(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        account, language = context.member, context.language
    try:
        async with site_of(request).db.write() as tx:
            await _save(tx, account, form, site_of(request).settings.base_url)
    except Invalid as problem:
        async with request_context(request) as context:
            return await show_again(context, form, problem)
    return redirect(PATH, request, flash=_("It is saved. It holds for what you write from now on."), language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, {"people": "", "audience": ""} | form, context.errors(problem))


async def _save(tx: Tx, account: Account, form: Form, base_url: str) -> None:
    user, account = await queries.user(tx, account.id), await queries.by_id(tx, account.id) or account
    if user is None:
        raise NotFound
    faults, people, circle_id = Faults(), user.preferences.protected_people, 0
    with faults.collected():
        people = preferences.checked_people(form.get("people", ""))
    with faults.collected():
        circle_id = await _circle(tx, account, form.get("audience", ""))
    faults.raise_any()
    chosen = msgspec.structs.replace(user.preferences, protected_people=people, protected_circle=circle_id)
    await preferences.change_preferences(tx, user, chosen)
    boundaries = msgspec.structs.replace(account.boundaries, protects=bool(people))
    await change_profile(tx, account, ProfileChange(boundaries=boundaries), base_url=base_url)


async def _circle(tx: Tx, account: Account, value: str) -> int:
    """0: mutuals. Raises Invalid for any other audience than these and one's own circles."""
    try:
        chosen = audiences.parse(value)
        if chosen.circle_id is None and chosen.visibility is Visibility.MUTUALS:
            return 0
        if chosen.circle_id is not None:
            return (await circles.own(tx, account.id, chosen.circle_id)).id
    except (Invalid, NotFound):
        pass
    raise Invalid(_("Choose mutuals or one of your circles"), field="audience", code="ERR_INCLUSION")


def _form(chosen: Preferences) -> Form:
    audience = f"circle:{chosen.protected_circle}" if chosen.protected_circle else "mutuals"
    return {"people": "\n".join(", ".join(person) for person in chosen.protected_people), "audience": audience}


async def _show(context: RequestContext, form: Form, errors: Form | None = None) -> Response[Any]:
    return await context.render(
        "settings_protected.html",
        status_code=422 if errors else 200,
        form=form,
        errors=errors or {},
        circles=await circles.of_account(context.reader, context.member.id),
    )


routes = [show, save]
