"""Thanks for a thread: the form for its author, and the list of those whom a status thanks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts.models import User
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem, TooMany
from gazouillis.infra.basics.ids import AccountId, id_or_none
from gazouillis.infra.basics.messages import _
from gazouillis.statuses import views
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.statuses.thanks import queries as all_thanks
from gazouillis.statuses.thanks.models import LONGEST_LINE, MOST_AT_ONCE, Thanked, ThanksDraft
from gazouillis.statuses.thanks.participants import participants
from gazouillis.statuses.thanks.thank import thank
from gazouillis.text.length import counted_length
from gazouillis.web import pagination
from gazouillis.web.pages import compose, publishing
from gazouillis.web.pages.profile import HIDDEN_FROM_ROBOTS
from gazouillis.web.pages.thread import status_at
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of
from gazouillis.web.unsent import restorable

PATH = "/statuses/{status_id:str}/thanks"
TICK = "tick"
"""The name of the buttons that tick everybody or nobody: the form is then shown again."""
_TICKED = re.compile(r"p([0-9]{1,19})")
_LINE = re.compile(r"line_([0-9]{1,19})")


@get(PATH)
async def show(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, await compose.own(context, status_id), None, None)


@post(PATH, opt=restorable("thanks"))
async def send(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        (user, author), language, terms = context.user_and_account, context.language, publishing.terms(context)
        view = await compose.own(context, status_id)
        if TICK in form:
            return await _show(context, view, form, None)
    try:
        draft = _draft(form, user)
        await publishing.count_published(request, author)
        async with site_of(request).db.write() as tx:
            published = await thank(tx, author, view.id, draft, terms)
    except (Invalid, TooMany) as problem:
        async with request_context(request) as context:
            return publishing.with_retry(await _show(context, view, form, problem), problem)
    return redirect(f"/@{author.acct}/{published.id}", request, flash=_("Your thanks are posted"), language=language)


@get("/{handle:str}/{status_id:str}/thanked")
async def people(request: AnyRequest, handle: FromPath[str], status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        view = await status_at(context, handle, status_id)
        if view.is_tombstone or not view.status.thanked_count:
            raise NotFound(_("There is nothing here"))

        async def load(ids: Sequence[AccountId]) -> list[Thanked]:
            return await all_thanks.shown(context.reader, view.status, context.viewer_id, ids)

        page = await pagination.list_page(context, partial(all_thanks.page, context.reader, view.id), load)
        relations = await graph.relations(context.reader, context.viewer_id, [one.account.id for one in page.entries])
        own_line = await all_thanks.lines_for(context.reader, context.viewer_id, [view.id]) if context.viewer_id else {}
        response = await context.render(
            "thanked.html",
            view=view,
            people=page.entries,
            relations=relations if context.viewer else {},
            own_line=own_line.get(view.id, ""),
            **page.links,
        )
        response.headers.update(HIDDEN_FROM_ROBOTS)
        return response


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, await compose.own(context, form.get("status_id", "")), form, problem)


async def _show(context: RequestContext, view: StatusView, form: Form | None, problem: Problem | None) -> Response[Any]:
    """`form`: None when it is opened, with everybody ticked."""
    if view.status.visibility is Visibility.DIRECT:
        raise NotFound(_("There is nothing here"))
    thanks_id = await all_thanks.of_thread(context.reader, context.member.id, view.status.conversation_id)
    seen = await views.views(context.reader, [thanks_id], context.member.id) if thanks_id else []
    thanks = seen[0] if seen else None
    found = await participants(context.reader, context.member, (thanks or view).status)
    everybody = [one.account.id for one in found.people]
    match (form or {}).get(TICK, "" if form is not None else "all"):
        case "all":
            ticked = everybody
        case "none":
            ticked = []
        case _:
            ticked = _people(form or {})
    text = (thanks.status.text if thanks else "") if form is None else form.get("status", "")
    errors = context.errors(problem)
    return await context.render(
        "thanks.html",
        status_code=publishing.status_of(problem),
        view=view,
        thanks=thanks,
        people=found.people,
        has_more=found.has_more,
        most=MOST_AT_ONCE,
        ticked=ticked,
        text=text,
        remaining=context.options.max_characters - counted_length(text),
        lines=_lines(form or {}),
        longest_line=LONGEST_LINE,
        errors=errors,
    )


def _draft(form: Form, user: User) -> ThanksDraft:
    """Raises Invalid for a personal line that would be lost, since its person is not ticked."""
    people, lines = _people(form), _lines(form)
    for one, line in lines.items():
        if line.strip() and one not in people:
            raise Invalid(_("Tick this person, or empty the line"), field=f"lines.{one}")
    language = user.preferences.default_language or user.language
    return ThanksDraft(form.get("status", ""), tuple(people), lines, language)


def _people(form: Form) -> list[AccountId]:
    return [AccountId(one) for name in form if (match := _TICKED.fullmatch(name)) and (one := id_or_none(match[1])) is not None]


def _lines(form: Form) -> Mapping[AccountId, str]:
    found = ((match, line) for name, line in form.items() if (match := _LINE.fullmatch(name)))
    return {AccountId(one): line for match, line in found if (one := id_or_none(match[1])) is not None}


routes = [show, send, people]
