"""The cost of hashing passwords in tests. Argon2 takes a tenth of a second on purpose, at each sign-in and each sign-up."""

from __future__ import annotations

from argon2 import PasswordHasher

from gazouillis.accounts import hashing

REAL = hashing._hasher
"""The hasher of a real server, which servers in processes of their own use in tests as well."""
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def hash_cheaply() -> None:
    """In this process, passwords are hashed with the least effort from now on. Nothing else of them changes."""
    hashing._hasher = CHEAP
