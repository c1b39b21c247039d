"""What is asked before an act that cannot be taken back, by a page or by the dialog of the page's script, in the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec
from markupsafe import Markup

from gazouillis.infra.basics.messages import Message, _

ATTRIBUTES = ("data-confirm", "data-consequence", "data-act")

Translate = Callable[[Message], str]


class Question(NamedTuple):
    """`act` is what the button says that does it. The sentences may name `{acct}`, or another value that the page gives."""

    title: Message
    consequence: Message
    act: Message


QUESTIONS: Mapping[str, Question] = {
    "delete": Question(
        _("Delete this post?"), _("It disappears for everybody, with its reposts and favourites, and does not come back."), _("Delete")
    ),
    "delete-scheduled": Question(_("Delete what you wrote?"), _("It is not posted, and its text does not come back."), _("Delete")),
    "narrow": Question(
        _("Show this post to fewer people?"),
        _("Its reposts disappear unless everybody may still read it. It cannot be shown to more people again."),
        _("Show it to fewer people"),
    ),
    "delete-circle": Question(
        _("Delete the circle {circle}?"),
        _("Nobody is told. What you wrote to it is then read only by you and by those it names."),
        _("Delete"),
    ),
    "delete-filter": Question(
        _("Delete the filter {filter}?"), _("What it kept from you is shown again, here and in your apps."), _("Delete")
    ),
    "delete-list": Question(_("Delete the list {list}?"), _("Nobody is told, and you go on following the people in it."), _("Delete")),
    "cancel-stay": Question(
        _("Cancel this stay?"), _("Nobody is told. What you wrote about it in posts stays as you wrote it."), _("Cancel the stay")
    ),
    "cancel-meeting": Question(
        _("Cancel this meeting?"),
        _("Those who wanted to come are told, and their calendars take it out. It cannot be taken back."),
        _("Cancel the meeting"),
    ),
    "cancel-coffee": Question(_("Cancel this coffee?"), _("The other of you is told. It cannot be taken back."), _("Cancel the coffee")),
    "renew-meetings-feed": Question(
        _("Replace the address of your calendar?"),
        _("The one that you have now works no more, wherever you put it."),
        _("Replace it"),
    ),
    "leave-home": Question(_("Say no more where you live?"), _("Nobody finds you there any more. Nobody is told."), _("Say it no more")),
    "renew-feed": Question(
        _("Replace the address of your feeds?"),
        _("The feeds of all your tracks get another address. The one that you have now works no more, wherever you put it."),
        _("Replace it"),
    ),
    "delete-track": Question(
        _("Track “{query}” no more?"), _("The list of those who said it goes; their posts stay. Nobody is told."), _("Remove")
    ),
    "decline-recommendation": Question(
        _("No longer be recommended by this post?"),
        _("Nobody is offered to follow you there any more. It cannot be taken back; the post itself stays."),
        _("Do not recommend me"),
    ),
    "delete-card": Question(_("Delete this card?"), _("Nobody sees it any more. Messages in which you put it keep it."), _("Delete")),
    "delete-for-all": Question(
        _("Delete this message for everybody?"),
        _("It disappears from the conversation for all its people, and does not come back."),
        _("Delete"),
    ),
    "delete-message": Question(
        _("Delete this message for you?"), _("You no longer see it. The others still do, and are not told."), _("Delete for me")
    ),
    "withdraw-extract": Question(
        _("Take this extract back?"), _("The post disappears for everybody, with its reposts, and does not come back."), _("Withdraw")
    ),
    "delete-conversation": Question(
        _("Delete this conversation for you?"),
        _("Its messages disappear from your list. The others keep them, and are not told. The next message begins it anew."),
        _("Delete for me"),
    ),
    "decline-request": Question(
        _("Decline the messages of @{acct}?"),
        _("They disappear, and what else they write to you does not arrive. They are not told."),
        _("Decline"),
    ),
    "decline-and-block": Question(
        _("Decline the messages of @{acct}, and block them?"),
        _("You will no longer see each other, and neither follows the other any more. Nobody is told."),
        _("Decline and block"),
    ),
    "block": Question(
        _("Block @{acct}?"), _("You will no longer see each other, and neither follows the other any more. Nobody is told."), _("Block")
    ),
    "block-domain": Question(
        _("Block all of {domain}?"),
        _("You and everybody there will no longer see each other, and neither follows the other any more. Nobody is told."),
        _("Block"),
    ),
    "remove-follower": Question(
        _("Remove @{acct} from your followers?"), _("They are not told, and can follow you again later."), _("Remove")
    ),
    "reject": Question(_("Decline the request of @{acct}?"), _("They are not told, and can ask again later."), _("Decline")),
    "take-back": Question(_("Take this link back?"), _("Nobody will come in by it any more. Those who came by it stay."), _("Take back")),
    "end-session": Question(_("Sign out this browser?"), _("Whoever uses it has to sign in again."), _("Sign out")),
    "end-other-sessions": Question(
        _("Sign out everywhere else?"), _("Every browser but this one has to sign in again."), _("Sign out everywhere else")
    ),
    "revoke-app": Question(
        _("Send this app away?"), _("It can no longer read or write in your name, until you let it in again."), _("Send away")
    ),
}


def translated_question(translate: Translate, name: str, **values: object) -> tuple[str, ...]:
    """The title, the consequence and the act of a question, translated, with these values in them."""
    return tuple(translate(msgspec.structs.replace(one, values=one.values | values)) for one in QUESTIONS[name])


def attributes(translate: Translate, name: str, **values: object) -> Markup:
    """For the button of the act: where the page's script finds the words of its dialog."""
    return Markup(" ").join(map(Markup('{}="{}"').format, ATTRIBUTES, translated_question(translate, name, **values)))
