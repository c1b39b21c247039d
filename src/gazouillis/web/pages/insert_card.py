"""Puts a contact card into the message that is being written: the page comes back with it in the text, and nothing is sent yet."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from gazouillis.graph import contact_cards
from gazouillis.graph.contact_cards import CardKind, ContactCard
from gazouillis.infra.basics.errors import Invalid, NotFound, Problem
from gazouillis.infra.basics.messages import Message, _
from gazouillis.web.pages import attaching, conversation
from gazouillis.web.pages.attaching import TAKES_FILES
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, RequestContext, request_context, site_of
from gazouillis.web.unsent import restorable

_LABELS: dict[CardKind, Message] = {
    CardKind.PHONE: _("Phone:"),
    CardKind.MATRIX: _("Matrix:"),
    CardKind.XMPP: _("XMPP:"),
    CardKind.VIDEO: _("Video:"),
    CardKind.MAIL: _("E-mail:"),
}


@post("/messages/{conversation_id:str}/card", opt=restorable("message") | TAKES_FILES, request_max_body_size=None)
async def insert(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Any]:
    """`card`: which one. Files that were chosen stay attached, and what was typed stays also when the card is gone."""
    identifier = parse_id(conversation_id)
    problem: Problem | None = None
    async with attaching.form_with_files(request) as sent:
        form = dict(sent.form)
        async with request_context(request) as context:
            author = context.member
            try:
                card = await contact_cards.own(context.reader, author.id, parse_id(form.get("card", "")))
                form["status"] = _with_card(context, form.get("status", ""), card)
            except NotFound as missing:
                problem = missing
        try:
            attached = attaching.with_attachment_ids(sent, await attaching.accept(site_of(request), author, sent))
            form = attached | {"status": form.get("status", "")}
        except Invalid as refused:
            problem = problem or refused
    async with request_context(request) as context:
        response = await conversation.show_again(context, form | {"conversation_id": str(identifier)}, problem)
        response.status_code = 404 if isinstance(problem, NotFound) else response.status_code
        return response


def _with_card(context: RequestContext, text: str, card: ContactCard) -> str:
    line = f"{context.translate(_LABELS[card.kind])} {card.value}" + (f" ({card.note})" if card.note else "")
    return f"{text.rstrip()}\n{line}" if text.strip() else line


routes = [insert]
