"""https://docs.joinmastodon.org/entities/Token/"""

from __future__ import annotations

import msgspec

from gazouillis.accounts import scopes
from gazouillis.accounts.tokens import Issued


class Token(msgspec.Struct, frozen=True):
    access_token: str
    token_type: str
    scope: str
    created_at: int


def token(issued: Issued) -> Token:
    return Token(issued.token, "Bearer", scopes.text_of(issued.scopes), int(issued.created_at.timestamp()))
