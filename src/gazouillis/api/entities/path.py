from __future__ import annotations

import msgspec

from gazouillis.api.entities.account import Account, account
from gazouillis.encounters.chains.find import Chain


class Path(msgspec.Struct, frozen=True):
    """Of our own. `length`: how many follows."""

    length: int
    accounts: list[Account]


def path(base_url: str, chain: Chain) -> Path:
    return Path(len(chain) - 1, [account(base_url, one) for one in chain])
