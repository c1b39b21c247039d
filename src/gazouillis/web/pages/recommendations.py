"""Recommendations (FollowFriday): those of whom one follows, and one by its post, with a form that follows those left ticked."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.encounters.recommendations import decline as declining
from gazouillis.encounters.recommendations import follow_recommended as following
from gazouillis.encounters.recommendations import queries
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, StatusId, id_or_none
from gazouillis.infra.basics.messages import Message, _, counted
from gazouillis.web import pagination
from gazouillis.web.confirmations import ask
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context, site_of

PATH = "/recommendations"
CHOICE = "follow_"
"""A box of the form is named by this and the account's id."""


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        viewer = context.member
        fetch = partial(queries.of_followed, context.reader, viewer.id)
        page = await pagination.list_page(context, fetch, partial(queries.recommendations, context.reader, viewer.id))
        return await context.render("recommendations.html", recommendations=page.entries, **page.links)


@get(PATH + "/{status_id:str}")
async def one(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, StatusId(parse_id(status_id)), {})


@post(PATH + "/{status_id:str}/follow")
async def follow(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), StatusId(parse_id(status_id))
    async with request_context(request) as context:
        me, language = context.member, context.language
    try:
        async with site_of(request).db.write() as tx:
            followed = await following.follow_recommended(tx, me, identifier, _chosen(form))
    except Invalid as problem:
        async with request_context(request) as context:
            return await _show(context, identifier, context.errors(problem), status_code=422)
    undo = f"{PATH}/{identifier}/undo" if followed else ""
    return redirect(f"{PATH}/{identifier}", request, flash=_followed(len(followed)), undo=undo, language=language)


@post(PATH + "/{status_id:str}/undo")
async def undo(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    identifier = StatusId(parse_id(status_id))
    async with request_context(request) as context:
        me, language = context.member, context.language
    async with site_of(request).db.write() as tx:
        undone = await following.undo(tx, me, identifier)
    return redirect(PATH, request, flash=_undone(len(undone)), language=language)


@post(PATH + "/{status_id:str}/decline")
async def decline(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), StatusId(parse_id(status_id))
    async with request_context(request) as context:
        me, language = context.member, context.language
        if asked := await ask(context, form, "decline-recommendation", default=f"{PATH}/{identifier}"):
            return asked
    async with site_of(request).db.write() as tx:
        await declining.decline(tx, me, identifier)
    return redirect(f"{PATH}/{identifier}", request, flash=_("Nobody is offered to follow you by this post any more."), language=language)


def _chosen(form: Form) -> list[AccountId]:
    """What is no id was not ticked by a person: it becomes 0, which is recommended by nobody."""
    return [AccountId(id_or_none(name.removeprefix(CHOICE)) or 0) for name in form if name.startswith(CHOICE)]


def _followed(number: int) -> Message:
    if not number:
        return _("You follow them already.")
    return counted("You follow or have asked {count} more person.", "You follow or have asked {count} more people.", number)


def _undone(number: int) -> Message:
    if not number:
        return _("There was nobody left to unfollow.")
    return counted("You no longer follow {count} person of this batch.", "You no longer follow the {count} people of this batch.", number)


async def _show(context: RequestContext, status_id: StatusId, errors: Form, *, status_code: int = 200) -> Response[Any]:
    recommendation = await queries.by_id(context.reader, context.member.id, status_id)
    return await context.render("recommendation.html", status_code=status_code, recommendation=recommendation, errors=errors)


routes = [show, one, follow, undo, decline]
