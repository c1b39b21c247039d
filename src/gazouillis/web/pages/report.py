"""Report an account, or one status of it, to the moderators."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from gazouillis.accounts.models import Account
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.limits import require
from gazouillis.moderation import rules
from gazouillis.moderation.file_report import file_report
from gazouillis.moderation.models import Category, Complaint
from gazouillis.statuses.models import StatusView
from gazouillis.web import lookups
from gazouillis.web.pages import compose
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, form_of, redirect, request_context
from gazouillis.web.unsent import restorable


@get("/report")
async def show(request: AnyRequest) -> Response[Any]:
    """Of `?status=` or `?account=`."""
    async with request_context(request) as context:
        account, view = await _subject(context, dict(request.query_params))
        return await _show(context, account, view, {"category": Category.OTHER.value if context.options.rules else Category.SPAM.value})


@post("/report", opt=restorable("report"))
async def send(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        reporter, site = context.member, context.site
        account, view = await _subject(context, form)
        site_rules = context.options.rules
    await require(site.limits, f"report:{reporter.id}", rules.MOST_REPORTS, rules.REPORTED_IN)
    try:
        complaint = _complaint(form, [rule for number, rule in enumerate(site_rules, 1) if f"rule_{number}" in form], view)
        async with site.db.write() as tx:
            await file_report(tx, reporter, account, complaint)
    except Invalid as problem:
        async with request_context(request) as context:
            return await _show(context, account, view, form, context.errors(problem))
    return redirect(f"/report/thanks?account={account.id}", request)


@get("/report/thanks")
async def thanks(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        account = await lookups.account(context.reader, AccountId(parse_id(request.query_params.get("account", ""))))
        relation = await graph.relation(context.reader, context.member.id, account.id)
        return await context.render("report_thanks.html", account=account, relation=relation)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    return await _show(context, *await _subject(context, form), form, context.errors(problem))


async def _subject(context: RequestContext, named: Form) -> tuple[Account, StatusView | None]:
    """What is reported: the account, and the status if one is named. Raises NotFound for what the viewer may not see."""
    me = context.member
    if named.get("status"):
        view = await compose.readable(context, named["status"])
        account = view.account
    else:
        view, account = None, await lookups.account(context.reader, AccountId(parse_id(named.get("account", ""))))
    if account.id == me.id:
        raise NotFound(_("You cannot report yourself"))
    return account, view


def _complaint(form: Form, broken: list[str], view: StatusView | None) -> Complaint:
    category = rules.check_category(form.get("category", ""))
    return Complaint(
        category=category,
        comment=form.get("comment", ""),
        status_ids=(StatusId(view.id),) if view else (),
        rules=tuple(broken) if category is Category.VIOLATION else (),
    )


async def _show(
    context: RequestContext, account: Account, view: StatusView | None, form: Form, errors: Form | None = None
) -> Response[Any]:
    return await context.render(
        "report.html",
        status_code=422 if errors else 200,
        account=account,
        view=view,
        form=form,
        errors=errors or {},
        rules=context.options.rules,
        longest=rules.LONGEST_COMMENT,
    )


routes = [show, send, thanks]
