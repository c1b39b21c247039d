"""What one of our own addresses names: the only place that reads them. `urls.py`, here and in `accounts`, writes them."""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urlsplit

import msgspec
import regex

from gazouillis.accounts import urls
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.text.hosts import host_key

LONGEST = 2000
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Named(msgspec.Struct, frozen=True):
    """An account, by its handle or its id; or statuses; or a hashtag."""

    handle: str = ""
    account_id: AccountId | None = None
    status_ids: tuple[StatusId, ...] = ()
    """Of `/@dave/1#s2`, first the status that is pointed at, then the one whose page it is on."""
    tag: str = ""


def read(address: str, base_url: str) -> Named | None:
    """None when it is no address of a person, a status or a hashtag here. Scheme and case of the host do not matter, nor what follows
    the path; the path alone will do.
    """
    parts = _split(address.strip())
    if parts is None or (parts.netloc and _place(parts) != host_key(urls.authority(base_url))):
        return None
    path = unquote(parts.path)
    if found := _STATUS.fullmatch(path):
        pointed = _POINTED.fullmatch(parts.fragment)
        ids = [pointed[1], found[1]] if pointed else [found[1]]
        return Named(status_ids=tuple(dict.fromkeys(StatusId(int(one)) for one in ids)))
    if found := _BY_ID.fullmatch(path):
        return Named(account_id=AccountId(int(found[1])))
    if found := _PROFILE.fullmatch(path):
        return Named(handle=found[1])
    found = _TAG.fullmatch(path)
    return Named(tag=found[1]) if found else None


def _split(address: str) -> SplitResult | None:
    """Also of what lacks its scheme, as browsers show it: `there.test/@dave`."""
    if len(address) > LONGEST or _SPACE.search(address):
        return None
    if not address.startswith("/") and "://" not in address:
        address = f"//{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts if parts.scheme in {"", "http", "https"} and "/" in parts.path else None


def _place(parts: SplitResult) -> str:
    """Somebody's name before the host makes it no address of ours: the key then holds an `@`."""
    return host_key(parts.netloc.removesuffix(DEFAULT_PORTS.get(parts.scheme, ":443")))


_NUMBER = r"[0-9]{1,18}"
_HANDLE = r"[A-Za-z0-9_]{1,30}(?:@[^@/\s]{1,255})?"
_STATUS = regex.compile(rf"/(?:@{_HANDLE}|users/{_NUMBER}/statuses)/({_NUMBER})(?:/edits)?/?")
_PROFILE = regex.compile(rf"/@({_HANDLE})(?:/(?:with_replies|media|followers|following))?/?")
_BY_ID = regex.compile(rf"/users/({_NUMBER})/?")
_TAG = regex.compile(r"/tags/([^/]{1,500})/?")
_POINTED = regex.compile(rf"s({_NUMBER})")
_SPACE = regex.compile(r"[\s\0]")
