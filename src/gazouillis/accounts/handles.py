"""Parsing of handles, such as `@alice` and `alice@there.test`, wherever somebody types them.

No other module parses them, so that one spelling means the same account everywhere.
"""

from __future__ import annotations

import regex

from gazouillis.text.hosts import host_key

LONGEST = 1000
"""In code points. The rest of a longer text is ignored."""


def key(handle: str, here: str) -> str:
    """The value of `accounts.handle` for a handle as written: `@Alice`, `alice@here` and `acct:alice@HERE.` all give `alice`.

    `here` is the authority of this server. The domain of a remote account is in lower case and in ASCII (IDNA).
    """
    name, _, domain = _cleaned(handle).partition("@")
    domain = host_key(domain) if domain else ""
    return name.lower() if not domain or domain == host_key(here) else f"{name.lower()}@{domain}"


def names_a_domain(handle: str) -> bool:
    """Whether this is a full handle with a domain, such as `alice@there.test`."""
    return _FULL.fullmatch(_cleaned(handle)) is not None


def _cleaned(handle: str) -> str:
    handle = _INVISIBLE.sub("", handle[:LONGEST]).strip().replace("\uff20", "@")
    return handle.removeprefix("acct:").removeprefix("@")


# Invisible characters. Apps and web pages put them around handles, so that they display well beside Arabic and Hebrew.
_INVISIBLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}\0]+")
_FULL = regex.compile(r"[A-Za-z0-9_.-]+@[^@/?#\s]+")
