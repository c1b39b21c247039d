"""Search by URL: a URL of this server, pasted into the search box, finds the account, status or hashtag it names."""

from __future__ import annotations

import msgspec

from gazouillis.accounts import queries as people
from gazouillis.accounts import urls
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.search import queries
from gazouillis.statuses import addresses
from gazouillis.statuses.addresses import Target
from gazouillis.text.entities import hashtag_key


class SearchResults(msgspec.Struct, frozen=True):
    account_ids: list[AccountId] = []
    status_ids: list[StatusId] = []
    """Not filtered yet: `views.views` leaves out those that the viewer may not see."""
    tags: list[tuple[str, int]] = []
    """(name, number of uses)."""


async def find(reader: Reader, text: str, viewer_id: AccountId | None, base_url: str) -> SearchResults | None:
    """None when the text is not a URL of this server: it is then to be searched for by its words."""
    target = addresses.parse(text, base_url)
    if target is None:
        return None
    if target.status_ids:
        return SearchResults(status_ids=list(target.status_ids))
    if target.tag:
        best = await queries.tags(reader, target.tag, 1)
        return SearchResults(tags=[one for one in best if hashtag_key(one[0]) == hashtag_key(target.tag)])
    authority = urls.authority(base_url)
    account = await _account(reader, target, authority)
    if account is None:
        return SearchResults()
    full_handle = account.acct if account.domain else f"{account.username}@{authority}"
    return SearchResults(await queries.accounts(reader, full_handle, viewer_id, 1, authority=authority))


async def _account(reader: Reader, target: Target, authority: str) -> Account | None:
    if target.account_id is not None:
        return await people.by_id(reader, target.account_id)
    return await people.by_handle(reader, target.handle, authority)
