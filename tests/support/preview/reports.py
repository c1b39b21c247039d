"""Pages by which people report, and those by which moderators answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gazouillis.moderation.models import Act, Category, LogEntry, Outcome, Report, ReportView
from tests.support.preview.layouts import NO_MORE, RULES, PageState, at
from tests.support.sample import COFFEE, EMMA, GONE, LAURENT, LONG, METEO, NICOLAS, NOW, relation


def _report(number: int, category: Category, **changes: Any) -> Report:
    fields: dict[str, Any] = {"comment": "", "rules": (), "resolved_at": None, "resolved_by_id": None, **changes}
    return Report(number, EMMA.id, LONG.id, category, created_at=NOW - timedelta(hours=number), **fields)


REPORTS = [
    ReportView(_report(1, Category.SPAM, comment="Toujours le même lien."), LONG, EMMA, (GONE.status,), None),
    ReportView(_report(2, Category.VIOLATION, rules=(RULES[1],)), METEO, EMMA, (COFFEE.status,), None),
]
CLOSED = [ReportView(_report(3, Category.OTHER, resolved_at=NOW, resolved_by_id=LAURENT.id), LONG, EMMA, (), LAURENT)]
LOG = [LogEntry(number, act, LAURENT if number else None, LONG, COFFEE.id, 15, NOW) for number, act in enumerate(Act)]
OWN = [
    (_report(4, Category.LEGAL, comment="Des menaces."), LONG),
    (_report(5, Category.SPAM, resolved_at=NOW, outcome=Outcome.ACTED), METEO),
    (_report(6, Category.VIOLATION, resolved_at=NOW, outcome=Outcome.NO_ACTION, rules=(RULES[1],)), NICOLAS),
    (_report(7, Category.OTHER, resolved_at=NOW), NICOLAS),
]
STATES: list[PageState] = [
    ("own_reports", "settings_own_reports.html", at("/settings/own-reports"), {"reports": OWN, **NO_MORE}),
    ("own_reports_none", "settings_own_reports.html", at("/settings/own-reports"), {"reports": [], **NO_MORE}),
    ("moderation_log", "settings_moderation_log.html", at("/settings/moderation-log"), {"entries": LOG, **NO_MORE}),
    ("moderation_log_empty", "settings_moderation_log.html", at("/settings/moderation-log"), {"entries": [], **NO_MORE}),
    (
        "moderate_thread",
        "moderate_thread.html",
        at("/statuses/1/moderate"),
        {"view": COFFEE, "url": "/", "slow_choices": (1, 5, 15, 60), "form": {"slow_minutes": "15", "closed": "1"}, "errors": {}},
    ),
    (
        "report",
        "report.html",
        at("/report"),
        {"account": NICOLAS, "view": COFFEE, "rules": RULES, "form": {"category": "violation"}, "errors": {}, "longest": 1000},
    ),
    (
        "report_account",
        "report.html",
        at("/report"),
        {"account": NICOLAS, "view": None, "rules": [], "form": {}, "errors": {}, "longest": 1000},
    ),
    ("report_thanks", "report_thanks.html", at("/report/thanks"), {"account": NICOLAS, "relation": relation(NICOLAS)}),
    (
        "settings_reports",
        "settings_reports.html",
        at("/settings/reports", open_reports=2),
        {"reports": REPORTS, "is_resolved": False, "open_ids": {COFFEE.id}, **NO_MORE},
    ),
    (
        "settings_reports_closed",
        "settings_reports.html",
        at("/settings/reports"),
        {"reports": CLOSED, "is_resolved": True, "open_ids": set(), **NO_MORE},
    ),
    ("settings_reports_empty", "settings_reports.html", at("/settings/reports"), {"reports": [], "is_resolved": False, **NO_MORE}),
]
