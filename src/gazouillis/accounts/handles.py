"""How an account is named in writing, wherever somebody types it: the only place that reads handles."""

from __future__ import annotations

import regex

from gazouillis.text.hosts import host_key

LONGEST = 1000
"""Code points of what is still read as a handle."""


def key(written: str, here: str) -> str:
    """What `accounts.handle` holds of the account: `@Alice`, `alice@here` and `acct:alice@HERE.` are `alice`.

    `here` is the authority of this server. The domain of somebody else is in lower case and in ASCII.
    """
    name, _, domain = _cleaned(written).partition("@")
    domain = host_key(domain) if domain else ""
    return name.lower() if not domain or domain == host_key(here) else f"{name.lower()}@{domain}"


def names_a_domain(written: str) -> bool:
    """Whether this is one handle in full, `alice@there.test`, and so nobody else's."""
    return _FULL.fullmatch(_cleaned(written)) is not None


def _cleaned(written: str) -> str:
    handle = _INVISIBLE.sub("", written[:LONGEST]).strip().replace("\uff20", "@")
    return handle.removeprefix("acct:").removeprefix("@")


# Apps and web pages put them around handles, so that they read well beside Arabic and Hebrew.
_INVISIBLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}\0]+")
_FULL = regex.compile(r"[A-Za-z0-9_.-]+@[^@/?#\s]+")
