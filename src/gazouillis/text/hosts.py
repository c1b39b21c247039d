"""https://www.unicode.org/reports/tr46/ – one spelling for each host: `Café.FR.` and `xn--caf-dma.fr` are one."""

from functools import lru_cache

import idna

LONGEST_HOST = 253


def host_key(authority: str) -> str:
    """Two authorities (a host, perhaps with a port) with one key are one place."""
    host, colon, port = authority.partition(":")
    return ascii_host(host.rstrip(".")).lower() + colon + port


def ascii_host(host: str) -> str:
    """A name IDNA refuses stays as written: whoever asks for it has the last word."""
    return host if host.isascii() or len(host) > LONGEST_HOST else _encoded(host)


@lru_cache(maxsize=1024)
def _encoded(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode()
    except UnicodeError:
        return host
