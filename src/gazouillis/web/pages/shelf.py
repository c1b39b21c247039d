"""The shelf: questions and first posts that the reader could answer, the reader's own, and whether they want any of it."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts.models import Account
from gazouillis.encounters.shelf import expose, first_posts, offer, queries, rules
from gazouillis.encounters.shelf.models import Kind
from gazouillis.filters.models import Context
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.search.tracks.queries import met
from gazouillis.statuses.models import Status
from gazouillis.web import filtered, i18n
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import Flash
from gazouillis.web.request_context import AnyRequest, form_of, member, redirect, redirect_back, request_context, site_of

PATH = "/shelf"


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    """What is on the page counts as shown, unless a browser only fetches it in advance."""
    async with request_context(request) as context:
        user, reader = context.user_and_account
        items = [one for one in await queries.shelf(context.reader, user, met) if not filtered.is_hidden(one.view, Context.PUBLIC)]
        response = await context.render(
            "shelf.html", items=items, own=await queries.own(context.reader, reader.id), preferences=user.preferences
        )
    if expose.is_counted(reader, items) and "prefetch" not in request.headers.get("sec-purpose", ""):
        async with site_of(request).db.write() as tx:
            await expose.expose(tx, reader, [one.view.id for one in items])
    return response


@post(PATH + "/{status_id:str}/offer")
async def put(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    author, identifier, language = await member(request), StatusId(parse_id(status_id)), await _language(request)
    try:
        async with site_of(request).db.write() as tx:
            await offer.offer(tx, author, identifier)
    except Invalid as problem:
        return redirect(PATH, request, told=Flash(i18n.translate(problem.public, language), kind="problem"))
    done = _("People who can help are shown your question until somebody answers, for two days at most.")
    return redirect_back(request, PATH, flash=done, undo=f"{PATH}/{identifier}/withdraw", language=language)


@post(PATH + "/{status_id:str}/withdraw")
async def withdraw(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    author, identifier, language = await member(request), StatusId(parse_id(status_id)), await _language(request)
    async with site_of(request).db.write() as tx:
        await offer.withdraw(tx, author, identifier)
    return redirect_back(request, PATH, flash=_("Your post is taken back; it stays where it is."), language=language)


@post(PATH + "/{status_id:str}/dismiss")
async def dismiss(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    reader, language = await member(request), await _language(request)
    async with site_of(request).db.write() as tx:
        await expose.dismiss(tx, reader, StatusId(parse_id(status_id)))
    return redirect(PATH, request, flash=_("You are not shown this post here any more."), language=language)


@post(PATH + "/settings")
async def settings(request: AnyRequest) -> Response[Any]:
    """A box that is not ticked is not sent."""
    account, language, form = await member(request), await _language(request), await form_of(request)
    wishes = {name: name in form for name in ("shows_questions", "shelves_first_posts")}
    async with site_of(request).db.write() as tx:
        await offer.change_wishes(tx, account, **wishes)
    return redirect(PATH, request, flash=_("It is as you wish."), language=language)


async def told_after(request: AnyRequest, author: Account, status: Status) -> Flash | None:
    """What the author is told of the shelf after publishing: that a first post is there, or that a question may be put there."""
    async with request_context(request) as context:
        language, is_first = context.language, bool(await first_posts.entering_by_themselves(context.reader, [status]))
    if is_first:
        told = _("As you are new here, your first three public posts are shown to people who can answer.")
        links = ((i18n.translate(_("What is that?"), language), f"{PATH}#yours"),)
        return Flash(i18n.translate(told, language), undo=f"{PATH}/{status.id}/withdraw", links=links)
    if rules.belongs(status, Kind.QUESTION):
        told, label = _("You ask something."), _("Put it where people can help")
        return Flash(i18n.translate(told, language), links=((i18n.translate(label, language), f"/@{author.acct}/{status.id}#ask"),))
    return None


async def _language(request: AnyRequest) -> str:
    async with request_context(request) as context:
        return context.language


routes = [show, put, withdraw, dismiss, settings]
