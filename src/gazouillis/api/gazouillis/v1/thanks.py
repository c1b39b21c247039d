"""Thanks for a thread: one status, and one notification for each person. Described in `openapi.json`."""

from __future__ import annotations

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import options
from gazouillis.accounts.rules import is_language
from gazouillis.api import lookups, paging, respond
from gazouillis.api.bind import Id, bind
from gazouillis.api.caller import Caller, Member, anybody, authorised
from gazouillis.api.entities.thanks import Thanks
from gazouillis.api.entities.thanks import thanks as entity
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, StatusId, id_or_none
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import queries, views
from gazouillis.statuses.models import Terms
from gazouillis.statuses.thanks import queries as all_thanks
from gazouillis.statuses.thanks.models import Participants, Thanked, ThanksDraft
from gazouillis.statuses.thanks.participants import participants
from gazouillis.statuses.thanks.thank import thank

PATH = "/api/gazouillis/v1/statuses/{status_id:str}/thanks"


class ThanksForm(msgspec.Struct, frozen=True):
    """`lines`: by the id of an account, what only this person reads."""

    status: str = ""
    account_ids: list[Id] = []
    lines: dict[str, str] = {}
    language: str = ""

    def draft(self, language: str, app_id: int) -> ThanksDraft:
        lines = {id_or_none(one): line for one, line in self.lines.items()}
        if None in lines:
            raise Invalid(_("{field} is not valid", field="lines"), field="lines")
        return ThanksDraft(
            text=self.status,
            people=tuple(map(AccountId, dict.fromkeys(self.account_ids))),
            lines={AccountId(one): line for one, line in lines.items() if one is not None},
            language=self.language if is_language(self.language) else language,
            app_id=app_id,
        )


@get(PATH)
async def show(request: AnyRequest, status_id: FromPath[str]) -> Response[Thanks]:
    caller, form = await anybody(request, "read:statuses"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        return await _respond(request, reader, lookups.status_id(status_id), caller, form.window(paging.ACCOUNTS))


@post(PATH, status_code=200)
async def create(request: AnyRequest, status_id: FromPath[str]) -> Response[Thanks]:
    caller, form = await authorised(request, "write:statuses"), await bind(request, ThanksForm)
    async with site(request).db.read() as reader:
        user, chosen = await caller.user(reader), await options.effective(reader, site(request).settings)
    draft = form.draft(user.preferences.default_language or user.language, caller.app_id)
    terms = Terms(site(request).settings.base_url, chosen.max_characters)
    async with site(request).db.write() as tx:
        published = await thank(tx, caller.account, lookups.status_id(status_id), draft, terms)
    async with site(request).db.read() as reader:
        return await _respond(request, reader, published.id, caller, Window(paging.ACCOUNTS))


async def _respond(request: AnyRequest, reader: Reader, status_id: StatusId, caller: Caller, window: Window) -> Response[Thanks]:
    """The thanks of whoever wrote the status, for its thread, as far as the caller may see them."""
    about, viewer_id = await queries.visible_original(reader, status_id, caller.viewer_id), caller.viewer_id
    thanks_id = await all_thanks.of_thread(reader, about.account_id, about.conversation_id)
    shown = await views.views(reader, [thanks_id], viewer_id) if thanks_id else []
    view = shown[0] if shown else None
    people: Page[Thanked] = await all_thanks.people(reader, view.status, viewer_id, window) if view else Page([])
    who = Participants()
    if isinstance(caller, Member) and caller.account.id == about.account_id:
        who = await participants(reader, caller.account, view.status if view else about)
    answer = entity(respond.json_cache(request, reader), view, people.items, who, viewer_id)
    return Response(answer, headers=paging.links(request, people))


routes = [show, create]
