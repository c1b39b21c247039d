"""An address of ours, pasted into a search: what is read there."""

from __future__ import annotations

import msgspec

from gazouillis.accounts import queries as people
from gazouillis.accounts import urls
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.search import queries
from gazouillis.statuses import addresses
from gazouillis.statuses.addresses import Named
from gazouillis.text.entities import hashtag_key


class Found(msgspec.Struct, frozen=True):
    account_ids: list[AccountId] = []
    status_ids: list[StatusId] = []
    """Not yet looked at: what the viewer may see of them is for `views.views` to say."""
    tags: list[tuple[str, int]] = []


async def addressed(reader: Reader, text: str, viewer_id: AccountId | None, base_url: str) -> Found | None:
    """None: the text is no address of ours, and is to be searched for by its words."""
    named = addresses.read(text, base_url)
    if named is None:
        return None
    if named.status_ids:
        return Found(status_ids=list(named.status_ids))
    if named.tag:
        alike = await queries.tags(reader, named.tag, 1)
        return Found(tags=[one for one in alike if hashtag_key(one[0]) == hashtag_key(named.tag)])
    here = urls.authority(base_url)
    account = await _account(reader, named, here)
    if account is None:
        return Found()
    in_full = account.acct if account.domain else f"{account.username}@{here}"
    return Found(await queries.accounts(reader, in_full, viewer_id, 1, here=here))


async def _account(reader: Reader, named: Named, here: str) -> Account | None:
    if named.account_id is not None:
        return await people.by_id(reader, named.account_id)
    return await people.by_handle(reader, named.handle, here)
