"""Tracks: the list of what one tracks, and for each a live timeline of its hits. The commands of 2007, typed in the composer, lead here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.search.tracks import add as commands
from gazouillis.search.tracks import digest, queries
from gazouillis.search.tracks.commands import obey
from gazouillis.search.tracks.feeds import renew
from gazouillis.search.tracks.loaded import load_words
from gazouillis.search.tracks.mark_seen import mark_page_seen
from gazouillis.search.tracks.models import Delivery, Track
from gazouillis.search.tracks.places import also_tracked, parse_kept
from gazouillis.search.tracks.remove import remove
from gazouillis.statuses.models import StatusView
from gazouillis.text.track_commands import Command, command
from gazouillis.web import pagination
from gazouillis.web.confirmations import ask
from gazouillis.web.page_cache import Timeline
from gazouillis.web.pages.track_feed import feed_url
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import (
    AnyRequest,
    Form,
    RequestContext,
    form_of,
    is_unseen,
    local_path,
    member,
    redirect,
    request_context,
    site_of,
)
from gazouillis.web.unsent import restorable

PATH = "/tracks"
NOTIFY = "notify"
"""The field of a form whose box says that hits notify."""


@get(PATH)
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, {}, {})


@post(PATH, opt=restorable("tracks"))
async def add(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        me, language = context.member, context.language
    await load_words()
    try:
        async with site_of(request).db.write() as tx:
            track = await commands.add(
                tx,
                me,
                form.get("query", ""),
                language=language,
                authority=site_of(request).settings.authority,
                delivery=_delivery(form),
            )
    except Invalid as problem:
        async with request_context(request) as context:
            return await _show(context, form, context.errors(problem), status_code=422)
    path = local_path(request.query_params.get("next", "")) or f"{PATH}/{track.id}"
    return redirect(path, request, flash=_("You track “{query}” now.", query=track.query), language=language)


@post(PATH + "/off")
async def silence(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        me, language = context.member, context.language
    async with site_of(request).db.write() as tx:
        await commands.silence(tx, me)
    return redirect(PATH, request, flash=_("Your tracks are silent, until you track something again."), language=language)


@get(PATH + "/digest")
async def show_digest(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        user, me = context.user_and_account
        fetch = partial(digest.page, context.reader, user)

        async def load(ids: Sequence[StatusId]) -> list[StatusView]:
            return await digest.seen(context.reader, me.id, ids, context.site.settings.authority)

        page = await pagination.list_page(context, fetch, load)
        return await context.render_timeline("track_digest.html", Timeline(page.entries, page.older, page.newer))


@get(PATH + "/{track_id:str}")
async def hits(request: AnyRequest, track_id: FromPath[str]) -> Response[Any]:
    await _mark_seen(request, parse_id(track_id))
    async with request_context(request) as context:
        user, me = context.user_and_account
        track = await queries.own(context.reader, me.id, parse_id(track_id))
        fetch = partial(queries.timeline, context.reader, track)
        authority = context.site.settings.authority

        async def load(ids: Sequence[StatusId]) -> list[StatusView]:
            return await queries.seen(context.reader, track, ids, authority)

        if pagination.wants_newer(context):
            return await pagination.newer_statuses(context, fetch, load)
        page = await pagination.list_page(context, fetch, load)
        live = f"/live/track/{track.id}" if page.is_first and track.is_on else ""
        return await context.render_timeline(
            "track.html",
            Timeline(page.entries, page.older, page.newer),
            live=live,
            track=track,
            places=also_tracked(parse_kept(track.query, track.language), context.language),
            feed=feed_url(context.site.settings.base_url, user, track),
        )


@post(PATH + "/{track_id:str}")
async def change(request: AnyRequest, track_id: FromPath[str]) -> Response[Any]:
    """`part` says what to change: `delivery`, or `state`, which switches it on or off."""
    form, identifier = await form_of(request), parse_id(track_id)
    async with request_context(request) as context:
        me, language = context.member, context.language
    async with site_of(request).db.write() as tx:
        before = await queries.own(tx, me.id, identifier)
        match form.get("part"):
            case "delivery":
                track = await commands.change(tx, before, delivery=_chosen(form), is_on=before.is_on)
            case "state":
                track = await commands.change(tx, before, delivery=before.delivery, is_on="on" in form)
            case _:
                raise NotFound(_("There is nothing here"))
    return redirect(f"{PATH}/{identifier}", request, flash=_changed(before, track), language=language)


@post(PATH + "/{track_id:str}/delete")
async def delete(request: AnyRequest, track_id: FromPath[str]) -> Response[Any]:
    form, identifier = await form_of(request), parse_id(track_id)
    async with request_context(request) as context:
        me, language = context.member, context.language
        track = await queries.own(context.reader, me.id, identifier)
        if asked := await ask(context, form, "delete-track", default=f"{PATH}/{identifier}", query=track.query):
            return asked
    async with site_of(request).db.write() as tx:
        await remove(tx, me.id, identifier)
    return redirect(PATH, request, flash=_("You no longer track “{query}”.", query=track.query), language=language)


@post(PATH + "/{track_id:str}/feed")
async def renew_feed(request: AnyRequest, track_id: FromPath[str]) -> Response[Any]:
    """Gives the feeds of all tracks another address; the one before is dead at once."""
    form, identifier = await form_of(request), parse_id(track_id)
    path = f"{PATH}/{identifier}"
    async with request_context(request) as context:
        user, me = context.user_and_account
        language = context.language
        await queries.own(context.reader, me.id, identifier)
        if user.preferences.track_feed and (asked := await ask(context, form, "renew-feed", default=path)):
            return asked
    async with site_of(request).db.write() as tx:
        await renew(tx, me.id)
    return redirect(path, request, flash=_("Your feeds have a new address."), language=language)


def asked_in(form: Form, *, has_files: bool) -> Command | None:
    """The command that somebody typed in the composer. In a reply or with a picture, the same words are a post."""
    return None if form.get("in_reply_to_id") or has_files else command(form.get("status", ""))


async def obeyed(request: AnyRequest, me: Account, asked: Command, language: str) -> tuple[str, list[Cookie]]:
    """Where to go after a command of the composer, with the cookie that says there what happened. Raises Invalid."""
    await load_words()
    async with site_of(request).db.write() as tx:
        done = await obey(tx, me, asked, language=language, authority=site_of(request).settings.authority)
    redirection = redirect(PATH, request, flash=done, language=language)
    return PATH, list(redirection.cookies)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, form, context.errors(problem))


def _delivery(form: Form) -> Delivery | None:
    """None, when the box is empty: a track that one has already goes on as it was."""
    return Delivery.NOTIFY if NOTIFY in form else None


def _chosen(form: Form) -> Delivery:
    """By the button that was pressed on the page of a track."""
    word = form.get("delivery", "")
    if word not in {one.value for one in Delivery}:
        raise NotFound(_("There is nothing here"))
    return Delivery(word)


def _changed(before: Track, track: Track) -> Message:
    if track.is_on != before.is_on:
        return _("This track is on again.") if track.is_on else _("This track is silent.")
    match track.delivery:
        case Delivery.NOTIFY:
            return _("Each hit notifies you now.")
        case Delivery.DAILY:
            return _("You are notified once a day now.")
        case Delivery.COLUMN:
            return _("Hits no longer notify you.")


async def _mark_seen(request: AnyRequest, track_id: int) -> None:
    if not is_unseen(request):
        me = await member(request)
        await mark_page_seen(site_of(request), me.id, track_id, pagination.window_of(request))


async def _show(context: RequestContext, form: Form, errors: Form, *, status_code: int = 200) -> Response[Any]:
    mine = await queries.of_account(context.reader, context.member.id)
    return await context.render("tracks.html", status_code=status_code, tracks=mine, form=form, errors=errors)


routes = [show, add, silence, show_digest, hits, change, delete, renew_feed]
