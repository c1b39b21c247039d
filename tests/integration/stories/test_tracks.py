"""Tracks: somebody says what I wait for, and I hear of it. Only what is public, only of those who let me, and once."""

import json

import pytest
import sqlalchemy as sa

from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.search.tracks.reactions import EDITED, HIT, tracks_channel
from gazouillis.search.tracks.tables import track_hits
from tests.support.people import words
from tests.support.streams import open_stream, open_websocket

TRACKS = "/api/gazouillis/v1/tracks"


async def tracks(person, query, **more):
    return await person.post(TRACKS, query=query, **more)


async def hits(person, track, **window):
    return [words(one) for one in await person.get(f"{TRACKS}/{track['id']}/timeline", **window)]


async def kept(running_site):
    """How many hits the database has, whoever may see them."""
    async with running_site.site.db.read() as reader:
        return await reader.value(sa.select(sa.func.count()).select_from(track_hits))


async def test_a_traveller_is_found_by_those_who_track_the_town(alice, bob, carol):
    track = await tracks(alice, "Budapest")

    await bob.posts("Je suis à Budapest pour deux jours")
    await carol.posts("Je suis à Bucarest")

    assert await hits(alice, track) == ["Je suis à Budapest pour deux jours"]


async def test_a_track_finds_what_is_said_after_it_was_made(alice, bob):
    await bob.posts("un orage hier")
    track = await tracks(alice, "orage")
    await bob.posts("encore des orages")

    assert await hits(alice, track) == ["encore des orages"]


async def test_warnings_and_descriptions_are_read_too(alice, bob):
    track = await tracks(alice, "orage")
    await bob.posts("regardez", spoiler_text="gros orage")

    assert await hits(alice, track) == ["regardez"]


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct", "mutuals"])
async def test_only_public_posts_are_tracked(running_site, alice, bob, visibility):
    await alice.follows(bob)
    await bob.follows(alice)
    track = await tracks(alice, "orage", delivery="notify")
    async with open_stream(running_site, "/api/v1/streaming/track", alice.token) as stream:
        await bob.posts("@alice un orage", visibility=visibility)
        await running_site.run_until_idle()

        assert await stream.has_no_events()
    assert await hits(alice, track) == []
    assert await kept(running_site) == 0
    assert "track by bob" not in [f"{one['type']} by bob" for one in await alice.notifications(types=["track"])]


async def test_a_post_that_is_narrowed_is_gone(running_site, alice, bob):
    track = await tracks(alice, "orage")
    await alice.follows(bob)
    async with open_stream(running_site, "/api/v1/streaming/track", alice.token) as stream:
        said = await bob.posts("un orage")
        await running_site.run_until_idle()
        assert (await stream.event())[0] == "update"
        await bob.narrows(said, "unlisted")
        await running_site.run_until_idle()

        assert await stream.event() == ("delete", said["id"])
    assert await hits(alice, track) == []


async def test_a_word_that_is_edited_in_counts_and_one_that_is_edited_out_does_not(alice, bob):
    track = await tracks(alice, "orage", delivery="notify")
    said = await bob.posts("du soleil")
    assert await hits(alice, track) == []
    await bob.edits(said, "un orage")
    assert await hits(alice, track) == ["un orage"]
    await bob.edits(said, "du vent")
    assert await hits(alice, track) == []
    assert await alice.notifications(types=["track"]) == []


async def test_one_hears_of_a_post_once_however_often_it_is_edited(running_site, alice, bob):
    await tracks(alice, "orage", delivery="notify")
    await tracks(alice, "lyon", delivery="notify")
    said = await bob.posts("un orage sur Lyon")
    assert len(await alice.notifications(types=["track"])) == 1
    await alice.post("/api/v1/notifications/clear")

    for text in ("un orage sur Lyon !", "rien", "un orage sur Lyon, encore"):
        await bob.edits(said, text)
        await running_site.run_until_idle()

    assert await alice.notifications(types=["track"]) == []


async def test_an_edit_that_takes_one_of_two_words_keeps_the_notification(running_site, alice, bob):
    for query in ("orage", "lyon"):
        await tracks(alice, query, delivery="notify")
    said = await bob.posts("un orage sur Lyon")
    [before] = await alice.notifications(types=["track"])
    async with open_stream(running_site, "/api/v1/streaming/track", alice.token) as stream:
        await bob.edits(said, "un orage")
        await running_site.run_until_idle()
        assert (await stream.event())[0] == "status.update"
        assert await stream.has_no_events()

    assert [one["id"] for one in await alice.notifications(types=["track"])] == [before["id"]]


@pytest.mark.parametrize("sign", ["@", "＠"])
async def test_who_refuses_is_not_waited_for_by_name_either(alice, bob, carol, sign):
    await tracks(alice, f"{sign}bob", delivery="notify")
    await bob.client.patch("/api/gazouillis/v1/limits", json={"who_may_track": "nobody"})
    await carol.posts("salut @bob")

    assert await alice.notifications(types=["track"]) == []


async def test_a_deleted_post_is_gone(alice, bob):
    track = await tracks(alice, "orage", delivery="notify")
    said = await bob.posts("un orage")
    assert await hits(alice, track) == ["un orage"]

    await bob.deletes(said)

    assert await hits(alice, track) == []
    assert await alice.notifications(types=["track"]) == []


@pytest.mark.parametrize("is_blocking", [True, False])
async def test_a_block_hides_both_ways(running_site, alice, bob, is_blocking):
    track = await tracks(alice, "orage", delivery="notify")
    await bob.posts("un orage avant")
    await running_site.run_until_idle()
    await (alice.blocks(bob) if is_blocking else bob.blocks(alice))

    assert await hits(alice, track) == []
    await bob.posts("un orage après")
    assert await hits(alice, track) == []
    assert await alice.notifications(types=["track"]) == []


async def test_a_muted_person_is_not_heard(running_site, alice, bob):
    track = await tracks(alice, "orage", delivery="notify")
    await alice.mutes(bob)
    async with open_stream(running_site, "/api/v1/streaming/track", alice.token) as stream:
        await bob.posts("un orage")
        await running_site.run_until_idle()

        assert await stream.has_no_events()
    assert await hits(alice, track) == []
    assert await alice.notifications(types=["track"]) == []


async def test_who_refuses_to_be_tracked_is_not(running_site, alice, bob, carol):
    track = await tracks(alice, "orage", delivery="notify")
    named = await tracks(alice, "@bob")
    await bob.posts("un orage avant")
    await carol.posts("bonjour @bob")
    assert await hits(alice, track) == ["un orage avant"]
    assert await hits(alice, named) == ["bonjour @bob"]

    await bob.client.patch("/api/gazouillis/v1/limits", json={"who_may_track": "nobody"})
    await bob.posts("un orage après")
    await carol.posts("bonsoir @bob")

    assert await hits(alice, track) == []
    assert await hits(alice, named) == []
    assert len(await alice.notifications(types=["track"])) == 1
    refused = await alice.client.post(TRACKS, json={"query": "@bob orage"}, headers={"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["field"]) == (422, "query")
    assert "@bob" in refused.json()["error"]


async def test_who_lets_followers_track_them_is_tracked_by_followers(alice, bob, carol):
    await bob.client.patch("/api/gazouillis/v1/limits", json={"who_may_track": "followers"})
    await alice.follows(bob)
    of_alice, of_carol = await tracks(alice, "orage"), await tracks(carol, "orage")

    await bob.posts("un orage")

    assert (await hits(alice, of_alice), await hits(carol, of_carol)) == (["un orage"], [])


async def test_hits_come_on_the_stream_once_for_all_tracks(running_site, alice, bob):
    await tracks(alice, "orage")
    await tracks(alice, "lyon")
    async with open_websocket(running_site, f"/api/v1/streaming?stream=track&access_token={alice.token}") as socket:
        await bob.posts("un orage sur Lyon")
        await bob.posts("rien")
        await bob.posts("la nuit à Lyon")
        await running_site.run_until_idle()

        messages = [await socket.receive() for _one in range(2)]

    assert [one["stream"] for one in messages] == [["track"], ["track"]]
    assert [words(json.loads(one["payload"])) for one in messages] == ["un orage sur Lyon", "la nuit à Lyon"]


async def test_an_edit_comes_on_the_stream_as_an_edit_and_a_word_that_is_edited_in_as_news(running_site, alice, bob):
    await tracks(alice, "orage")
    await tracks(alice, "lyon")
    async with open_stream(running_site, "/api/v1/streaming/track", alice.token) as stream:
        said = await bob.posts("du soleil")
        await running_site.run_until_idle()
        for text in ("un orage", "un orage !", "un orage à Lyon", "du vent"):
            await bob.edits(said, text)
            await running_site.run_until_idle()

        events = [await stream.event() for _one in range(4)]
        assert await stream.has_no_events()
    assert [kind for kind, _payload in events] == ["update", "status.update", "status.update", "delete"]


@pytest.mark.parametrize("change", ["refuses", "narrows"])
@pytest.mark.parametrize("kind", [HIT, EDITED])
async def test_the_stream_asks_again_who_may_be_told(running_site, alice, bob, change, kind):
    """Between the match and the message, the author may have refused, or narrowed the audience."""
    await tracks(alice, "orage")
    said = await bob.posts("un orage")
    await running_site.run_until_idle()
    publish = running_site.site.the(PubSub).publish
    async with open_stream(running_site, "/api/v1/streaming/track", alice.token) as stream:
        publish(kind, int(said["id"]), [tracks_channel(alice.account_id)])
        assert words((await stream.event())[1]) == "un orage"
        if change == "refuses":
            await bob.client.patch("/api/gazouillis/v1/limits", json={"who_may_track": "nobody"})
        else:
            await bob.narrows(said, "unlisted")
        publish(kind, int(said["id"]), [tracks_channel(alice.account_id)])

        assert await stream.has_no_events()


async def test_the_stream_needs_a_token(running_site):
    async with open_stream(running_site, "/api/v1/streaming/track") as stream:
        assert stream.status == 401


async def test_a_notification_names_who_said_it(alice, bob):
    await tracks(alice, "orage", delivery="notify")
    said = await bob.posts("un orage")

    (told,) = await alice.notifications(types=["track"])

    assert (told["type"], told["account"]["acct"], told["status"]["id"]) == ("track", "bob", said["id"])
    assert await alice.notifications() == []


async def test_a_mention_is_not_told_twice(alice, bob):
    await alice.follows(bob)
    await tracks(alice, "orage", delivery="notify")
    await bob.posts("@alice un orage")

    assert [one["type"] for one in await alice.notifications(types=["track", "mention"])] == ["mention"]


async def test_tracks_are_paged_as_any_timeline(alice, bob):
    track = await tracks(alice, "orage")
    for number in range(5):
        await bob.posts(f"orage {number}")

    assert await hits(alice, track, limit=2) == ["orage 4", "orage 3"]
    first = await alice.client.get(f"{TRACKS}/{track['id']}/timeline", params={"limit": 2})
    assert 'rel="next"' in first.headers["link"]
    assert await hits(alice, track, limit=2, max_id=first.json()[-1]["id"]) == ["orage 2", "orage 1"]


async def test_a_query_is_kept_once(alice):
    one = await tracks(alice, "Tarte flambée")
    other = await tracks(alice, "flambee TARTE", delivery="notify")

    assert other["id"] == one["id"]
    assert [(one["query"], one["delivery"]) for one in await alice.get(TRACKS)] == [("Tarte flambée", "notify")]


async def test_what_is_removed_is_not_tracked(alice, bob):
    track = await tracks(alice, "orage", delivery="notify")
    assert (await alice.client.delete(f"{TRACKS}/{track['id']}")).status_code == 200
    await bob.posts("un orage")

    assert await alice.get(TRACKS) == []
    assert await alice.notifications(types=["track"]) == []
    assert (await alice.client.get(f"{TRACKS}/{track['id']}/timeline")).status_code == 404


async def test_nobody_else_reads_or_changes_a_track(alice, mallory):
    track = await tracks(alice, "orage")
    path = f"{TRACKS}/{track['id']}"
    answers = [
        await mallory.client.get(path),
        await mallory.client.get(f"{path}/timeline"),
        await mallory.client.patch(path, json={"active": False}),
        await mallory.client.delete(path),
    ]

    assert [one.status_code for one in answers] == [404] * 4
    assert [one["active"] for one in await alice.get(TRACKS)] == [True]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "query"),
        ({"query": "!!!"}, "query"),
        ({"query": "le"}, "query"),
        ({"query": "-orage"}, "query"),
        ({"query": '"orage'}, "query"),
        ({"query": "orage lang:français"}, "query"),
        ({"query": "o" * 500}, "query"),
        ({"query": "orage", "delivery": "pigeon"}, "delivery"),
        ({"query": "ora\0ge \ud800"}, ""),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_what_cannot_be_tracked_is_refused_with_its_field(alice, form, field, language):
    answer = await alice.client.post(
        TRACKS, content=json.dumps(form), headers={"Accept-Language": language, "Content-Type": "application/json"}
    )

    if field:
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    else:
        assert answer.status_code in {200, 422}


async def test_one_tracks_no_more_than_fifty_things(alice):
    for number in range(50):
        await tracks(alice, f"mot{number}")

    refused = await alice.client.post(TRACKS, json={"query": "encore"})

    assert (refused.status_code, refused.json()["field"]) == (422, "query")


async def test_a_post_that_many_track_reaches_all_of_them(running_site, monkeypatch, alice, bob, carol):
    monkeypatch.setattr("gazouillis.search.tracks.match.AT_ONCE", 1)
    mine = [await tracks(one, "orage") for one in (alice, carol)] + [await tracks(alice, "lyon")]
    await bob.posts("un orage à Lyon")

    assert [await hits(one, track) for one, track in zip((alice, carol, alice), mine, strict=True)] == [["un orage à Lyon"]] * 3


async def test_a_server_that_starts_again_knows_the_tracks(running_site, alice, bob):
    from gazouillis.search.tracks.loaded import LoadedTracks

    track = await tracks(alice, "orage -foot")
    await running_site.run_until_idle()
    running_site.site.add(LoadedTracks())
    await bob.posts("un orage")
    await bob.posts("un orage de foot")

    assert await hits(alice, track) == ["un orage"]


# The words of 2007


async def says(person, text, **more):
    return await person.client.post("/api/v1/statuses", json={"status": text, **more}, headers={"Accept-Language": "en"})


async def test_track_is_a_command_and_is_never_posted(alice, bob):
    answer = await says(alice, "track Budapest")
    await bob.posts("à Budapest")

    assert (answer.status_code, answer.json()["details"]["status"][0]["error"]) == (422, "ERR_COMMAND")
    assert "Budapest" in answer.json()["error"]
    (track,) = await alice.get(TRACKS)
    assert track["query"] == "Budapest"
    assert await hits(alice, track) == ["à Budapest"]
    assert await alice.profile(alice) == []


async def test_untrack_ends_it_and_track_lists(alice):
    await says(alice, 'track "tarte flambée"')
    await says(alice, "track lyon")
    listed = await says(alice, "track")
    assert '"tarte flambée"' in listed.json()["error"]
    assert "lyon" in listed.json()["error"]

    ended = await says(alice, "untrack LYON")

    assert ended.status_code == 422
    assert [one["query"] for one in await alice.get(TRACKS)] == ['"tarte flambée"']
    assert "lyon" in (await says(alice, "untrack lyon")).json()["error"]


async def test_track_off_silences_at_once_until_one_tracks_again(running_site, alice, bob):
    track = await tracks(alice, "orage", delivery="notify")
    await says(alice, "track off")
    async with open_stream(running_site, "/api/v1/streaming/track", alice.token) as stream:
        await bob.posts("un orage")
        await running_site.run_until_idle()
        assert await stream.has_no_events()
    assert await hits(alice, track) == []
    assert await alice.notifications(types=["track"]) == []
    assert [one["active"] for one in await alice.get(TRACKS)] == [False]

    await says(alice, "track orage")
    await bob.posts("un autre orage")

    assert await hits(alice, track) == ["un autre orage"]


async def test_a_command_that_cannot_be_understood_is_not_posted_either(alice):
    answer = await says(alice, "track -lyon")

    assert (answer.status_code, answer.json()["field"]) == (422, "status")
    assert await alice.get(TRACKS) == []
    assert await alice.profile(alice) == []


async def test_a_reply_or_a_longer_text_is_a_post(alice, bob):
    said = await bob.posts("Which track?")
    await alice.replies(said, "track 9")
    await alice.posts("Tracks of the fox in the snow")

    assert await alice.profile(alice) == ["Tracks of the fox in the snow", "track 9"]


# Lists, for apps that know no tracks


async def test_a_track_is_a_list_in_apps(alice, bob, mallory):
    await says(alice, "track Budapest")
    await says(alice, 'track "tarte flambée" -rhum')
    await bob.posts("Je suis à Budapest")
    listed = await alice.get("/api/v1/lists")

    assert [one["title"] for one in listed] == ['track: "tarte flambée" -rhum', "track: Budapest"]
    town = listed[1]
    assert await alice.get(f"/api/v1/lists/{town['id']}") == town
    assert await alice.get(f"/api/v1/lists/{town['id']}/accounts") == []
    assert [words(one) for one in await alice.get(f"/api/v1/timelines/list/{town['id']}")] == ["Je suis à Budapest"]
    assert await mallory.get("/api/v1/lists") == []


async def test_a_list_is_nobody_elses_and_ends_as_a_track(alice, bob, mallory):
    await says(alice, "track orage")
    (one,) = await alice.get("/api/v1/lists")
    paths = [f"/api/v1/lists/{one['id']}", f"/api/v1/lists/{one['id']}/accounts", f"/api/v1/timelines/list/{one['id']}"]
    assert [(await mallory.client.get(path)).status_code for path in paths] == [404] * 3
    assert (await mallory.client.delete(paths[0])).status_code == 404

    assert (await alice.client.delete(paths[0])).json() == {}

    assert await alice.get(TRACKS) == []
    assert [(await alice.client.get(path)).status_code for path in paths] == [404] * 3


@pytest.mark.parametrize("identifier", ["1", "x", "0", "-1", "9223372036854775808", "9" * 30, "%00"])
async def test_there_is_no_such_list(alice, running_site, identifier):
    for path in (f"/api/v1/lists/{identifier}", f"/api/v1/lists/{identifier}/accounts", f"/api/v1/timelines/list/{identifier}"):
        assert (await alice.client.get(path)).status_code == 404
    async with open_stream(running_site, f"/api/v1/streaming/list?list={identifier}", alice.token) as stream:
        assert stream.status == (422 if identifier == "%00" else 404)  # a NUL is no text


async def test_the_stream_of_a_list_has_the_hits_of_its_track(running_site, alice, bob, mallory):
    await says(alice, "track orage")
    await says(alice, "track lyon")
    storm = next(one for one in await alice.get("/api/v1/lists") if one["title"] == "track: orage")
    address = f"/api/v1/streaming?stream=list&list={storm['id']}&access_token="
    async with open_websocket(running_site, address + alice.token) as mine, open_websocket(running_site, address + mallory.token) as other:
        await bob.posts("la nuit à Lyon")
        said = await bob.posts("un orage")
        await running_site.run_until_idle()
        message = await mine.receive()
        await bob.deletes(said)
        await running_site.run_until_idle()

        assert (message["stream"], message["event"]) == (["list", storm["id"]], "update")
        assert words(json.loads(message["payload"])) == "un orage"
        assert (await mine.receive())["event"] == "delete"
        assert (await other.receive())["status"] == 404
        assert other.is_silent()
