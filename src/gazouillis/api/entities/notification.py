"""https://docs.joinmastodon.org/entities/Notification/"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Raw, UnsetType

from gazouillis.api.entities.moments import moment
from gazouillis.api.entities.written import Written
from gazouillis.infra.database import Reader
from gazouillis.infra.ids import AccountId
from gazouillis.infra.memory import Shelf
from gazouillis.notifications import queries
from gazouillis.notifications.models import Notification as NotificationModel
from gazouillis.notifications.models import NotificationView
from gazouillis.notifications.queries import Heard


class Notification(msgspec.Struct, frozen=True):
    id: str
    type: str
    created_at: str
    group_key: str
    account: Raw
    status: Raw | UnsetType


def notification(written: Written, view: NotificationView) -> Notification:
    one = view.notification
    return Notification(
        id=str(one.id),
        type=one.kind.value,
        created_at=moment(one.created_at),
        group_key=group_key(one.id),
        account=written.account(view.account),
        status=written.status(view.status, one.account_id) if view.status else UNSET,
    )


PAGES: Shelf[tuple[AccountId, int, int], tuple[list[NotificationModel], Heard, bytes]] = Shelf("notifications as JSON", 16_000_000)
"""By account, newest and oldest id; weighs its bytes."""


async def page(written: Written, reader: Reader, found: Sequence[NotificationModel], account_id: AccountId) -> bytes:
    """The list: the same bytes as long as all that it was made from is the same."""
    if not found:
        return b"[]"
    place = (account_id, found[0].id, found[-1].id)
    pages = reader.memory.of(PAGES) if reader.memory else None
    kept = pages.get(place) if pages is not None else None
    if kept is not None and kept[0] == found and await kept[1].still_holds(reader, account_id):
        return kept[2]
    heard = await queries.heard(reader, found, account_id)
    body = msgspec.json.encode([notification(written, one) for one in heard.views])
    if pages is not None and heard.grounds is not None:
        pages.put(place, (list(found), heard, body), pages.tick, len(body))
    return body


def group_key(notification_id: int) -> str:
    """Each stands alone."""
    return f"ungrouped-{notification_id}"
