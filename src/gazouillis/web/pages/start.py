"""A newcomer's first minutes, in three steps that can each be skipped: something to track, a few people, a hello; then what happens next.

The forms are those of other pages, which lead back here: a track is added by /tracks, a hello published by /statuses.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post

from gazouillis.accounts.models import Account
from gazouillis.graph.follow_several import follow_several
from gazouillis.graph.suggestions import suggestions
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId, id_or_none
from gazouillis.infra.basics.messages import Message, _, counted
from gazouillis.places import gazetteer
from gazouillis.places import queries as places
from gazouillis.search.tracks import queries as tracks
from gazouillis.statuses.trends import trends
from gazouillis.text.length import counted_length
from gazouillis.web.pages import compose
from gazouillis.web.place_names import place_name
from gazouillis.web.rendering import Composer
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, member, redirect, request_context, site_of

PATH = "/start"
TRACK, PEOPLE, HELLO, THEN = STEPS = ("track", "people", "hello", "then")
FEW = 5
"""How many people a newcomer is shown."""
CHOICE = "follow_"
"""Begins the name of the box of somebody to follow; their id ends it."""
MOST_EXAMPLES = 5
LONGEST_NAME = 40
"""Characters of a name that the proposed hello tells."""


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    """Where people arrive who have just signed up. They may skip it, and come back."""
    step = request.query_params.get("step", TRACK)
    if step not in STEPS:
        raise NotFound(_("There is nothing here"))
    async with request_context(request) as context:
        context.require_member()
        return await _show(context, step)


@post(PATH + "/people")
async def follow(request: AnyRequest) -> Response[Any]:
    """Follows those left ticked, all at once."""
    me, form = await member(request), await form_of(request)
    try:
        async with site_of(request).db.write() as tx:
            followed = await follow_several(tx, me, _chosen(form))
    except Invalid as problem:
        async with request_context(request) as context:
            return await _show(context, PEOPLE, context.errors(problem), status_code=422)
    async with request_context(request) as context:
        return redirect(step_path(HELLO), request, flash=_followed(len(followed)), language=context.language)


def step_path(step: str) -> str:
    return f"{PATH}?step={step}"


def path_after_hello(origin: str) -> str:
    """Where to go after a post that was written on this page; empty for any other."""
    return step_path(THEN) if origin.partition("?")[0] == PATH else ""


def _chosen(form: Form) -> list[AccountId]:
    """What is no id was not ticked by a person."""
    ids = (id_or_none(name.removeprefix(CHOICE)) for name in form if name.startswith(CHOICE))
    return [AccountId(one) for one in ids if one is not None]


def _followed(number: int) -> Message:
    if not number:
        return _("You follow them already.")
    return counted("You follow or have asked {count} more person.", "You follow or have asked {count} more people.", number)


async def _show(context: RequestContext, step: str, errors: Form | None = None, *, status_code: int = 200) -> Response[Any]:
    me, parts = context.member, dict[str, Any]()
    match step:
        case "track":
            parts = {"examples": await _examples(context, me), "tracks": await tracks.of_account(context.reader, me.id)}
        case "people":
            parts = {"suggestions": await suggestions(context.reader, me.id, FEW)}
        case "hello":
            parts = {"composer": await _hello(context, me)}
        case _:
            parts = {"tracks": await tracks.of_account(context.reader, me.id)}
    return await context.render("start.html", status_code=status_code, step=step, steps=STEPS[:3], errors=errors or {}, **parts)


async def _examples(context: RequestContext, me: Account) -> list[str]:
    """The newcomer's town, if they say where they live, then what is talked about here."""
    residence = await places.residence(context.reader, me.id)
    place = gazetteer.by_id(residence.place_id) if residence else None
    town = place_name(place, context.language) if place else me.location
    tagged = [f"#{one.name}" for one in await trends(context.reader)]
    return list(dict.fromkeys([*([town] if town and len(town) <= LONGEST_NAME else []), *tagged]))[:MOST_EXAMPLES]


async def _hello(context: RequestContext, me: Account) -> Composer:
    """With a text in their language, for who has said nothing yet. The greeting asks something: who asks is answered."""
    blank = await compose.blank(context)
    if me.statuses_count:
        return blank
    proposed = _("Hello! I am {name} and I have just come. Who is around, and what should I read first?", name=me.name[:LONGEST_NAME])
    text = context.translate(proposed)
    remaining = context.options.max_characters - counted_length(text)
    return blank if remaining < 0 else msgspec.structs.replace(blank, text=text, remaining=remaining)


routes = [show, follow]
