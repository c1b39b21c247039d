"""Sample notifications of every kind, single and grouped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from gazouillis.accounts.models import Account
from gazouillis.conversations.models import OperatorAccess
from gazouillis.notifications.group_views import GroupView
from gazouillis.notifications.models import Kind, Notification, NotificationView
from gazouillis.statuses.models import Visibility
from tests.support.preview.polls import ENDED
from tests.support.sample import (
    ARRIVAL,
    EMMA,
    LAPRISS,
    LAURENT,
    LONG,
    MARIE,
    METEO,
    NICOLAS,
    NOW,
    SCHISTROU,
    YUSUF,
    relation,
    reply,
    status,
)


def _notification(number: int, kind: Kind, *, others: Sequence[Account] = (), is_unread: bool = False, **changes: Any) -> GroupView:
    account = changes["account"]
    notification = Notification(number, LAURENT.id, kind, account.id, None, NOW - timedelta(minutes=7 * number))
    last = {account.id: changes.pop("last_statuses", ())}
    relations = {one.id: relation(one) for one in others} | {account.id: changes.pop("relation", relation(account))}
    view, people = NotificationView(notification=notification, **{"status": None, **changes}), (account, *others)
    guests = frozenset({account.id} if last[account.id] else ())
    return GroupView(view, people[:8], len(people), relations, last, guests, is_unread)


NOTIFICATIONS = [
    _notification(17, Kind.THANKS, account=MARIE, status=status(MARIE, 5, "Merci à toutes et à tous !"), line="Et une mention spéciale."),
    _notification(21, Kind.POLL, account=YUSUF, status=ENDED),
    _notification(22, Kind.POLL, account=LAURENT, status=ENDED),
    _notification(13, Kind.EXTRACT_REQUEST, account=MARIE, status=ARRIVAL),
    _notification(14, Kind.EXTRACT, account=MARIE, status=ARRIVAL),
    _notification(
        12, Kind.BREAK_GLASS, account=LAURENT, access=OperatorAccess(1, 1, "root", "Réquisition n° 2009/114", NOW), is_unread=True
    ),
    _notification(9, Kind.ADMIN_REPORT, account=EMMA, reported=LONG),
    _notification(
        1,
        Kind.FOLLOW,
        account=MARIE,
        relation=relation(MARIE, is_followed=True),
        last_statuses=(status(MARIE, 25, "Lecture ce soir à la librairie, 19 h 30."), status(MARIE, 130, "On écrit « annif » ;)")),
    ),
    _notification(
        2, Kind.MENTION, account=YUSUF, status=reply(YUSUF, ARRIVAL, 14, "@Laurent_B bienvenue ! Je suis place Deák jusqu’à 20 h.")
    ),
    _notification(3, Kind.FAVOURITE, account=NICOLAS, status=ARRIVAL),
    _notification(4, Kind.REBLOG, account=LONG, status=ARRIVAL, others=(MARIE,)),
    _notification(10, Kind.FAVOURITE, account=MARIE, status=ARRIVAL, others=(YUSUF, LAPRISS, LONG, EMMA) * 3, is_unread=True),
    _notification(11, Kind.FOLLOW, account=YUSUF, others=(EMMA, LONG), is_unread=True),
    _notification(5, Kind.FOLLOW_REQUEST, account=EMMA),
    _notification(6, Kind.UPDATE, account=SCHISTROU, status=status(SCHISTROU, 60, "#FF @Marievh, et pas seulement le vendredi")),
    _notification(15, Kind.TRACK, account=LONG, status=status(LONG, 62, "La tarte flambée de Colmar, enfin !")),
    _notification(7, Kind.STATUS, account=METEO, status=status(METEO, 61, "Nancy, 18 h : 14 °C.")),
    _notification(
        8,
        Kind.MENTION,
        account=NICOLAS,
        relation=relation(NICOLAS, is_followed=True),
        status=status(NICOLAS, 90, "@Laurent_B entre nous : prends les bains de nuit", visibility=Visibility.DIRECT),
    ),
]
