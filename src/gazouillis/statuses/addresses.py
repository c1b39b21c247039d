"""URL parser: which account, status or hashtag of this server a URL names.

Used where people paste URLs, as in the search box. Nothing else parses our URLs; `urls.py`, here and in `accounts`, builds them.
"""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urlsplit

import msgspec
import regex

from gazouillis.accounts import urls
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.text.hosts import host_key

LONGEST = 2000
"""Characters of a URL; longer ones are not parsed."""
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Target(msgspec.Struct, frozen=True):
    """What a URL names: an account (by handle or by id), or statuses, or a hashtag. The other fields are empty."""

    handle: str = ""
    account_id: AccountId | None = None
    status_ids: tuple[StatusId, ...] = ()
    """For `/@dave/1#s2`: first the status of the fragment (2), then the status whose page it is (1)."""
    tag: str = ""


def parse(address: str, base_url: str) -> Target | None:
    """None when it is not the URL of an account, a status or a hashtag of this server.

    The scheme (http or https), the case of the host and the query do not matter. A path without scheme and host is understood too.
    """
    parts = _split(address.strip())
    if parts is None or (parts.netloc and _authority_key(parts) != host_key(urls.authority(base_url))):
        return None
    path = unquote(parts.path)
    if found := _STATUS.fullmatch(path):
        fragment = _FRAGMENT.fullmatch(parts.fragment)
        ids = [fragment[1], found[1]] if fragment else [found[1]]
        return Target(status_ids=tuple(dict.fromkeys(StatusId(int(one)) for one in ids)))
    if found := _BY_ID.fullmatch(path):
        return Target(account_id=AccountId(int(found[1])))
    if found := _PROFILE.fullmatch(path):
        return Target(handle=found[1])
    found = _TAG.fullmatch(path)
    return Target(tag=found[1]) if found else None


def _split(address: str) -> SplitResult | None:
    """Also accepts a URL without its scheme, as browsers display it: `there.test/@dave`. None when it is no HTTP URL with a path."""
    if len(address) > LONGEST or _SPACE.search(address):
        return None
    if not address.startswith("/") and "://" not in address:
        address = f"//{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts if parts.scheme in {"", "http", "https"} and "/" in parts.path else None


def _authority_key(parts: SplitResult) -> str:
    """Without the default port. User information before the host (`x@host`) stays in the key, so it never equals ours."""
    return host_key(parts.netloc.removesuffix(DEFAULT_PORTS.get(parts.scheme, ":443")))


_NUMBER = r"[0-9]{1,18}"
_HANDLE = r"[A-Za-z0-9_]{1,30}(?:@[^@/\s]{1,255})?"
_STATUS = regex.compile(rf"/(?:@{_HANDLE}|users/{_NUMBER}/statuses)/({_NUMBER})(?:/(?:edits|embed))?/?")
_PROFILE = regex.compile(rf"/@({_HANDLE})(?:/(?:with_replies|media|followers|following))?/?")
_BY_ID = regex.compile(rf"/users/({_NUMBER})/?")
_TAG = regex.compile(r"/tags/([^/]{1,500})/?")
_FRAGMENT = regex.compile(rf"s({_NUMBER})")
_SPACE = regex.compile(r"[\s\0]")
