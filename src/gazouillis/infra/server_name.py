"""The name of this server stands in every address and identifier that it gives out: what is wrong with it is wrong for ever."""

from __future__ import annotations

import re

import idna

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _

LONGEST = 253
HTTPS = "443"


def check_domain(domain: str) -> None:
    """One spelling of each name: lower case, in ASCII, without a final dot, a scheme, a path, or the port that `https` has anyway."""
    meant = _meant(domain)
    if not _is_name(meant):
        raise Invalid(_("domain, {domain}, is not the name of a server", domain=repr(domain)), field="domain")
    if domain != meant:
        raise Invalid(
            _("domain must be written {meant}: it is part of every address, and cannot change later", meant=meant), field="domain"
        )


def _meant(domain: str) -> str:
    bare = _SCHEME.sub("", domain.strip())
    host, colon, port = re.split(r"[/?#\\]", bare, maxsplit=1)[0].partition(":")
    host = _encoded(host.rstrip(".")).lower()
    return host if port in {"", HTTPS} else f"{host}{colon}{port}"


def _encoded(host: str) -> str:
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode()
    except UnicodeError:
        return host


def _is_name(authority: str) -> bool:
    host, _colon, port = authority.partition(":")
    if port and not (_PORT.fullmatch(port) and int(port) < 2**16):
        return False
    return len(host) <= LONGEST and all(_LABEL.fullmatch(one) for one in host.split("."))


_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
