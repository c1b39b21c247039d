"""Forms to publish and edit statuses. They answer with pages, or with JSON when the composer's script sends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from gazouillis.accounts.models import Account, User
from gazouillis.accounts.rules import is_language
from gazouillis.conversations import queries as conversations
from gazouillis.encounters.reach import act
from gazouillis.infra.basics.errors import Conflict, Invalid, NotFound, Problem, TooMany
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.limits import require
from gazouillis.media import queries as media
from gazouillis.media.attach import describe
from gazouillis.statuses import edit as editing
from gazouillis.statuses import queries as statuses
from gazouillis.statuses import rules
from gazouillis.statuses.edit import Revision
from gazouillis.statuses.idempotency import FormOver
from gazouillis.statuses.models import Draft, OnProtected, Status, Terms, Visibility
from gazouillis.statuses.publish import Published
from gazouillis.text.blank import is_blank
from gazouillis.web import adjustments, audiences, placing, polls, roads, stay_line
from gazouillis.web.pages import adjusting, attaching, compose, home, proposing, shelf, start, thread, tracks
from gazouillis.web.pages.attaching import KEPT_IDS, MOST_UPLOADED, TAKES_FILES, UPLOADED_IN, Submitted
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import Composer, Flash, status_url
from gazouillis.web.request_context import (
    AnyRequest,
    Form,
    RequestContext,
    local_path,
    redirect,
    request_context,
    site_of,
    wants_json,
)
from gazouillis.web.unsent import restorable

LONGEST_KEY = 255
"""Characters of an idempotency key; the rest is cut off."""

# As for apps, and counted with them: https://docs.joinmastodon.org/api/rate-limits/
MOST_PUBLISHED = 300
PUBLISHED_IN = timedelta(hours=3)


class Sent(msgspec.Struct, frozen=True):
    """The answer to the composer's script. `html`: the entry to show in a timeline."""

    id: str
    url: str
    html: str


class Refusal(msgspec.Struct, frozen=True):
    """Why the composer's script may not publish: sentences by field. The next try has this idempotency key and this author."""

    errors: Mapping[str, str]
    idempotency_key: str
    author: str
    visibility: str = ""
    """Another audience for the next try; empty: the one that is chosen."""
    warned: str = ""
    """Whether the author was warned that they name somebody whom they protect."""


@post("/statuses", opt=restorable("status") | TAKES_FILES, request_max_body_size=None)
async def publish(request: AnyRequest) -> Response[Any]:
    async with attaching.form_with_files(request) as sent:
        async with request_context(request) as context:
            (user, author), own_terms = context.user_and_account, terms(context)
            language = context.language
        form = sent.form
        try:
            asked = tracks.asked_in(form, has_files=bool(sent.files or attaching.ids(form))) if compose.is_by(author, form) else None
            if asked is not None:
                return obeyed(request, *await tracks.obeyed(request, author, asked, language))
            form = await attach(request, author, sent)
            if adjusting.SHOW_FILES in form:
                return await refused(request, form, None)
            published = await _publish(request, form, sent, user, author, own_terms, language)
        except (Invalid, NotFound, Conflict, TooMany) as problem:
            return await refused(request, form, problem)
    path = await _page_of(request, author, published)
    told = await _told(request, author, published, form, path)
    return await _sent(request, published, path, told) if wants_json(request) else redirect(path, request, told=told)


@post("/statuses/{status_id:str}/edit", opt=restorable("status") | TAKES_FILES, request_max_body_size=None)
async def edit(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    async with attaching.form_with_files(request) as sent:
        async with request_context(request) as context:
            author, own_terms, language = context.member, terms(context), context.language
            await statuses.own(context.reader, StatusId(parse_id(status_id)), author.id)
        form = sent.form
        try:
            form = await attach(request, author, sent)
            if adjusting.SHOW_FILES in form:
                return await refused(request, form | {"editing": status_id}, None)
            async with site_of(request).db.write() as tx:
                edited = await editing.edit(tx, author, StatusId(parse_id(status_id)), _revision(form, sent, language), own_terms)
        except (Invalid, Conflict, TooMany) as problem:
            return await refused(request, form | {"editing": status_id}, problem)
    path = f"/@{author.acct}/{edited.id}"
    return await _sent(request, edited, path) if wants_json(request) else redirect(path, request)


@get("/compose/sent")
async def is_sent(request: AnyRequest) -> Response[Any]:
    """Whether the draft with this `key` was published, although the browser did not get the answer."""
    async with request_context(request) as context:
        key = request.query_params.get("key", "")[:LONGEST_KEY]
        return _json({"is_sent": await statuses.is_published(context.reader, context.member.id, key)})


async def attach(request: AnyRequest, author: Account, sent: Submitted) -> Form:
    """The form with the ids of its attachments. Files of a form that was published already are not processed again."""
    site, key = site_of(request), sent.form.get("idempotency_key", "")[:LONGEST_KEY]
    if not compose.is_by(author, sent.form):
        raise compose.written_by_another(author)
    is_adjusted = bool(adjustments.typed(sent.form, sent.kept_ids or ()))
    if sent.files or is_adjusted:
        async with site.db.read() as reader:
            if key and await statuses.is_published(reader, author.id, key):
                return sent.form
    if sent.files:
        await require(site.limits, f"media:{author.id}", MOST_UPLOADED, UPLOADED_IN)
    attached = await attaching.accept(site, author, sent)
    if not is_adjusted or attached is None or adjusting.SHOW_FILES in sent.form:
        return attaching.with_attachment_ids(sent, attached)
    return adjustments.without(attaching.with_attachment_ids(sent, await adjusting.apply(site, author, sent, attached)))


async def _publish(
    request: AnyRequest, form: Form, sent: Submitted, user: User, author: Account, own_terms: Terms, language: str
) -> Status:
    await count_published(request, author)
    wanted = placed_draft(form, user, language)
    stay = proposing.ticked(form)
    async with site_of(request).db.write() as tx:
        await describe_files(tx, author, sent)
        published = await act.publish(tx, author, wanted, own_terms, roads.by(form))
        if stay is not None:
            await proposing.announce_with_post(tx, author, stay)
    check_is_not_another(published, wanted)
    return published.status


async def count_published(request: AnyRequest, author: Account) -> None:
    """Raises TooMany."""
    await require(site_of(request).limits, f"publish:{author.id}", MOST_PUBLISHED, PUBLISHED_IN)


def check_is_not_another(published: Published, draft: Draft) -> None:
    if _is_another(published, draft):
        raise AlreadySent


class AlreadySent(Conflict):
    """An earlier request with this idempotency key published another text, whose answer the browser did not get."""

    def __init__(self) -> None:
        super().__init__(_("An earlier version of this was posted already. Send it again to post this one too"))


def _is_another(published: Published, draft: Draft) -> bool:
    status = published.status
    return published.composed is None and status.edited_at is None and status.text != draft.text


def placed_draft(form: Form, user: User, language: str) -> Draft:
    """Raises Homonyms when its place is one of several."""
    return msgspec.structs.replace(draft(form, user), area=placing.chosen_in(form, language) or None)


def draft(form: Form, user: User) -> Draft:
    """What the form leaves open is as the author prefers, as for apps."""
    preferred = user.preferences
    chosen = audiences.parse(form.get("visibility", "") or preferred.default_visibility)
    parent = form.get("in_reply_to_id", "")
    return Draft(
        text=form.get("status", ""),
        visibility=chosen.visibility,
        circle_id=chosen.circle_id,
        reply_policy=rules.reply_policy(form.get("reply_policy", "") or preferred.default_reply_policy),
        in_reply_to_id=StatusId(parse_id(parent)) if parent else None,
        spoiler_text=form.get("spoiler_text", ""),
        is_sensitive=True if preferred.default_sensitive or "sensitive" in form else None,
        language=_language(form) or preferred.default_language or user.language,
        attachment_ids=attaching.ids(form),
        on_protected=_on_protected(form),
        poll=polls.draft_in(form) or None,
        idempotency_key=form.get("idempotency_key", "")[:LONGEST_KEY],
    )


def _on_protected(form: Form) -> OnProtected:
    """A form that was shown with the warning publishes what its author then chooses."""
    return OnProtected.PUBLISH if form.get(compose.WARNED) else OnProtected.ASK


def _revision(form: Form, sent: Submitted, language: str) -> Revision:
    return Revision(
        form.get("status", ""),
        form.get("spoiler_text", ""),
        is_sensitive=None if sent.kept_ids is None else "sensitive" in form or not is_blank(form.get("spoiler_text", "")),
        language=_language(form),
        attachment_ids=attaching.ids(form) if KEPT_IDS in form else None,
        area=placing.chosen_in(form, language),
        on_protected=_on_protected(form),
        descriptions=sent.descriptions,
        poll=polls.draft_in(form),
    )


async def describe_files(tx: Tx, author: Account, sent: Submitted) -> None:
    """What the form says of files that were uploaded before."""
    found = await media.by_ids(tx, [*sent.descriptions])
    free = [one for one in found.values() if one.account_id == author.id and one.status_id is None]
    await describe(tx, free, sent.descriptions)


def _language(form: Form) -> str:
    language = form.get("language", "")
    return language if is_language(language) else ""


def terms(context: RequestContext) -> Terms:
    return Terms(context.site.settings.base_url, context.options.max_characters)


async def _page_of(request: AnyRequest, author: Account, published: Status) -> str:
    """The page to show after publishing: a private message in its conversation, a reply in its thread, any other at home."""
    if published.visibility is Visibility.DIRECT:
        async with request_context(request) as context:
            conversation_id = await conversations.of_status(context.reader, author.id, published.id)
            return f"/messages/{conversation_id}#s{published.id}"
    if published.in_reply_to_id:
        async with request_context(request) as context:
            return f"{status_url(await compose.readable(context, str(published.in_reply_to_id)))}#s{published.id}"
    return start.path_after_hello(local_path(request.headers.get("referer", ""))) or "/"


async def _told(request: AnyRequest, author: Account, published: Status, form: Form, path: str) -> Flash | None:
    """What is told of the shelf gives way to a stay that is proposed, and follows one that is announced."""
    of_stay = await proposing.told_after(request, author, published, form, path)
    if of_stay is not None and not form.get(stay_line.TICKED):
        return of_stay
    of_shelf = await shelf.told_after(request, author, published)
    if of_stay is None or of_shelf is None:
        return of_stay or of_shelf
    return msgspec.structs.replace(of_shelf, text=f"{of_stay.text} {of_shelf.text}", links=(*of_stay.links, *of_shelf.links))


async def _sent(request: AnyRequest, status: Status, path: str, told: Flash | None = None) -> Response[Any]:
    """What is told of a stay or of the shelf is shown with the new post, or else on the page that follows."""
    is_at_home = path == "/" and local_path(request.headers.get("referer", "")) == "/"
    async with request_context(request) as context:
        view = await compose.readable(context, str(status.id))
        html = (await context.render("_statuses.html", statuses=[view])).content
        if told is not None and is_at_home:
            html += f"<li>{(await context.render('_flash.html', flash=told)).content}</li>"
    answer = sent_json(status, path, html)
    for one in [] if is_at_home else redirect(path, request, told=told).cookies:
        answer.set_cookie(one)
    return answer


def obeyed(request: AnyRequest, path: str, cookies: Sequence[Cookie]) -> Response[Any]:
    """When nothing was published, as after a command about tracks: the page to go to says what happened."""
    answer = _json(Sent("", path, "")) if wants_json(request) else redirect(path, request)
    for one in cookies:
        answer.set_cookie(one)
    return answer


async def refused(request: AnyRequest, form: Form, problem: Problem | None) -> Response[Any]:
    """The page that the form was on, with what was typed and the errors; as JSON, the errors alone. None: its files are to be shown."""
    form = without_used_key(form, problem)
    async with request_context(request) as context:
        if wants_json(request):
            return refusal_json(context, await compose.with_errors(context, form, problem), problem)
        return with_retry(await _page_again(context, form, problem, status_of(problem)), problem)


def without_used_key(form: Form, problem: Problem | None) -> Form:
    """The form for the next try, which publishes another text than the one that its idempotency key has published."""
    return {name: value for name, value in form.items() if name != "idempotency_key" or not isinstance(problem, AlreadySent | FormOver)}


def status_of(problem: Problem | None) -> int:
    """The HTTP status of a form to publish that is shown again."""
    if problem is None:
        return 200
    return 429 if isinstance(problem, TooMany) else 409 if isinstance(problem, Conflict) else 422


def with_retry(answer: Response[Any], problem: Problem | None) -> Response[Any]:
    if isinstance(problem, TooMany):
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer


def sent_json(status: Status, path: str, html: str = "") -> Response[bytes]:
    return _json(Sent(str(status.id), path, html))


def refusal_json(context: RequestContext, composer: Composer, problem: Problem | None) -> Response[bytes]:
    proposed = composer.visibility if composer.is_warned else ""
    refusal = Refusal(composer.errors, composer.idempotency_key, str(context.member.id), proposed, "1" if composer.is_warned else "")
    return with_retry(_json(refusal, status_of(problem)), problem)


async def _page_again(context: RequestContext, form: Form, problem: Problem | None, status_code: int) -> Response[Any]:
    parent, editing = await compose.parent_of(context, form), await compose.edited(context, form)
    composer = await compose.with_errors(context, form, problem, in_reply_to=parent, editing=editing)
    if parent is not None:
        return await thread.show(context, parent, composer, via=composer.via, status_code=status_code)
    if editing is None and local_path(context.request.headers.get("referer", "")).partition("?")[0] == "/":
        return await home.show(context, composer, status_code=status_code)
    return await compose.show(context, composer, status_code=status_code)


def _json(content: Any, status_code: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(content), media_type="application/json", status_code=status_code)


routes = [publish, edit, is_sent]
