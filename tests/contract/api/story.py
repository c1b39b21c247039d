"""One evening in which everything happens that an app can ask for."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from tests.support.people import Person
from tests.support.site import Town

READ = (
    *("/api/v1/instance", "/api/v2/instance", "/api/v1/instance/rules", "/api/v1/instance/extended_description"),
    *("/api/v1/instance/peers", "/api/v1/instance/domain_blocks", "/api/v1/instance/translation_languages"),
    *("/api/v1/apps/verify_credentials", "/api/v1/accounts/verify_credentials", "/api/v1/preferences"),
    *("/api/v1/custom_emojis", "/api/v1/announcements", "/api/v1/domain_blocks", "/api/v1/endorsements", "/api/v1/lists"),
    *("/api/v1/featured_tags", "/api/v1/featured_tags/suggestions", "/api/v1/filters", "/api/v2/filters", "/api/v1/followed_tags"),
    *("/api/v1/scheduled_statuses", "/api/v1/suggestions", "/api/v2/suggestions", "/api/v1/notifications/requests"),
    *("/api/v1/trends/tags", "/api/v1/trends/statuses", "/api/v1/trends/links", "/api/v1/tags/lyon"),
    *("/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/lyon", "/api/v1/favourites", "/api/v1/bookmarks"),
    *("/api/v1/notifications", "/api/v1/notifications/unread_count", "/api/v2/notifications", "/api/v2/notifications/unread_count"),
    *("/api/v2/notifications/policy", "/api/v1/markers?timeline[]=home", "/api/v1/blocks", "/api/v1/mutes", "/api/v1/follow_requests"),
    *("/api/v2/search?q=lyon", "/api/v2/search?q=bob", "/api/v1/accounts/search?q=bob", "/api/v1/accounts/lookup?acct=bob"),
    "/.well-known/oauth-authorization-server",
)

OF_AN_ACCOUNT = ("", "/statuses", "/followers", "/following", "/lists", "/featured_tags", "/endorsements", "/identity_proofs")
OF_A_STATUS = ("", "/context", "/source", "/history", "/favourited_by", "/reblogged_by")
REFUSED = ("/api/v1/statuses/1", "/api/v1/accounts/1", "/api/v1/notifications/1", "/api/v1/timelines/home?limit=lots")


async def tell(town: Town, alice: Person, bob: Person, carol: Person) -> None:
    said = await _speak(alice, bob, carol)
    await _choose(town, alice, bob, carol)
    await _change(alice, bob)
    await town.settle()
    for path in (*READ, *(f"/api/v1/accounts/{bob.id}{one}" for one in OF_AN_ACCOUNT)):
        assert (await alice.client.get(path)).is_success, path
    for path in OF_A_STATUS:
        await alice.get(f"/api/v1/statuses/{said['id']}{path}")
    await alice.get("/api/v1/statuses", **{"id[]": said["id"]})
    await alice.get("/api/v1/accounts", **{"id[]": bob.id})
    await alice.get("/api/v1/accounts/relationships", **{"id[]": bob.id})
    await _read_what_happened(alice)
    for path in REFUSED:
        await alice.client.get(path)


async def _speak(alice: Person, bob: Person, carol: Person) -> Any:
    said = await alice.posts("who is in #Lyon, @bob? https://example.org", spoiler_text="travel", language="en")
    answer = await bob.replies(said, "@alice me!")
    await carol.reblogs(said)
    await bob.favourites(said)
    await alice.edits(said, "who is in #Lyon tonight, @bob?")
    await alice.reblogs(answer)
    await alice.favourites(answer)
    await alice.bookmarks(answer)
    other = await carol.posts("good night", visibility="unlisted")
    for verb in ("favourite", "unfavourite", "bookmark", "unbookmark", "reblog", "unreblog"):
        await alice.post(f"/api/v1/statuses/{other['id']}/{verb}")
    await carol.deletes(other)
    return said


async def _choose(town: Town, alice: Person, bob: Person, carol: Person) -> None:
    await alice.follows(bob)
    await bob.follows(alice)
    mallory, dora = await town.person("mallory"), await town.person("dora")
    for verb in ("block", "unblock", "block"):
        await alice.post(f"/api/v1/accounts/{mallory.id}/{verb}")
    for verb in ("mute", "unmute", "mute", "unfollow", "remove_from_followers"):
        await alice.post(f"/api/v1/accounts/{dora.id}/{verb}", **({"duration": 3600} if verb == "mute" else {}))
    await alice.locks()
    for one, verb in ((carol, "authorize"), (mallory, ""), (dora, "reject")):
        if verb:
            await one.post(f"/api/v1/accounts/{alice.id}/follow")
            await alice.post(f"/api/v1/follow_requests/{one.id}/{verb}")
    await (await town.person("emma")).post(f"/api/v1/accounts/{alice.id}/follow")


async def _change(alice: Person, bob: Person) -> None:
    drawn = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(drawn, "PNG")
    form = {"note": "In #Lyon", "fields_attributes[0][name]": "Blog", "fields_attributes[0][value]": "https://alice.example"}
    await alice.client.patch("/api/v1/accounts/update_credentials", data=form, files={"avatar": ("me.png", drawn.getvalue())})
    await alice.client.delete("/api/v1/profile/avatar")
    await alice.client.delete("/api/v1/profile/header")
    await alice.post("/api/v1/markers", home={"last_read_id": "1"}, notifications={"last_read_id": "1"})
    addresses = {"client_name": "App", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"}
    await bob.post("/api/v1/apps", **addresses)


async def _read_what_happened(alice: Person) -> None:
    told = await alice.notifications()
    await alice.get(f"/api/v1/notifications/{told[0]['id']}")
    await alice.get(f"/api/v2/notifications/{told[0]['group_key']}")
    await alice.post(f"/api/v1/notifications/{told[0]['id']}/dismiss")
    await alice.post(f"/api/v2/notifications/{told[1]['group_key']}/dismiss")
    await alice.post("/api/v1/notifications/clear")
