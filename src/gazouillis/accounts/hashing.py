"""Password hashing with Argon2.

A hash takes tens of milliseconds on purpose. It is computed in a thread pool, and never inside a database transaction.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gazouillis.infra.database.transactions import inside_transaction
from gazouillis.infra.thread_pools import Pool

THREADS, MOST_WAITING = 2, 64
"""Few threads, so that many log-ins leave the processor to other requests; a bounded queue, so that each is answered within seconds."""

Result = TypeVar("Result")


def normalised(password: str) -> str:
    """The password in NFC and with plain spaces, so that all keyboards give the same: https://www.rfc-editor.org/rfc/rfc8265#section-4.2."""
    return unicodedata.normalize("NFC", "".join(" " if unicodedata.category(one) == "Zs" else one for one in password))


async def hash_password(password: str) -> str:
    """Raises `RuntimeError` inside a transaction."""
    return await _in_thread(lambda: _hasher.hash(normalised(password)))


async def is_password(password: str, password_hash: str) -> bool:
    """Whether the password matches the hash. An empty hash never matches, but takes as long, so that timing reveals no account."""
    return await _in_thread(lambda: _matches(password, password_hash))


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def _matches(password: str, password_hash: str) -> bool:
    """Older hashes were made of the password as typed, before passwords were normalised: both are tried."""
    return any(_verifies(one, password_hash) for one in dict.fromkeys((normalised(password), password)))


def _verifies(password: str, password_hash: str) -> bool:
    try:
        return _hasher.verify(password_hash or _dummy_hash(), password) and bool(password_hash)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


async def _in_thread(work: Callable[[], Result]) -> Result:
    if inside_transaction.get():
        raise RuntimeError("a password is hashed before the transaction, not inside")
    return await _pool.run(work)


@lru_cache(1)
def _dummy_hash() -> str:
    """What an attempt for an unknown account is compared with."""
    return _hasher.hash("")


_hasher = PasswordHasher()
_pool = Pool("argon2", THREADS, MOST_WAITING)
