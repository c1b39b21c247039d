"""OAuth scopes: what an app may do, and which scope includes which. https://docs.joinmastodon.org/api/oauth-scopes/"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect address of apps that have none: the code is shown, and the person copies it."""

DEFAULT = frozenset({"read"})
"""The scopes of an app that names none."""

_READ = "accounts blocks bookmarks collections favourites filters follows lists mutes notifications search statuses"
_WRITE = "accounts blocks bookmarks collections conversations favourites filters follows lists media mutes notifications reports statuses"
_READ_ADMIN = "accounts canonical_email_blocks domain_allows domain_blocks email_domain_blocks ip_blocks reports"
_FOLLOW = frozenset(f"{verb}:{noun}" for verb in ("read", "write") for noun in ("blocks", "follows", "mutes"))

KNOWN = (
    *("profile", "read", "write", "follow", "push", "admin:read", "admin:write"),
    *(f"read:{noun}" for noun in _READ.split()),
    *(f"write:{noun}" for noun in _WRITE.split()),
    *(f"admin:{verb}:{noun}" for verb in ("read", "write") for noun in _READ_ADMIN.split()),
)


def parse(text: str, *, default: Collection[str] = DEFAULT) -> frozenset[str]:
    """The scopes of a text such as `read write:statuses`, separated by spaces or plus signs. Empty: the default.

    Raises `Invalid` for an unknown scope.
    """
    requested = frozenset(text.replace("+", " ").split()) or frozenset(default)
    if unknown := sorted(requested.difference(KNOWN)):
        raise Invalid(_("There is no scope called {name}", name=unknown[0][:40]), field="scopes", code="invalid_scope")
    return requested


def text_of(scopes: Iterable[str]) -> str:
    """Always in the order of `KNOWN`, so that two equal sets give the same text."""
    return " ".join(sorted(scopes, key=KNOWN.index))


def covers(granted: Collection[str], wanted: str) -> bool:
    """Whether the granted scopes include this one: `read` includes `read:statuses`."""
    if wanted in granted or (wanted in _FOLLOW and "follow" in granted):
        return True
    whole, _colon, _part = wanted.rpartition(":")
    return whole in granted


def check_within(requested: Collection[str], allowed: Collection[str]) -> None:
    """Raises `Invalid` if a requested scope is not included in those that the app registered."""
    if not all(_is_within(one, allowed) for one in requested):
        raise Invalid(_("The app asks for more than it was registered for"), field="scope", code="invalid_scope")


def _is_within(scope: str, allowed: Collection[str]) -> bool:
    return covers(allowed, scope) or (scope == "follow" and all(covers(allowed, part) for part in _FOLLOW))
