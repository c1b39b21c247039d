"""Who reads a published status, and who may reply: a page for its author, with the forms to change it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.graph import circles
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import CircleId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.statuses import narrow as narrowing
from gazouillis.statuses import rules
from gazouillis.statuses.events import Reach
from gazouillis.statuses.models import ReplyPolicy, StatusView, Visibility
from gazouillis.statuses.readership import Readership, readership
from gazouillis.statuses.restrict_replies import Restriction, restrict_replies
from gazouillis.web import audiences
from gazouillis.web.audiences import Audience
from gazouillis.web.confirmations import ask
from gazouillis.web.pages import compose
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import status_url
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of

SLOW_CHOICES = (1, 5, 15, 60)
"""Minutes between two replies of one person that the form offers."""


class Choice(msgspec.Struct, frozen=True):
    """A narrower audience that may be chosen, and who would read then. `circle`: the name of the circle."""

    value: str
    word: str
    readership: Readership
    circle: str = ""


@get("/statuses/{status_id:str}/audience")
async def show(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, await compose.own(context, status_id), {})


@post("/statuses/{status_id:str}/narrow")
async def narrow(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), StatusId(parse_id(status_id))
    async with request_context(request) as context:
        view, author, language = await compose.own(context, status_id), context.member, context.language
        try:
            if not form.get("visibility"):
                raise Invalid(_("Choose who may still read it"), field="visibility")
            chosen = audiences.parse(form["visibility"])
            is_question = rules.is_narrower(chosen.visibility, than=view.status.visibility)
            if is_question and (asked := await ask(context, form, "narrow", default=f"/statuses/{identifier}/audience")):
                return asked
            async with site_of(request).db.write() as tx:
                await narrowing.narrow(tx, author, identifier, *chosen)
        except Invalid as problem:
            return await _show(context, view, context.errors(problem), status_code=422)
    return redirect(f"/@{author.acct}/{identifier}", request, flash=_("Fewer people read this post now"), language=language)


@post("/statuses/{status_id:str}/replies")
async def change_replies(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), StatusId(parse_id(status_id))
    async with request_context(request) as context:
        view, author, language = await compose.own(context, status_id), context.member, context.language
        try:
            async with site_of(request).db.write() as tx:
                await restrict_replies(tx, author, identifier, _restriction(form, view))
        except Invalid as problem:
            return await _show(context, view, context.errors(problem), status_code=422)
    return redirect(f"/@{author.acct}/{identifier}", request, flash=_("Your choice holds from now on"), language=language)


def _restriction(form: Form, view: StatusView) -> Restriction:
    policy = rules.reply_policy(form.get("reply_policy") or ReplyPolicy.EVERYONE.word)
    if view.status.id != view.status.conversation_id:
        return Restriction(policy)
    return Restriction(policy, minutes_of(form), "frozen" in form)


def minutes_of(form: Form) -> int:
    """What the form says of the minutes between two replies of one person."""
    minutes = form.get("slow_minutes", "0")
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 6):
        raise Invalid(_("Choose how often one may reply"), field="slow_minutes")
    return int(minutes)


async def _show(context: RequestContext, view: StatusView, errors: dict[str, str], *, status_code: int = 200) -> Response[Any]:
    own_circles = await circles.of_account(context.reader, context.member.id)
    names = {one.id: one.name for one in own_circles}
    status = view.status
    return await context.render(
        "audience.html",
        status_code=status_code,
        view=view,
        url=status_url(view),
        readership=await readership(context.reader, _reach(view, Audience(status.visibility, status.circle_id))),
        circle=names.get(status.circle_id, "") if status.circle_id else "",
        choices=[
            Choice(
                one.value,
                one.visibility.word,
                await readership(context.reader, _reach(view, one)),
                names.get(one.circle_id or CircleId(0), ""),
            )
            for one in [*map(Audience, Visibility), *(Audience(Visibility.CIRCLE, one.id) for one in own_circles)]
            if rules.is_narrower(one.visibility, than=status.visibility) and (one.visibility is not Visibility.CIRCLE or one.circle_id)
        ],
        slow_choices=sorted({*SLOW_CHOICES, *([status.slow_minutes] if status.slow_minutes else [])}),
        errors=errors,
    )


def _reach(view: StatusView, audience: Audience) -> Reach:
    named = tuple(one.id for one in view.mentions)
    return Reach(view.account.id, audience.visibility, audience.circle_id, named, quoted_ids=tuple(view.cached.quoted_ids))


routes = [show, narrow, change_replies]
