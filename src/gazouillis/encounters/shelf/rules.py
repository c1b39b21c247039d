"""What belongs on the shelf, who can help, and in which order it is shown: pure functions. The simulation in `bench/` calls them too."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from gazouillis.accounts.boundaries import Act
from gazouillis.accounts.models import Account
from gazouillis.encounters.shelf.models import Candidate, Competence, Kind, Reason, ReasonKind
from gazouillis.graph.boundaries import may
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import PlaceId
from gazouillis.statuses.models import Status, Visibility
from gazouillis.statuses.rules import may_reply
from gazouillis.text.blank import is_blank
from gazouillis.text.questions import is_question


def is_public_post(status: Status) -> bool:
    """Whether it begins a thread and everybody may read it."""
    is_there = status.deleted_at is None and status.withheld_by is None and status.reblog_of_id is None
    return is_there and status.in_reply_to_id is None and status.visibility is Visibility.PUBLIC


def belongs(status: Status, kind: Kind) -> bool:
    """Asked at each read: an edit that takes the question mark away, or makes a first post sensitive, takes it from the shelf."""
    if not is_public_post(status):
        return False
    match kind:
        case Kind.QUESTION:
            return is_question(status.text)
        case Kind.FIRST_POST:
            return not status.is_sensitive and is_blank(status.spoiler_text)


def may_answer(status: Status, kind: Kind, author: Account, relation: Relation, *, is_named: bool) -> bool:
    """Whether the reader may help, and would be heard. `relation` is that of the reader to the author; mutes are asked elsewhere."""
    if relation.is_self or relation.is_apart or relation.limits or not author.is_visible or status.is_closed:
        return False
    if not may(Act.MENTION, author, relation) or (kind is Kind.FIRST_POST and not may(Act.FIND, author, relation)):
        return False
    return may_reply(status.reply_policy, follows=relation.follows, is_followed=relation.is_followed, is_named=is_named)


def reasons(helper: Competence, language: str, places: Collection[int], query: str | None) -> tuple[Reason, ...]:
    """Why this reader can help, the most telling first; nothing when they cannot.

    `language`, `places`: those of the post; a town of its author counts when the reader may know it. `query`: of a track that it met.
    """
    found = [Reason(ReasonKind.TOWN, PlaceId(one)) for one in places if one in helper.places][:1]
    if query is not None:
        found.append(Reason(ReasonKind.TRACK, query=query))
    spoken = base(language)
    if spoken and spoken in helper.languages:
        found.append(Reason(ReasonKind.LANGUAGE))
    elif not spoken or not helper.languages:
        found.append(Reason(ReasonKind.WILLING))
    return tuple(found)


def base(language: str) -> str:
    """`fr-CA` is `fr`."""
    return language.partition("-")[0].lower()


def pick(candidates: Iterable[Candidate], limit: int) -> list[Candidate]:
    """What one reader is shown: of each author one post, those authors first who were shown least, then the older post.

    It is the post that this reader was shown before, so that many posts of one author do not take turns; else their oldest.
    """
    of_authors: dict[int, Candidate] = {}
    for one in sorted(candidates, key=lambda one: (not one.is_seen, one.status_id)):
        of_authors.setdefault(one.account_id, one)
    return sorted(of_authors.values(), key=lambda one: (one.exposures, one.status_id))[:limit]
