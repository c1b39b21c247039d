"""Reports. https://docs.joinmastodon.org/methods/reports/"""

from __future__ import annotations

import msgspec
from litestar import Response, get, post

from gazouillis.accounts import options
from gazouillis.api import lookups, respond
from gazouillis.api.bind import Id, bind
from gazouillis.api.caller import authorised
from gazouillis.api.entities.instance import rules as rule_entities
from gazouillis.api.entities.report import Report, report
from gazouillis.api.paging import PageForm, links
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.limits import require
from gazouillis.moderation import queries, rules
from gazouillis.moderation.file_report import file_report
from gazouillis.moderation.models import Category, Complaint


class ReportForm(msgspec.Struct, frozen=True):
    account_id: Id
    status_ids: list[Id] = []
    comment: str = ""
    category: str = Category.OTHER.value
    rule_ids: list[str] = []
    forward: bool = False
    """Accepted and ignored: there is no federation yet."""


@post("/api/v1/reports", status_code=200)
async def create(request: AnyRequest) -> Response[Report]:
    caller, form = await authorised(request, "write:reports"), await bind(request, ReportForm)
    await require(site(request).limits, f"report:{caller.account.id}", rules.MOST_REPORTS, rules.REPORTED_IN)
    category = Category.VIOLATION if form.rule_ids else rules.check_category(form.category)
    async with site(request).db.write() as tx:
        account = await lookups.account_by_id(tx, AccountId(form.account_id))
        known = {one.id: one.text for one in rule_entities(await options.effective(tx, site(request).settings))}
        if not known.keys() >= set(form.rule_ids):
            raise Invalid(_("There is no such rule"), field="rule_ids")
        broken = tuple(text for identifier, text in known.items() if identifier in form.rule_ids)
        complaint = Complaint(category, form.comment, tuple(StatusId(one) for one in form.status_ids), broken)
        made = await file_report(tx, caller.account, account, complaint)
    async with site(request).db.read() as reader:
        return Response(report(respond.json_cache(request, reader), made, account, form.rule_ids or None))


@get("/api/v1/reports")
async def own(request: AnyRequest) -> Response[list[Report]]:
    """Of our own: what the caller reported, and what became of it."""
    caller, form = await authorised(request, "read:accounts"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await queries.of_reporter(reader, caller.account.id, form.window())
        cache = respond.json_cache(request, reader)
        found = [report(cache, one, account) for one, account in await queries.own_reports(reader, page.items)]
        return Response(found, headers=links(request, page))


routes = [create, own]
