"""The structures that page templates take, and the filters and functions that they call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
from markupsafe import Markup

from gazouillis.accounts.models import Account, Role
from gazouillis.infra.basics.ids import StatusId
from gazouillis.statuses.models import MentionedAccount, StatusView
from gazouillis.web.static_files import static_url

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"
DEEPEST_INDENT = 5


class Flash(msgspec.Struct, frozen=True):
    """A flash message: the result of the last form, shown once. `kind` is `done` or `problem`."""

    text: str
    kind: str = "done"


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What every template knows about the viewer and the site."""

    site_name: str
    language: str
    path: str
    requested_language: str = ""
    """The `lang` of the address, which applies to this page and to the form on it; empty: none."""
    csrf_input: Markup
    viewer: Account | None = None
    role: Role | None = None
    unread: int = 0
    flash: Flash | None = None
    max_characters: int = 140
    open_registrations: bool = False
    """Whether somebody may sign up, at once or after approval."""
    live: str = ""
    """The path of the page's server-sent events (`/live/home`); empty: it opens no stream."""
    is_viewer_known: bool = True
    """False when the session could not be looked up. The page then does not ask to sign in, since the viewer may have signed in."""

    @property
    def is_administrator(self) -> bool:
        return self.role in {Role.ADMIN, Role.OWNER}


class Composer(msgspec.Struct, frozen=True, kw_only=True):
    """The form to write a status, a reply or an edit, filled with what was already typed."""

    idempotency_key: str
    text: str = ""
    spoiler_text: str = ""
    visibility: str = "public"
    language: str = ""
    addressees: frozenset[str] = frozenset()
    """Of a reply: handles, in lower case, that are not counted as characters at the beginning of the text."""
    remaining: int | None = None
    """Characters left in `text`, below zero when there are too many; None: nothing is typed yet."""
    in_reply_to: StatusView | None = None
    editing: StatusView | None = None
    errors: Mapping[str, str] = {}
    """Translated sentence by field name; `""`: about the whole form."""


def profile_url(account: Account | MentionedAccount) -> str:
    return f"/@{account.acct}"


def status_url(view: StatusView) -> str:
    return f"/@{view.account.acct}/{view.id}"


def avatar_url(account: Account) -> str:
    """The viewer's browser fetches no pictures from other servers: until we hold a copy, the default picture is shown."""
    return f"/media/{account.avatar}" if account.avatar and "://" not in account.avatar else f"/avatars/{account.acct}.svg"


def header_url(account: Account) -> str:
    return f"/media/{account.header}" if account.header and "://" not in account.header else f"/headers/{account.acct}.svg"


def addressee(view: StatusView) -> Account | MentionedAccount | None:
    """The account that a reply answers, if the reply mentions it or answers its own author; else None."""
    wanted = view.status.in_reply_to_account_id
    named: list[Account | MentionedAccount] = [view.account, *view.mentions]
    return next((one for one in named if one.id == wanted), None)


def as_tree(replies: Iterable[StatusView], root: StatusId) -> Iterator[tuple[int, StatusView]]:
    """Depth and reply, depth first: each reply follows its parent, oldest first. A reply whose parent is missing is a child of `root`."""
    replies = sorted(replies, key=lambda view: view.id)
    known = {view.id for view in replies}
    children: dict[StatusId, list[StatusView]] = {}
    for view in replies:
        parent = view.status.in_reply_to_id
        children.setdefault(parent if parent is not None and parent in known else root, []).append(view)
    stack = [(0, view) for view in reversed(children.get(root, []))]
    while stack:
        depth, view = stack.pop()
        yield depth, view
        deeper = min(depth + 1, DEEPEST_INDENT)
        stack.extend((deeper, child) for child in reversed(children.get(view.id, [])))


@lru_cache(64)
def icon(name: str) -> Markup:
    return Markup('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>').format(static_url("icons.svg"), name)


def folded(accounts: Sequence[Account], shown: int = 2) -> tuple[Sequence[Account], int]:
    """The first few, and how many others there are."""
    return accounts[:shown], max(0, len(accounts) - shown)


def top_scopes(scopes: Iterable[str]) -> set[str]:
    """`write:statuses` asks for a part of `write`."""
    return {scope.partition(":")[0] for scope in scopes}
