"""Statuses and accounts as ActivityPub objects, in the form of Mastodon's archive: https://www.w3.org/TR/activitystreams-vocabulary/"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from gazouillis.accounts import urls as account_urls
from gazouillis.accounts.models import Account
from gazouillis.exports.queries import ExportedStatus
from gazouillis.infra.basics.ids import PlaceId
from gazouillis.media.models import Attachment, Variant
from gazouillis.places import gazetteer
from gazouillis.statuses import urls as status_urls
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.polls.models import PollView

CONTEXT = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{CONTEXT}#Public"


def actor(base_url: str, account: Account) -> dict[str, Any]:
    pictures = {"icon": ("avatar.webp", account.avatar), "image": ("header.webp", account.header)}
    return {
        "@context": CONTEXT,
        "id": account_urls.uri(base_url, account),
        "type": "Service" if account.is_bot else "Person",
        "preferredUsername": account.username,
        "name": account.display_name,
        "summary": account.note_html,
        "url": account_urls.page(base_url, account),
        "manuallyApprovesFollowers": account.is_locked,
        "discoverable": account.is_discoverable,
        "published": account.created_at.isoformat(),
        "outbox": "outbox.json",
        "likes": "likes.json",
        "bookmarks": "bookmarks.json",
        "featured": "featured.json",
        "attachment": [{"type": "PropertyValue", "name": one.name, "value": one.value_html} for one in account.fields],
        **({"location": {"type": "Place", "name": account.location}} if account.location else {}),
        **{name: {"type": "Image", "mediaType": "image/webp", "url": file} for name, (file, key) in pictures.items() if key},
    }


def activity(base_url: str, account: Account, exported: ExportedStatus) -> dict[str, Any]:
    """`Create` of a note or question, or `Announce` of what was reblogged."""
    status, uri = exported.status, status_urls.uri(base_url, exported.status)
    author, published = account_urls.uri(base_url, account), status.created_at.isoformat()
    to, cc = _audience(base_url, author, exported)
    common = {"actor": author, "published": published, "to": to, "cc": cc}
    if status.reblog_of_id:
        return {"id": f"{uri}/activity", "type": "Announce", "object": _parent(base_url, exported, status.reblog_of_id), **common}
    note = {
        "id": uri,
        "type": "Question" if exported.poll else "Note",
        "url": status_urls.page(base_url, status, account),
        "attributedTo": author,
        "published": published,
        "updated": status.edited_at.isoformat() if status.edited_at else None,
        "inReplyTo": _parent(base_url, exported, status.in_reply_to_id),
        "summary": status.spoiler_text or None,
        "sensitive": status.is_sensitive,
        "content": status.content,
        "contentMap": {status.language: status.content} if status.language else None,
        "source": {"content": status.text, "mediaType": "text/plain"},
        "to": to,
        "cc": cc,
        "attachment": [document for one in exported.attachments if (document := _document(one))] or None,
        "tag": _tags(base_url, exported),
        "location": _location(status.place_id),
        **(_question(exported.poll) if exported.poll else {}),
    }
    return {"id": f"{uri}/activity", "type": "Create", "object": {key: one for key, one in note.items() if one is not None}, **common}


def _question(seen: PollView) -> dict[str, Any]:
    """https://www.w3.org/TR/activitystreams-vocabulary/#dfn-question – its answers; totals only where its author sees them."""
    poll = seen.poll
    options: list[dict[str, Any]] = [{"type": "Note", "name": one.title} for one in poll.options]
    if seen.shows_totals:
        replies = [{"replies": {"type": "Collection", "totalItems": one.votes_count}} for one in poll.options]
        options = [one | each for one, each in zip(options, replies, strict=True)]
    end = {"endTime": poll.expires_at.isoformat()} if poll.expires_at else {}
    return {"anyOf" if poll.is_multiple else "oneOf": options, "votersCount": poll.voters_count} | end


def _location(place_id: PlaceId | None) -> dict[str, Any] | None:
    place = None if place_id is None else gazetteer.by_id(place_id)
    if place is None:
        return None
    names = {"name": place.names.local, "nameMap": {"fr": place.names.fr, "en": place.names.en}}
    return {"type": "Place", "id": f"https://sws.geonames.org/{place.id}/", **names}


def file_of(attachment: Attachment) -> str:
    """Where the archive holds the file; empty as long as there is none."""
    original = attachment.file(Variant.ORIGINAL)
    suffix = PurePosixPath(original.key).suffix if original else ""
    return f"media_attachments/{attachment.id}{suffix}" if original and attachment.is_ready else ""


def _document(one: Attachment) -> dict[str, Any] | None:
    original, url = one.file(Variant.ORIGINAL), file_of(one)
    if original is None or not url:
        return None
    size = {"width": original.width, "height": original.height} if original.width else {}
    about = {"name": one.description or None, "blurhash": one.blurhash or None, "focalPoint": [one.focus_x, one.focus_y]}
    return {"type": "Document", "mediaType": original.content_type, "url": url, **about, **size}


def _parent(base_url: str, exported: ExportedStatus, status_id: int | None) -> str | None:
    """None also when it was deleted."""
    author_id, uri = exported.parents.get(status_id or 0, (0, ""))
    return uri or (f"{base_url}/users/{author_id}/statuses/{status_id}" if author_id else None)


def _audience(base_url: str, author: str, exported: ExportedStatus) -> tuple[list[str], list[str]]:
    followers, mentioned = f"{author}/followers", [f"{base_url}/users/{one}" for one, _username, _domain in exported.mentions]
    match exported.status.visibility:
        case Visibility.PUBLIC:
            return [PUBLIC], [followers, *mentioned]
        case Visibility.UNLISTED:
            return [followers], [PUBLIC, *mentioned]
        case Visibility.PRIVATE:
            return [followers], mentioned
        case Visibility.MUTUALS | Visibility.CIRCLE | Visibility.DIRECT:
            return mentioned, []


def _tags(base_url: str, exported: ExportedStatus) -> list[dict[str, str]]:
    here = account_urls.authority(base_url)
    named = [
        {"type": "Mention", "href": f"{base_url}/users/{one}", "name": f"@{username}@{domain or here}"}
        for one, username, domain in exported.mentions
    ]
    return [*named, *({"type": "Hashtag", "href": status_urls.tag(base_url, one), "name": f"#{one}"} for one in exported.tags)]
