"""A story that uses every operation of the API that an app may call."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from tests.support.media import photo
from tests.support.people import Person
from tests.support.site import RunningSite

READ_PATHS = (
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
    *("/api/v1/directory", "/api/v1/directory?order=new&local=true"),
    "/.well-known/oauth-authorization-server",
)

PATHS_OF_AN_ACCOUNT = ("", "/statuses", "/followers", "/following", "/lists", "/featured_tags", "/endorsements", "/identity_proofs")
PATHS_OF_A_STATUS = ("", "/context", "/source", "/history", "/favourited_by", "/reblogged_by")
REFUSED_PATHS = ("/api/v1/statuses/1", "/api/v1/accounts/1", "/api/v1/notifications/1", "/api/v1/timelines/home?limit=lots")


async def play(running_site: RunningSite, alice: Person, bob: Person, carol: Person) -> None:
    status = await _post_and_react(alice, bob, carol)
    await _follow_and_block(running_site, alice, bob, carol)
    await _change_profile(alice, bob)
    await running_site.run_until_idle()
    for path in (*READ_PATHS, *(f"/api/v1/accounts/{bob.id}{one}" for one in PATHS_OF_AN_ACCOUNT)):
        assert (await alice.client.get(path)).is_success, path
    for path in PATHS_OF_A_STATUS:
        await alice.get(f"/api/v1/statuses/{status['id']}{path}")
    await alice.get("/api/v1/statuses", **{"id[]": status["id"]})
    await alice.get("/api/oembed", url=status["url"])
    await alice.get("/api/v1/accounts", **{"id[]": bob.id})
    await alice.get("/api/v1/accounts/relationships", **{"id[]": bob.id})
    await alice.client.delete(f"/api/v1/suggestions/{bob.id}")
    await alice.post("/api/v1/reports", account_id=bob.id, category="other", comment="too loud")
    await alice.get("/api/v1/reports")
    await _read_notifications(alice)
    await _answer_requests(running_site, alice)
    await _write_privately(alice)
    await _attach_files(alice)
    await _ask_and_vote(running_site, alice, bob)
    await _schedule(running_site, alice)
    await _read_lists(running_site, alice, bob)
    await _filter(alice, bob)
    for path in REFUSED_PATHS:
        await alice.client.get(path)


async def _schedule(running_site: RunningSite, alice: Person) -> None:
    first, second = [running_site.clock.now + timedelta(days=days) for days in (1, 2)]
    one = await alice.posts("later", scheduled_at=first.isoformat(), language="en", spoiler_text="patience")
    await alice.get("/api/v1/scheduled_statuses")
    path = f"/api/v1/scheduled_statuses/{one['id']}"
    await alice.get(path)
    assert (await alice.client.put(path, json={"scheduled_at": second.isoformat()})).is_success
    assert (await alice.client.delete(path)).is_success


async def _read_lists(running_site: RunningSite, alice: Person, bob: Person) -> None:
    """A track is a list."""
    await alice.client.post("/api/v1/statuses", json={"status": "track meringue"})
    await bob.posts("meringue for all")
    await running_site.run_until_idle()
    (one,) = await alice.get("/api/v1/lists")
    for path in (f"/api/v1/lists/{one['id']}", f"/api/v1/lists/{one['id']}/accounts"):
        await alice.get(path)
    assert len(await alice.get(f"/api/v1/timelines/list/{one['id']}")) == 1
    await alice.client.delete(f"/api/v1/lists/{one['id']}")
    await _make_list(alice, bob)


async def _make_list(alice: Person, bob: Person) -> None:
    await alice.follows(bob)
    one = await alice.post("/api/v1/lists", title="Lyon", replies_policy="followed")
    path = f"/api/v1/lists/{one['id']}"
    await alice.post(f"{path}/accounts", account_ids=[bob.id])
    for read in ("/api/v1/lists", path, f"{path}/accounts", f"/api/v1/accounts/{bob.id}/lists", f"/api/v1/timelines/list/{one['id']}"):
        assert await alice.get(read), read
    await alice.client.put(path, json={"title": "In Lyon", "exclusive": True})
    await alice.client.request("DELETE", f"{path}/accounts", json={"account_ids": [bob.id]})


async def _filter(alice: Person, bob: Person) -> None:
    status, v2, v1 = await bob.posts("an omelette"), "/api/v2/filters", "/api/v1/filters"
    words = {"keywords_attributes": [{"keyword": "omelette", "whole_word": True}]}
    one = await alice.post(v2, title="eggs", context=["home", "public"], filter_action="warn", expires_in=3600, **words)
    word = await alice.post(f"{v2}/{one['id']}/keywords", keyword="meringue", whole_word=False)
    there = await alice.post(f"{v2}/{one['id']}/statuses", status_id=status["id"])
    assert (await alice.get(f"/api/v1/statuses/{status['id']}"))["filtered"]
    for path in (
        "",
        f"/{one['id']}",
        f"/{one['id']}/keywords",
        f"/{one['id']}/statuses",
        f"/keywords/{word['id']}",
        f"/statuses/{there['id']}",
    ):
        await alice.get(f"{v2}{path}")
    assert (await alice.client.put(f"{v2}/{one['id']}", json={"title": "food"})).is_success
    assert (await alice.client.put(f"{v2}/keywords/{word['id']}", json={"keyword": "cake"})).is_success
    for path in (f"statuses/{there['id']}", f"keywords/{word['id']}", one["id"]):
        assert (await alice.client.delete(f"{v2}/{path}")).is_success
    old = await alice.post(v1, phrase="omelette", context=["home"], irreversible=True)
    await alice.get(v1)
    await alice.get(f"{v1}/{old['id']}")
    assert (await alice.client.put(f"{v1}/{old['id']}", json={"phrase": "eggs", "context": ["home"]})).is_success
    assert (await alice.client.delete(f"{v1}/{old['id']}")).is_success


async def _post_and_react(alice: Person, bob: Person, carol: Person) -> Any:
    status = await alice.posts("who is in #Lyon, @bob? https://example.org", spoiler_text="travel", language="en")
    reply = await bob.replies(status, "@alice me!")
    await carol.reblogs(status)
    await bob.favourites(status)
    await alice.edits(status, "who is in #Lyon tonight, @bob?")
    await alice.reblogs(reply)
    await alice.favourites(reply)
    await alice.bookmarks(reply)
    other = await carol.posts("good night", visibility="unlisted")
    await alice.client.put(f"/api/v1/statuses/{status['id']}/interaction_policy", json={"quote_approval_policy": "followers"})
    for verb in ("favourite", "unfavourite", "bookmark", "unbookmark", "reblog", "unreblog", "mute", "unmute"):
        await alice.post(f"/api/v1/statuses/{other['id']}/{verb}")
    await carol.deletes(other)
    for verb in ("unpin", "pin"):
        await alice.post(f"/api/v1/statuses/{status['id']}/{verb}")
    await alice.get(f"/api/v1/accounts/{alice.id}/statuses", pinned=True)
    return status


async def _follow_and_block(running_site: RunningSite, alice: Person, bob: Person, carol: Person) -> None:
    await alice.follows(bob)
    await bob.follows(alice)
    for verb in ("pin", "unpin", "endorse", "unendorse", "endorse"):
        await alice.post(f"/api/v1/accounts/{bob.id}/{verb}")
    await alice.get(f"/api/v1/accounts/{alice.id}/endorsements")
    await alice.post(f"/api/v1/accounts/{bob.id}/note", comment="met in Lyon")
    mallory, dora = await running_site.person("mallory"), await running_site.person("dora")
    for verb in ("block", "unblock", "block"):
        await alice.post(f"/api/v1/accounts/{mallory.id}/{verb}")
    for verb in ("mute", "unmute", "mute", "unfollow", "remove_from_followers"):
        await alice.post(f"/api/v1/accounts/{dora.id}/{verb}", **({"duration": 3600} if verb == "mute" else {}))
    for method in ("POST", "DELETE"):
        assert (await alice.client.request(method, "/api/v1/domain_blocks", json={"domain": "there.test"})).is_success
    await alice.locks()
    for one, verb in ((carol, "authorize"), (mallory, ""), (dora, "reject")):
        if verb:
            await one.post(f"/api/v1/accounts/{alice.id}/follow")
            await alice.post(f"/api/v1/follow_requests/{one.id}/{verb}")
    await (await running_site.person("emma")).post(f"/api/v1/accounts/{alice.id}/follow")


async def _change_profile(alice: Person, bob: Person) -> None:
    picture = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(picture, "PNG")
    form = {"note": "In #Lyon", "fields_attributes[0][name]": "Blog", "fields_attributes[0][value]": "https://alice.example"}
    await alice.client.patch("/api/v1/accounts/update_credentials", data=form, files={"avatar": ("me.png", picture.getvalue())})
    await alice.client.delete("/api/v1/profile/avatar")
    await alice.client.delete("/api/v1/profile/header")
    await alice.post("/api/v1/markers", home={"last_read_id": "1"}, notifications={"last_read_id": "1"})
    form = {"client_name": "App", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"}
    await bob.post("/api/v1/apps", **form)


async def _read_notifications(alice: Person) -> None:
    notifications = await alice.notifications()
    await alice.get(f"/api/v1/notifications/{notifications[0]['id']}")
    await alice.get(f"/api/v2/notifications/{notifications[0]['group_key']}")
    await alice.get(f"/api/v2/notifications/{notifications[0]['group_key']}/accounts")
    await alice.post(f"/api/v1/notifications/{notifications[0]['id']}/dismiss")
    await alice.post(f"/api/v2/notifications/{notifications[1]['group_key']}/dismiss")
    await alice.post("/api/v1/notifications/clear")


async def _answer_requests(running_site: RunningSite, alice: Person) -> None:
    requests, policies = "/api/v1/notifications/requests", ("/api/v1/notifications/policy", "/api/v2/notifications/policy")
    for name in ("dan", "eva", "fay", "gus"):
        await (await running_site.person(name)).posts("@alice hello", visibility="direct")
    first, second, third, fourth = [one["id"] for one in await alice.get(requests)]
    await alice.get(f"{requests}/{first}")
    await alice.post(f"{requests}/{first}/accept")
    await alice.post(f"{requests}/{second}/dismiss")
    await alice.post(f"{requests}/accept", id=[third])
    await alice.post(f"{requests}/dismiss", id=[fourth])
    await alice.get(f"{requests}/merged")
    for path in policies:
        await alice.get(path)
        for method in ("PATCH", "PUT"):
            assert (await alice.client.request(method, path, json={"for_private_mentions": "filter"})).is_success


async def _write_privately(alice: Person) -> None:
    conversation = (await alice.get("/api/v1/conversations"))[0]["id"]
    await alice.get("/api/v1/timelines/direct")
    await alice.post(f"/api/v1/conversations/{conversation}/read")
    assert (await alice.client.delete(f"/api/v1/conversations/{conversation}")).is_success


async def _ask_and_vote(running_site: RunningSite, alice: Person, bob: Person) -> None:
    for more in ({"expires_in": 300}, {"expires_in": 300, "hide_totals": True, "multiple": True}, {}):
        poll = {"options": ["pho", "goulash"], **more}
        status = await alice.posts("where?", poll=poll)
        path = f"/api/v1/polls/{status['id']}"
        await bob.post(f"{path}/votes", choices=[1])
        await alice.edits(status, "where to?", poll=poll | {"options": ["pho", "cake"]})
        await bob.post(f"{path}/votes", choices=[0])
        await alice.edits(status, "where to now?", poll=None if not more else poll | {"options": ["pho", "cake"]})
        await bob.get(f"/api/v1/statuses/{status['id']}/history")
        for one in (alice.client, bob.client, running_site.client()):
            await one.get(path)
    running_site.clock.advance(minutes=10)
    await bob.notifications(**{"types[]": "poll"})
    await alice.get("/api/v1/timelines/public")
    await alice.deletes(await alice.posts("where?", poll={"options": ["pho", "goulash"], "expires_in": 300}))


async def _attach_files(alice: Person) -> None:
    attached = await alice.uploads(photo(), description="a wall")
    await alice.posts("look", media_ids=[attached["id"]])
    for path in ("/api/v1/media", "/api/v2/media"):
        answer = await alice.client.post(path, files={"file": ("photo.jpg", photo("red"))})
        kept = await alice.get(f"/api/v1/media/{answer.json()['id']}")
        assert (await alice.client.put(f"/api/v1/media/{kept['id']}", json={"description": "red"})).is_success
        assert (await alice.client.delete(f"/api/v1/media/{kept['id']}")).is_success
