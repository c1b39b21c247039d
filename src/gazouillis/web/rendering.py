"""The structures that page templates take, and the filters and functions that they call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
from markupsafe import Markup

from gazouillis.accounts.models import Account, Role
from gazouillis.conversations.models import ConversationView
from gazouillis.graph.circles import Circle
from gazouillis.infra.basics.ids import AttachmentId, StatusId
from gazouillis.media.models import Attachment
from gazouillis.statuses.models import MentionedAccount, ReplyPolicy, StatusView
from gazouillis.statuses.readership import Readership
from gazouillis.text.cleaning import plain
from gazouillis.web.adjustments import TypedAdjustment
from gazouillis.web.display import AUTO
from gazouillis.web.placing import PlaceField
from gazouillis.web.polls import PollFields
from gazouillis.web.side import NOTHING, Side
from gazouillis.web.static_files import static_url
from gazouillis.web.stay_line import StayLine

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"
DEEPEST_INDENT = 5
LONGEST_EXCERPT = 140


class Flash(msgspec.Struct, frozen=True):
    """A flash message: the result of the last form, shown once. `kind` is `done` or `problem`."""

    text: str
    kind: str = "done"
    undo: str = ""
    """The path of the form that takes it back; empty: it cannot be."""
    links: tuple[tuple[str, str], ...] = ()
    """What to do next: words and paths."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What every template knows about the viewer and the site."""

    site_name: str
    language: str
    path: str
    requested_language: str = ""
    """The `lang` of the address, which applies to this page and to the form on it; empty: none."""
    theme: str = AUTO
    csrf_input: Markup
    viewer: Account | None = None
    role: Role | None = None
    unread: int = 0
    unread_conversations: int = 0
    applicants: int = 0
    """For moderators: how many people wait for approval."""
    open_reports: int = 0
    """For moderators: how many reports wait for a decision."""
    flash: Flash | None = None
    max_characters: int = 140
    may_invite: bool = False
    """Whether the viewer may invite others."""
    open_registrations: bool = False
    """Whether somebody may sign up, at once or after approval."""
    sends_mail: bool = True
    """Whether e-mails leave the server. Else they are written to a folder, for its operator."""
    live: str = ""
    """The path of the server-sent events about what the page shows (`/live/home`); empty: it does not change while it is open."""
    is_approved: bool = True
    is_viewer_known: bool = True
    """False when the session could not be looked up. The page then does not ask to sign in, since the viewer may have signed in."""
    side: Side = NOTHING
    way_back: str = ""
    """For visitors: the path to which signing in leads; empty: home."""
    is_preview: bool = False
    """Whether its owner looks at it as somebody else: then nothing on it acts, and nobody can be reported."""

    @property
    def pending_decisions(self) -> int:
        """For moderators: how many applicants and reports wait for a decision."""
        return self.applicants + self.open_reports

    @property
    def stream(self) -> str:
        """The one stream that the page opens: of what it shows, or else of unread notifications alone; empty: none."""
        return self.live or ("/live/notifications" if self.viewer and self.is_approved else "")

    @property
    def is_administrator(self) -> bool:
        return self.role in {Role.ADMIN, Role.OWNER}

    @property
    def is_moderator(self) -> bool:
        return self.is_administrator or self.role is Role.MODERATOR


class LaterField(msgspec.Struct, frozen=True):
    """When a post is to be published. `written`: a time as the clocks of the zone show it, `2026-03-30T08:00`."""

    written: str
    zone: str


class Composer(msgspec.Struct, frozen=True, kw_only=True):
    """The form to write a status, a reply or an edit, filled with what was already typed."""

    idempotency_key: str
    text: str = ""
    spoiler_text: str = ""
    visibility: str = "public"
    """A value of `audiences.Audience`."""
    language: str = ""
    addressees: frozenset[str] = frozenset()
    """Of a reply: handles, in lower case, that are not counted as characters at the beginning of the text."""
    remaining: int | None = None
    """Characters left in `text`, below zero when there are too many; None: nothing is typed yet."""
    reply_policy: str = ReplyPolicy.EVERYONE.word
    circles: tuple[Circle, ...] = ()
    """Those that the author may choose as an audience."""
    readership: Readership | None = None
    """Who will read it, when its author has asked."""
    conversation: ConversationView | None = None
    """For a private message: the conversation it is for."""
    recipients: str | None = None
    """For the first message of a conversation: the handles typed as its recipients. None: it asks for none."""
    in_reply_to: StatusView | None = None
    via: str = ""
    """For a reply: by which road its author came to what it answers (`roads.asked`)."""
    editing: StatusView | None = None
    attachments: tuple[Attachment, ...] = ()
    """What is attached already: of an edited status, or of a form that was refused."""
    adjustments: Mapping[AttachmentId, TypedAdjustment] = {}
    """How they are to be turned and cropped, as typed without a script."""
    file_descriptions: tuple[str, ...] = ()
    """What was typed beside files that have to be chosen again."""
    is_sensitive: bool = False
    """Whether the attachments are covered."""
    place: PlaceField = PlaceField()
    stay: StayLine = StayLine()
    poll: PollFields = PollFields()
    later: LaterField | None = None
    """Of a post that is to be published later."""
    errors: Mapping[str, str] = {}
    """Translated sentence by field name; `""`: about the whole form."""
    is_warned: bool = False
    """Whether its author was warned that it names somebody whom they protect."""
    is_restored: bool = False
    """Whether it is shown again for another reason than an error: a kept draft does not take its place."""


def profile_url(account: Account | MentionedAccount) -> str:
    return f"/@{account.acct}"


def status_url(view: StatusView) -> str:
    return f"/@{view.account.acct}/{view.id}"


def permalink(view: StatusView, via: str = "") -> str:
    """For links: a reply is shown below what it answers, and the fragment takes the reader to it, without any script. `via`: the road that
    its page shall know of.
    """
    url = f"{status_url(view)}?via={via}" if via else status_url(view)
    return f"{url}#s{view.id}" if view.status.in_reply_to_id else url


def excerpt(view: StatusView) -> str:
    """The beginning of a message for a list, as plain text; of one with a content warning, the warning."""
    text = " ".join((view.status.spoiler_text or plain(view.status.content)).split())
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT].rstrip()}…"


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
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(static_url("icons.svg"), name)


def folded(accounts: Sequence[Account], shown: int = 2) -> tuple[Sequence[Account], int]:
    """The first few, and how many others there are."""
    return accounts[:shown], max(0, len(accounts) - shown)


def top_scopes(scopes: Iterable[str]) -> set[str]:
    """`write:statuses` asks for a part of `write`."""
    return {scope.partition(":")[0] for scope in scopes}
