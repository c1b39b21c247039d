"""Sample data of the pages by which people join: invitations, sign-up, applicants, accounts made for others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from gazouillis.accounts.applicants import SignUpState
from gazouillis.accounts.invitations import Offer, State
from gazouillis.accounts.models import Account, Invitation, Preferences, Role, User
from gazouillis.accounts.roles import Applicant
from gazouillis.web.first_steps import Kind, Step
from tests.support.preview.layouts import FORM_ERRORS, FORM_FIELDS, MEMBER, RULES, VISITOR, PageState, at
from tests.support.sample import EMMA, LAURENT, MARIE, NOW, YUSUF, relation

BASE_URL = "https://nancy.example"
JOINING: dict[str, Any] = {"is_closed": False, "needs_approval": True, "offer": None, "base_url": BASE_URL, "rules": RULES}


def invitation(number: int, inviter: Account, **choices: Any) -> Invitation:
    given: dict[str, Any] = {"note": "", "max_uses": None, "uses": 0, "expires_at": None, "follows_inviter": True, "revoked_at": None}
    return Invitation(**{"id": number, "code": f"Bx7-{number}kQw_p2LmZ9", "account_id": inviter.id, "created_at": NOW, **given, **choices})


CHOIR = invitation(
    1, LAURENT, note="C’est ici que la chorale se donne rendez-vous.", max_uses=5, uses=2, expires_at=NOW + timedelta(days=7)
)
ANYONE = invitation(2, LAURENT)
PAST = invitation(3, LAURENT, uses=3, max_uses=3)
OFFER = Offer(CHOIR, LAURENT, Role.OWNER, State.OPEN)
NOTHING_TYPED: dict[str, Any] = {"form": {}, "errors": {}}
INVITATIONS: dict[str, Any] = {
    "may_invite": True,
    "guests_wait": True,
    "still_open": [CHOIR, ANYONE],
    "over": [PAST],
    "guests": {1: [EMMA, MARIE], 3: [YUSUF]},
    "address": f"{BASE_URL}/invite/",
    "form": {"follows_inviter": "1"},
    "errors": {},
}
NO_INVITATIONS = INVITATIONS | {"may_invite": False, "still_open": [], "over": [], "guests": {}}


KINDS: tuple[Kind, ...] = ("hello", "invite", "joining", "describe", "people", "profile")
STEPS = tuple(Step(kind, number % 2 == 0) for number, kind in enumerate(KINDS))
USER = User(EMMA.id, "emma@example.org", "", Role.MEMBER, "en", Preferences(), NOW - timedelta(hours=3), None)
APPROVED = msgspec.structs.replace(USER, approved_at=NOW)
APPLICANT = Applicant(EMMA, USER, "I live in rue Stanislas!")
SIGN_UPS = "/settings/site/sign-ups"
MADE: dict[str, Any] = {"waiting": [(EMMA, USER)], "links": {EMMA.id: f"{BASE_URL}/password/xyz"}}
REFUSED: dict[str, Any] = {"errors": {"people": "Ce nom est déjà pris."}}
APPLICANTS: dict[str, Any] = {"applicants": [APPLICANT], "count": 3, "others": 2, "longest": 200, "url": BASE_URL + SIGN_UPS}


def _card(offer: Offer, known: Any) -> dict[str, Any]:
    return {"offer": offer, "relation": known, "base_url": BASE_URL}


STATES: list[PageState] = [
    ("sign_up", "sign_up.html", VISITOR, JOINING | {"form": FORM_FIELDS, "errors": FORM_ERRORS}),
    ("sign_up_closed", "sign_up.html", VISITOR, JOINING | NOTHING_TYPED | {"is_closed": True, "rules": []}),
    ("sign_up_invited", "sign_up.html", VISITOR, JOINING | NOTHING_TYPED | {"needs_approval": False, "offer": OFFER}),
    ("sign_up_waiting", "sign_up_waiting.html", VISITOR, {"state": SignUpState(EMMA, APPLICANT.user, APPLICANT.reason)}),
    ("sign_up_unknown", "sign_up_waiting.html", VISITOR, {"state": None}),
    ("sign_up_rejected", "sign_up_waiting.html", VISITOR, {"state": SignUpState(EMMA, None, "")}),
    ("sign_up_approved", "sign_up_waiting.html", VISITOR, {"state": SignUpState(EMMA, APPROVED, "")}),
    (
        "settings_site_people",
        "settings_site_people.html",
        at("/settings/site/people", applicants=1, sends_mail=False),
        MADE | NOTHING_TYPED,
    ),
    ("settings_site_people_refused", "settings_site_people.html", MEMBER, MADE | {"form": {"people": "Zoé"}, "waiting": []} | REFUSED),
    ("settings_sign_ups", "settings_sign_ups.html", at(SIGN_UPS, applicants=1), {"applicants": [APPLICANT], "inviters": {EMMA.id: MARIE}}),
    ("settings_sign_ups_empty", "settings_sign_ups.html", at(SIGN_UPS, applicants=1), {"applicants": [], "inviters": {}}),
    ("settings_sign_up_reject", "settings_sign_up_reject.html", MEMBER, {"applicant": APPLICANT} | NOTHING_TYPED),
    ("invitation_over", "invitation.html", VISITOR, _card(Offer(PAST, LAURENT, Role.OWNER, State.USED_UP), None)),
    ("invitation_member", "invitation.html", MEMBER, _card(Offer(ANYONE, MARIE, Role.MEMBER, State.OPEN), relation(MARIE))),
    ("invitations", "invitations.html", MEMBER, INVITATIONS),
    ("invitations_refused", "invitations.html", MEMBER, NO_INVITATIONS),
]
