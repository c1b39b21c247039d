"""My limits: who may reply, mention me, find me, read my town or count me in; the replies that wait.

A field that a form does not have keeps its value.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get, post

from gazouillis.accounts import quiet_hours
from gazouillis.accounts.boundaries import CHOICES, Act
from gazouillis.conversations.limits import Limits, LimitsChange, change_limits, limits, written
from gazouillis.infra.basics.errors import Invalid, Problem
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Window
from gazouillis.statuses import queries as statuses
from gazouillis.web import pagination
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

PATH = "/settings/limits"
BOXES = ("holds_strangers", "is_locked", "links_others", "allows_embedding")
USUAL_ZONES = {"fr": "Europe/Paris"}
"""By language of the pages, the time zone that is proposed first."""
MOST_AWAITING = 20
"""Replies that wait are counted up to this number."""


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, await _known(context))


@post(PATH, opt=restorable("limits"))
async def save(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        account, language = context.member, context.language
    try:
        async with site_of(request).db.write() as tx:
            await change_limits(tx, account.id, _chosen(form), base_url=site_of(request).settings.base_url)
    except Invalid as problem:
        async with request_context(request) as context:
            return await show_again(context, form, problem)
    return redirect(PATH, request, flash=_("Your limits are set."), language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    """What is not chosen in the form, as a box that is not ticked, is shown so."""
    known = await _known(context)
    unticked = {name: value for name, value in _form(known).items() if name not in BOXES}
    return await _show(context, known, unticked | form, context.errors(problem))


@get("/settings/held-replies")
async def awaiting(request: AnyRequest) -> Response[Any]:
    return await _list(request, is_awaiting=True)


@get("/settings/hidden-replies")
async def hidden(request: AnyRequest) -> Response[Any]:
    return await _list(request, is_awaiting=False)


def _chosen(form: Form) -> LimitsChange:
    return LimitsChange(
        default_reply_policy=form.get("default_reply_policy"),
        holds_strangers="holds_strangers" in form,
        is_locked="is_locked" in form,
        links_others="links_others" in form,
        allows_embedding="allows_embedding" in form,
        who_may={act: form[_field(act)] for act in Act if _field(act) in form},
        unwanted_words=form.get("unwanted_words"),
        quiet_from=form.get("quiet_from"),
        quiet_to=form.get("quiet_to"),
        time_zone=form.get("time_zone"),
    )


async def _known(context: RequestContext) -> Limits:
    return await limits(context.reader, *context.user_and_account)


def _field(act: Act) -> str:
    return f"who_may_{act}"


def _form(known: Limits) -> Form:
    flags = {name: getattr(known, name) for name in BOXES}
    quiet = zip(("quiet_from", "quiet_to", "time_zone"), written(known.quiet), strict=True)
    return {
        "default_reply_policy": known.default_reply_policy,
        **{_field(act): who.value for act, who in known.who_may.items()},
        **{name: "1" for name, is_on in flags.items() if is_on},
        "unwanted_words": "\n".join(known.unwanted_words),
        **{name: value for name, value in quiet if value or name != "time_zone"},
    }


async def _show(context: RequestContext, known: Limits, form: Form | None = None, errors: Form | None = None) -> Response[Any]:
    waiting = await statuses.withheld_by(context.reader, context.member.id, Window(MOST_AWAITING), is_awaiting=True)
    return await context.render(
        "settings_limits.html",
        status_code=422 if errors else 200,
        form={"time_zone": USUAL_ZONES.get(context.language, "UTC")} | (_form(known) if form is None else form),
        errors=errors or {},
        choices={act.value: [one.value for one in CHOICES[act]] for act in Act},
        zones=quiet_hours.zones(),
        waiting=len(waiting.items),
        most_waiting=MOST_AWAITING,
        who_may_write=known.who_may_write.word,
    )


async def _list(request: AnyRequest, *, is_awaiting: bool) -> Response[Any]:
    async with request_context(request) as context:
        fetch = partial(statuses.withheld_by, context.reader, context.member.id, is_awaiting=is_awaiting)
        page = await pagination.status_page(context, fetch)
        return await context.render("withheld_replies.html", is_awaiting=is_awaiting, statuses=page.entries, **page.links)


routes = [show, save, awaiting, hidden]
