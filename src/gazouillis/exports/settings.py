"""The settings of an account in its archive, which no list of Mastodon's holds: preferences, limits, filters, protected people, contact
cards, stays, meetings, what is to be published later, and where somebody lives.
"""

from __future__ import annotations

from typing import Any

from gazouillis.accounts import queries as accounts
from gazouillis.accounts import urls
from gazouillis.accounts.boundaries import Act
from gazouillis.accounts.models import Account, Preferences
from gazouillis.conversations.limits import Limits, limits, written
from gazouillis.filters import queries as filters
from gazouillis.filters.models import Filter
from gazouillis.graph import circles, contact_cards
from gazouillis.graph.contact_cards import ContactCard
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.places import gazetteer
from gazouillis.places import queries as places
from gazouillis.places.meetings import queries as meetings
from gazouillis.places.meetings.models import Meeting
from gazouillis.places.models import Residence, Stay
from gazouillis.statuses.scheduled import queries as scheduled
from gazouillis.statuses.scheduled.models import ScheduledStatus


async def settings(reader: Reader, base_url: str, account: Account) -> dict[str, Any]:
    """Names instead of ids: these mean nothing elsewhere."""
    user = await accounts.user(reader, account.id)
    names = {one.id: one.name for one in await circles.of_account(reader, account.id)}
    cards = await contact_cards.of_account(reader, account.id)
    known = await accounts.by_ids(reader, {each for one in cards for each in one.reader_ids})
    here = urls.authority(base_url)
    handles = {each: f"{one.username}@{one.domain or here}" for each, one in known.items()}
    return {
        "circles": list(names.values()),
        "contact_cards": [_card(one, names, handles) for one in cards],
        "stays": [_stay(one, names) for one in await places.all_own_stays(reader, account.id)],
        "meetings": await _meetings(reader, account, names),
        "scheduled": [_scheduled(one) for one in await scheduled.by_time(reader, account.id)],
        "residence": _residence(await places.residence(reader, account.id), names),
        "filters": [_filter(base_url, one) for one in await filters.of_account(reader, account.id)],
        "languages": (await places.languages_of(reader, [account.id])).get(account.id, ()),
        **({"limits": _limits(await limits(reader, user, account)), **_preferences(user.preferences, names)} if user else {}),
    }


def _limits(one: Limits) -> dict[str, Any]:
    """With the names of the API: `api/gazouillis/openapi.json`."""
    quiet_from, quiet_to, time_zone = written(one.quiet)
    return {
        "who_may_reply": one.default_reply_policy,
        "holds_strangers": one.holds_strangers,
        "locked": one.is_locked,
        "links_others": one.links_others,
        "allows_embedding": one.allows_embedding,
        "who_may_write": one.who_may_write.word,
        **{"who_may_see_town" if act is Act.TOWN else f"who_may_{act}": who.value for act, who in one.who_may.items()},
        "unwanted_words": one.unwanted_words,
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "time_zone": time_zone,
    }


def _preferences(one: Preferences, names: dict[Any, str]) -> dict[str, Any]:
    return {
        "default_visibility": one.default_visibility,
        "default_sensitive": one.default_sensitive,
        "default_language": one.default_language,
        "shows_questions": one.shows_questions,
        "shelves_first_posts": one.shelves_first_posts,
        "protected_people": one.protected_people,
        "protected_people_audience": names.get(one.protected_circle, "mutuals"),
    }


def _filter(base_url: str, one: Filter) -> dict[str, Any]:
    return {
        "title": one.title,
        "context": [each.value for each in one.contexts],
        "filter_action": one.action.value,
        "expires_at": one.expires_at,
        "keywords": [{"keyword": each.text, "whole_word": each.is_whole_word} for each in one.keywords],
        "statuses": [f"{base_url}/statuses/{each.status_id}" for each in one.statuses],
    }


def _card(one: ContactCard, names: dict[Any, str], handles: dict[AccountId, str]) -> dict[str, Any]:
    readers = [handles[each] for each in one.reader_ids if each in handles]
    return {
        "kind": one.kind.value,
        "value": one.value,
        "note": one.note,
        "audience": one.audience.value,
        "circle": names.get(one.circle_id),
        "readers": readers,
    }


def _stay(one: Stay, names: dict[Any, str]) -> dict[str, Any]:
    return {"from": one.first, "to": one.last, **_where(one, names)}


async def _meetings(reader: Reader, account: Account, names: dict[Any, str]) -> list[dict[str, Any]]:
    """Those that the account organizes, its coffees, and its answers to meetings of others that it may see."""
    mine, given = await meetings.all_of_account(reader, account.id)
    answered = await meetings.shown(reader, account.id, await meetings.by_ids(reader, given))
    own = [_meeting(one, one.spot) | ({} if one.is_coffee else {"seats": one.seats, **_where(one, names)}) for one in mine]
    return own + [_meeting(one.meeting, one.spot) | {"answer": given[one.meeting.id].value} for one in answered]


def _meeting(one: Meeting, spot: str) -> dict[str, Any]:
    kind = "coffee" if one.is_coffee else "meeting"
    texts = {"title": one.title, "about": one.about, "spot": spot}
    return {
        "kind": kind,
        **texts,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "state": one.state.name.lower(),
        **_named(one.place_id),
    }


def _scheduled(one: ScheduledStatus) -> dict[str, Any]:
    """Its files are among the others, under these ids."""
    draft = one.draft
    return {
        "publish_at": one.when.due_at,
        "text": draft.text,
        "warning": draft.spoiler_text,
        "visibility": draft.visibility.word if draft.visibility is not None else "public",
        "language": draft.language,
        "in_reply_to_id": draft.in_reply_to_id,
        "files": draft.attachment_ids,
        "poll": draft.poll.options if draft.poll else (),
    }


def _residence(one: Residence | None, names: dict[Any, str]) -> dict[str, Any] | None:
    return None if one is None else {**_where(one, names), "hears": one.hears}


def _where(one: Stay | Residence | Meeting, names: dict[Any, str]) -> dict[str, Any]:
    return {**_named(one.place_id), "audience": one.audience.value, "circle": names.get(one.circle_id)}


def _named(place_id: int) -> dict[str, Any]:
    place = gazetteer.by_id(place_id)
    return {"geonames_id": place_id, **({"place": place.names.local, "country": place.country} if place else {})}
