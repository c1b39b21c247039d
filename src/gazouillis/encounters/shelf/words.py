"""The sentence that says why somebody is shown a post: “Lyon, question, no answer yet”."""

from __future__ import annotations

from gazouillis.encounters.shelf.models import Kind, Reason, ReasonKind
from gazouillis.infra.basics.messages import Message, _
from gazouillis.places import gazetteer


def sentence(kind: Kind, reason: Reason, language: str) -> Message:
    """`language`: of the reader, in which places are named."""
    is_question = kind is Kind.QUESTION
    match reason.kind:
        case ReasonKind.TOWN:
            place = gazetteer.by_id(reason.place_id or 0)
            name = place.names.in_language(language) if place else "?"
            if is_question:
                return _("{place}, question, no answer yet", place=name)
            return _("{place}, first post, no answer yet", place=name)
        case ReasonKind.TRACK:
            if is_question:
                return _("“{query}”, question, no answer yet", query=reason.query)
            return _("“{query}”, first post, no answer yet", query=reason.query)
        case ReasonKind.LANGUAGE:
            return _("your language, question, no answer yet") if is_question else _("your language, first post, no answer yet")
        case ReasonKind.WILLING:
            return _("question, no answer yet") if is_question else _("first post, no answer yet")
