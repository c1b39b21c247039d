"""Pages of private messages."""

from __future__ import annotations

from typing import Any

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.conversations.models import ConversationView, Extract, ExtractState, ExtractView, MessageView, OperatorAccess, State
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.statuses.publish import Extract as Publishable
from gazouillis.web.pages.message_requests import Asked
from gazouillis.web.rendering import Composer, excerpt
from tests.support.preview.cards import CARDS
from tests.support.preview.layouts import PageState, at
from tests.support.sample import ARRIVAL, EMMA, LAURENT, LONG, MARIE, NICOLAS, NOW, YUSUF, status

REFUSED = "Personne ici."


def _message(author: Account, minutes: int, text: str, **changes: Any) -> StatusView:
    return status(author, minutes, text, visibility=Visibility.DIRECT, **changes)


PRIVATE = [
    _message(LAURENT, 300, "Bonsoir ! Ton message m’a fait plaisir. On continue ici ?", in_reply_to_id=ARRIVAL.id),
    _message(MARIE, 290, "Avec joie. Je ne voulais pas le dire devant tout le monde : la librairie ferme fin juin."),
    _message(MARIE, 289, "Et j’ai des caisses de livres à donner, si tu connais quelqu’un. https://catalogue.example/livres"),
    _message(LAURENT, 280, "Oh. Neuf ans… Je passe demain à 11 h, avec un sac vide.", edited_at=NOW),
    _message(MARIE, 3, "Prends-en deux !", spoiler_text=""),
]
SECRET = _message(NICOLAS, 60, "Le diagnostic est tombé ce matin, je t’appelle.", spoiler_text="Santé")
LONG_TEXT = _message(LONG, 60 * 30, "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 2)


def _with(number: int, *others: Account, last: StatusView | None, is_unread: bool = False, **changes: Any) -> ConversationView:
    return msgspec.structs.replace(ConversationView(number, others, last, is_unread, State.OPEN), **changes)


def _shown(views: list[StatusView]) -> list[MessageView]:
    answered = {PRIVATE[0].id: ARRIVAL, PRIVATE[4].id: PRIVATE[3]}
    return [MessageView(one, answered.get(one.id)) for one in views]


ACCESS = OperatorAccess(1, 1, "root (sudo: zsofi)", "Réquisition du tribunal de Nancy n° 2009/114", NOW)
REQUEST = _message(NICOLAS, 20, "Bonsoir, on s’est vus à la librairie.", attachments_count=2)
NOTE = _message(LAURENT, 60 * 50, "Valise : 3 kg. Carnets : 2.")
QUOTES = "".join(
    f"<blockquote><p><strong>{one.account.name}</strong> @{one.account.acct} · 29 mai 2009, 18:05 UTC</p>{one.status.content}</blockquote>"
    for one in PRIVATE[1:3]
)
ASKED = Extract(1, 1, MARIE.id, ExtractState.ASKED, Visibility.PUBLIC, QUOTES, "", "fr", None, None, NOW, (MARIE.id,), (LAURENT.id,))
EXTRACTS = [
    ExtractView(msgspec.structs.replace(ASKED, id=2, state=ExtractState.REFUSED, asker_id=LAURENT.id, content=""), LAURENT, ()),
    ExtractView(msgspec.structs.replace(ASKED, id=3, state=ExtractState.WITHDRAWN, content=""), MARIE, ()),
    ExtractView(msgspec.structs.replace(ASKED, id=4, state=ExtractState.PUBLISHED, status_id=PRIVATE[0].id), MARIE, ()),
    ExtractView(ASKED, MARIE, (LAURENT,)),
    ExtractView(msgspec.structs.replace(ASKED, id=5, asker_id=LAURENT.id, awaited_ids=(MARIE.id,)), LAURENT, (MARIE,)),
]
PREVIEW = Publishable(QUOTES, "", "", "fr", Visibility.PRIVATE, (MARIE,))
UNTRANSLATED = (REFUSED, ACCESS.reason, QUOTES, *map(excerpt, (*PRIVATE, SECRET, LONG_TEXT, NOTE, REQUEST, ARRIVAL)))
"""What is not translated on these pages."""


def _states() -> list[PageState]:
    page = at("/messages", live="/live/messages", unread_conversations=2)
    of_two = _with(1, MARIE, last=PRIVATE[-1], is_unread=True)
    group = _with(2, EMMA, YUSUF, LONG, last=LONG_TEXT)
    asked = _with(6, NICOLAS, last=REQUEST, is_unread=True, state=State.REQUEST, requested_by_id=NICOLAS.id)
    gone = _with(3, msgspec.structs.replace(NICOLAS, suspended_at=NOW), last=None)
    notes = _with(4, last=NOTE, is_note=True)
    listed = {
        "query": "",
        "found": None,
        "requests": 2,
        "conversations": [of_two, _with(5, NICOLAS, last=SECRET, is_unread=True), group, gone, notes],
    }
    none: dict[str, Any] = {"older": None, "newer": None, "accesses": [], "cards": [], "extracts": [], "request": None, "requests": None}
    pages: dict[str, Any] = {"older": None, "newer": None}
    composer = Composer(idempotency_key="m1", visibility="direct", conversation=of_two)
    answering = msgspec.structs.replace(composer, in_reply_to=PRIVATE[1], text="Fin juin, déjà ?")
    new = Composer(idempotency_key="m2", visibility="direct", recipients="@Marievh @personne", errors={"to": REFUSED}, text="Qui vient ?")
    refused = msgspec.structs.replace(composer, conversation=group, text="x" * 150, remaining=-10, errors={"status": REFUSED})
    return [
        ("messages", "messages.html", page, listed | {"older": "/messages?max_id=1", "newer": None}),
        ("messages_empty", "messages.html", page, {"query": "", "found": None, "conversations": [], "requests": 0} | pages),
        (
            "messages_found",
            "messages.html",
            page,
            {"query": "livres", "found": [("/messages/1#s2", PRIVATE[2])], "conversations": []} | none,
        ),
        ("messages_not_found", "messages.html", page, {"query": "xyzzy", "found": [], "conversations": []} | none),
        ("message_new", "message_new.html", page, {"composer": new}),
        (
            "conversation",
            "conversation.html",
            page,
            none | {"conversation": of_two, "messages": _shown(PRIVATE), "composer": composer, "older": "/messages/1?max_id=1"},
        ),
        (
            "conversation_reply",
            "conversation.html",
            page,
            {"conversation": of_two, "messages": _shown(PRIVATE), "composer": answering} | none,
        ),
        (
            "conversation_group",
            "conversation.html",
            page,
            {"conversation": group, "messages": _shown([SECRET, LONG_TEXT, PRIVATE[0]]), "composer": refused} | none,
        ),
        (
            "conversation_read_by_operator",
            "conversation.html",
            page,
            none | {"conversation": of_two, "messages": _shown(PRIVATE[:2]), "composer": composer, "accesses": [ACCESS]},
        ),
        ("message_requests", "message_requests.html", page, {"conversations": [asked]} | pages),
        ("message_requests_empty", "message_requests.html", page, {"conversations": []} | pages),
        (
            "conversation_request",
            "conversation.html",
            page,
            none
            | {"conversation": asked, "messages": [MessageView(REQUEST)], "composer": composer}
            | {"request": Asked(NICOLAS, "/report?status=5")},
        ),
        (
            "conversation_extracts",
            "conversation.html",
            page,
            none | {"conversation": of_two, "messages": _shown(PRIVATE), "composer": composer, "extracts": EXTRACTS, "cards": CARDS},
        ),
        *_of_extracts(of_two),
        ("conversation_gone", "conversation.html", page, {"conversation": gone, "messages": [], "composer": None} | none),
    ]


def _of_extracts(of_two: ConversationView) -> list[PageState]:
    page = at("/messages", live="/live/messages", unread_conversations=2)
    choosing: dict[str, Any] = {"conversation": of_two, "messages": PRIVATE, "picked": [], "visibility": "public", "most": 10, "errors": {}}
    choosing |= {"audiences": ["public", "unlisted", "private", "mutuals"], "preview": None, "older": "/messages/1?max_id=1", "newer": None}
    refused = {"picked": [PRIVATE[1].id], "errors": {"message_ids": REFUSED}}
    return [
        ("extract_pick", "extract.html", page, choosing),
        ("extract_refused", "extract.html", page, choosing | refused),
        ("extract_preview", "extract.html", page, choosing | {"picked": [PRIVATE[1].id], "preview": PREVIEW}),
    ]


STATES = _states()
