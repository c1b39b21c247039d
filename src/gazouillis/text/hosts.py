"""https://www.unicode.org/reports/tr46/ – normalization of host names (IDNA): `Café.FR.` and `xn--caf-dma.fr` are one host."""

from functools import lru_cache

import idna

LONGEST_HOST = 253


def host_key(authority: str) -> str:
    """Authorities (a host, perhaps with a port) with the same key are the same server."""
    host, colon, port = authority.partition(":")
    return ascii_host(host.rstrip(".")).lower() + colon + port


def ascii_host(host: str) -> str:
    """The host in ASCII (punycode). A name that IDNA refuses stays as written: the resolver will refuse it or not."""
    return host if host.isascii() or len(host) > LONGEST_HOST else _encoded(host)


@lru_cache(maxsize=1024)
def _encoded(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode()
    except UnicodeError:
        return host
