"""Validates the domain of this server: it is part of every URL and identifier, so a wrong one could never be corrected."""

from __future__ import annotations

import re

import idna

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _

LONGEST = 253
"""Characters of a domain name in DNS."""
HTTPS_PORT = "443"


def check_domain(domain: str) -> None:
    """Raises `Invalid` unless the domain has its one canonical form: lower-case ASCII, without final dot, scheme, path, or port 443."""
    meant = canonical(domain)
    if not is_name(meant):
        raise Invalid(_("domain, {domain}, is not the name of a server", domain=repr(domain)), field="domain")
    if domain != meant:
        raise Invalid(
            _("domain must be written {meant}: it is part of every address, and cannot change later", meant=meant), field="domain"
        )


def canonical(domain: str) -> str:
    """The one form of a domain, of which this may be another spelling. It may be no name at all: see `is_name`."""
    bare = _SCHEME.sub("", domain.strip())
    host, colon, port = re.split(r"[/?#\\]", bare, maxsplit=1)[0].partition(":")
    host = _encoded(host.rstrip(".")).lower()
    return host if port in {"", HTTPS_PORT} else f"{host}{colon}{port}"


def _encoded(host: str) -> str:
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode()
    except UnicodeError:
        return host


def is_name(authority: str) -> bool:
    host, _colon, port = authority.partition(":")
    if port and not (_PORT.fullmatch(port) and int(port) < 2**16):
        return False
    return len(host) <= LONGEST and all(_LABEL.fullmatch(one) for one in host.split("."))


_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
