"""A story that calls every operation of our own API once or more, as an app does, with some requests that are refused."""

from __future__ import annotations

from typing import Any

from gazouillis.accounts.models import Role
from tests.contract.api.conftest import Recorder
from tests.support.meetings import MEETINGS
from tests.support.people import Person
from tests.support.site import RunningSite
from tests.support.stays import ENCOUNTERS, FRANCE, LYON, PLACES, RESIDENCE, STAYS

RECOMMENDATIONS, AROUND = "/api/gazouillis/v1/recommendations", "/api/gazouillis/v1/around"
AWAITED = "/api/gazouillis/v1/awaited_visits"
SHELF = "/api/gazouillis/v1/shelf"
LIMITS, TRACKS, CIRCLES, CARDS = "/api/gazouillis/v1/limits", "/api/gazouillis/v1/tracks", "/api/v1/circles", "/api/v1/contact_cards"


async def play(site: RunningSite, recorder: Recorder, alice: Person, bob: Person, carol: Person) -> None:
    for person, other in ((alice, bob), (bob, alice), (carol, alice)):
        await person.follows(other)
    await _limits_and_places(alice)
    await _stays(alice, bob)
    await _meetings(alice, bob, carol)
    await alice.get(f"/api/gazouillis/v1/accounts/{bob.id}/paths")
    await asks(alice, "get", "/api/gazouillis/v1/accounts/1/paths", 404)
    await _tracks(alice, bob)
    await _circles_and_cards(alice, bob, carol)
    await _limited_people(alice, carol)
    await _extracts(alice, bob)
    await _threads(alice, carol)
    await _thanks(alice, bob, carol)
    await _recommendations(alice, bob, carol)
    await _shelf(alice, bob)
    await _reach(alice, bob, carol)
    moderator = await site.person("olive", role=Role.MODERATOR)
    recorder.record(moderator)
    await _moderation(alice, carol, moderator)


async def _limits_and_places(alice: Person) -> None:
    await alice.get(LIMITS)
    await asks(alice, "patch", LIMITS, who_may_list="mutuals", quiet_from="22:30", quiet_to="07:00", time_zone="Europe/Paris")
    await asks(alice, "patch", LIMITS, 422, who_may_list="followers")
    await alice.get("/api/gazouillis/v1/places", q="par")
    await asks(alice, "get", "/api/gazouillis/v1/places", 422)
    await alice.post("/api/gazouillis/v1/stays/propose", text="à Lyon lundi", language="fr")
    await asks(alice, "post", "/api/gazouillis/v1/stays/propose", 422)


async def _stays(alice: Person, bob: Person) -> None:
    circle = await alice.has_circle(bob)
    draft = {"place_id": LYON, "from": "2026-03-06", "to": "2026-03-08"}
    hidden = await alice.post(STAYS, **draft, audience="circle", circle_id=circle)
    seen = await alice.post(STAYS, **draft | {"place_id": FRANCE}, audience="everyone")
    await asks(alice, "post", STAYS, 422)
    assert [one["id"] for one in await alice.get(STAYS)] == [hidden["id"], seen["id"]]
    await asks(bob, "put", RESIDENCE, place_id=LYON, audience="everyone", hears=True, languages=["fr", "hu"])
    await asks(bob, "put", RESIDENCE, 422, place_id=LYON)
    assert [one["id"] for one in (await bob.get(AROUND))["in_town"]["accounts"]] == [alice.id]
    assert (await bob.get(RESIDENCE))["languages"] == ["fr", "hu"]
    for path in (f"{STAYS}/{hidden['id']}", f"{STAYS}/{seen['id']}", f"{PLACES}/{LYON}", f"{PLACES}/{FRANCE}"):
        assert await alice.get(path)
        assert await bob.get(path)
    await bob.post(STAYS, **draft | {"place_id": FRANCE, "from": "2026-03-07"}, audience="everyone")
    await bob.post(STAYS, **draft | {"place_id": FRANCE, "from": "2026-03-09", "to": "2026-03-09"}, audience="everyone")
    assert [one["overlap"] for one in await alice.get(ENCOUNTERS)] == [{"from": "2026-03-07", "to": "2026-03-08"}, None]
    missed = (await alice.get(ENCOUNTERS))[1]["stay"]
    assert (await alice.post(AWAITED, stay_id=missed["id"]))["account"]["id"] == bob.id
    assert [one["place"]["id"] for one in await alice.get(AWAITED)] == [FRANCE]
    await asks(alice, "post", AWAITED, 404, stay_id=hidden["id"])
    await asks(alice, "post", AWAITED, 422)
    await asks(alice, "delete", f"{AWAITED}/{bob.id}/{FRANCE}")
    await asks(alice, "delete", f"{AWAITED}/{bob.id}/x", 404)
    await asks(alice, "get", f"{PLACES}/1", 404)
    await asks(alice, "get", f"{PLACES}/{LYON}?limit=many", 422)
    await asks(bob, "get", f"{STAYS}/1", 404)
    await asks(alice, "patch", f"{STAYS}/{hidden['id']}", to="2026-03-09")
    await asks(alice, "patch", f"{STAYS}/{hidden['id']}", 422, to="2026-03-01")
    await asks(bob, "patch", f"{STAYS}/{hidden['id']}", 404, to="2026-03-09")
    await asks(alice, "delete", f"{STAYS}/{hidden['id']}")
    await asks(bob, "delete", RESIDENCE)


async def _meetings(alice: Person, bob: Person, carol: Person) -> None:
    draft = {"title": "Twunch", "place_id": LYON, "starts_at": "2026-03-11T12:30", "seats": 1}
    meeting = f"{MEETINGS}/{(await alice.post(MEETINGS, **draft, audience='followers'))['id']}"
    await asks(alice, "post", MEETINGS, 422)
    for person, answer in ((bob, "yes"), (carol, "yes"), (bob, "maybe")):
        await person.post(f"{meeting}/answer", answer=answer)
    await asks(bob, "post", f"{meeting}/answer", 422, answer="perhaps")
    assert len((await carol.get(meeting))["people"]["coming"]) == 1
    assert len((await bob.get(f"{PLACES}/{LYON}"))["meetings"]) == 1
    assert len(await bob.get(MEETINGS, scope="mine")) == len(await bob.get(MEETINGS)) == 1
    assert await alice.get(MEETINGS, scope="to_come") == []
    await asks(alice, "get", f"{MEETINGS}?scope=all", 422)
    assert await alice.get(MEETINGS, scope="past", limit=1, before="1-1") == []
    await asks(alice, "get", f"{MEETINGS}?after=soon", 422)
    await asks(alice, "patch", meeting, seats=3, about="under the clock")
    await asks(alice, "patch", meeting, 422, title="")
    await asks(bob, "patch", meeting, 404, seats=3)
    await asks(alice, "delete", meeting)
    await asks(alice, "delete", meeting, 422)
    await asks(alice, "get", f"{MEETINGS}/1", 404)
    coffee = f"{MEETINGS}/{(await alice.post(MEETINGS, **{'with': bob.id}, place_id=LYON, starts_at='2026-03-11T10:00'))['id']}"
    await asks(bob, "post", f"{coffee}/another_time", starts_at="2026-03-12T10:00")
    await asks(bob, "post", f"{coffee}/another_time", 422, starts_at="soon")
    await asks(carol, "post", f"{coffee}/another_time", 404, starts_at="2026-03-12T10:00")
    assert (await alice.post(f"{coffee}/answer", answer="yes"))["state"] == "agreed"
    await asks(carol, "post", f"{coffee}/answer", 404, answer="yes")


async def _tracks(alice: Person, bob: Person) -> None:
    track = f"{TRACKS}/{(await alice.post(TRACKS, query='merle', delivery='column'))['id']}"
    await bob.posts("un merle dans le lilas")
    assert [one["count"] for one in (await alice.get(AROUND))["news"]] == [1]
    for path in (TRACKS, track, f"{track}/timeline"):
        assert await alice.get(path)
    assert (await alice.get(AROUND))["news"] == []
    await asks(alice, "patch", track, delivery="notify", active=False)
    await asks(alice, "post", TRACKS, 422, query="")
    await asks(alice, "patch", track, 422, delivery="pigeon")
    await asks(bob, "get", track, 404)
    await asks(alice, "delete", track)


async def _circles_and_cards(alice: Person, bob: Person, carol: Person) -> None:
    circle = f"{CIRCLES}/{(made := await alice.post(CIRCLES, title='family'))['id']}"
    await alice.post(f"{circle}/accounts", account_ids=[bob.id])
    for path in (CIRCLES, circle, f"{circle}/accounts"):
        assert await alice.get(path)
    await asks(carol, "get", circle, 404)
    await asks(alice, "post", CIRCLES, 422, title=" ")
    await asks(alice, "post", f"{circle}/accounts", 422, account_ids=[alice.id])
    await asks(alice, "get", f"{circle}/accounts?limit=many", 422)
    await asks(alice, "put", circle, title="friends")
    card = {"kind": "phone", "value": "+33 6 12 34 56 78", "note": "in the evening"}
    for chosen in (
        {"audience": "mutuals"},
        {"audience": "circle", "circle_id": made["id"]},
        {"audience": "named", "account_ids": [carol.id]},
    ):
        added = await alice.post(CARDS, **card, **chosen)
    assert len(await alice.get(CARDS)) == 3
    assert len(await bob.get(f"/api/v1/accounts/{alice.id}/contact_cards")) == 2
    await asks(alice, "put", f"{CARDS}/{added['id']}", kind="mail", value="alice@example.org", audience="mutuals")
    await asks(alice, "put", f"{CARDS}/{added['id']}", 422, kind="pigeon")
    await asks(bob, "delete", f"{CARDS}/{added['id']}", 404)
    await asks(alice, "delete", f"{CARDS}/{added['id']}")
    await asks(alice, "delete", f"{circle}/accounts", account_ids=[bob.id])
    await asks(alice, "delete", circle)


async def _limited_people(alice: Person, carol: Person) -> None:
    assert (await alice.post(f"/api/v1/accounts/{carol.id}/limit"))["limiting"] is True
    assert [one["id"] for one in await alice.get("/api/v1/limits")] == [carol.id]
    assert (await alice.post(f"/api/v1/accounts/{carol.id}/unlimit"))["limiting"] is False
    await asks(alice, "post", f"/api/v1/accounts/{alice.id}/limit", 422)
    await asks(alice, "get", "/api/v1/limits?limit=many", 422)


async def _extracts(alice: Person, bob: Person) -> None:
    first = await alice.posts("@bob shall we open?", visibility="direct")
    second = await bob.replies(first, "@alice we shall", visibility="direct")
    [conversation] = await alice.get("/api/v1/conversations")
    path = f"/api/v1/conversations/{conversation['id']}"
    assert (await alice.post(f"{path}/unread"))["unread"] is True
    await asks(alice, "post", f"{path}/extracts", 422, message_ids=[])
    asked = await alice.post(f"{path}/extracts", message_ids=[first["id"], second["id"]], visibility="unlisted")
    await asks(alice, "post", f"/api/v1/extracts/{asked['id']}/agree", 403)
    await asks(alice, "post", f"{path}/extracts", 409, message_ids=[second["id"]])
    assert (await bob.post(f"/api/v1/extracts/{asked['id']}/agree"))["state"] == "published"
    await asks(bob, "post", f"/api/v1/extracts/{asked['id']}/refuse", 409)
    assert (await bob.post(f"/api/v1/extracts/{asked['id']}/withdraw"))["state"] == "withdrawn"
    third = await bob.posts("@alice and the song?", visibility="direct")
    other = await alice.post(f"{path}/extracts", message_ids=[third["id"]])
    assert (await bob.post(f"/api/v1/extracts/{other['id']}/refuse"))["state"] == "refused"
    assert {one["state"] for one in await bob.get(f"{path}/extracts")} >= {"refused"}


async def _threads(alice: Person, carol: Person) -> None:
    question = await alice.posts("who is in Lyon?")
    reply = await carol.replies(question, "@alice me")
    await alice.post(f"/api/v1/statuses/{reply['id']}/hide_reply")
    assert [one["id"] for one in await alice.get("/api/v1/withheld_replies", awaiting=False)] == [reply["id"]]
    await alice.post(f"/api/v1/statuses/{reply['id']}/show_reply")
    await asks(carol, "post", f"/api/v1/statuses/{reply['id']}/hide_reply", 403)
    await asks(alice, "post", f"/api/v1/statuses/{question['id']}/hide_reply", 422)
    await asks(alice, "get", "/api/v1/withheld_replies?limit=many", 422)
    await alice.post(f"/api/v1/statuses/{question['id']}/narrow", visibility="private")
    await asks(alice, "post", f"/api/v1/statuses/{question['id']}/narrow", 422, visibility="public")


async def _thanks(alice: Person, bob: Person, carol: Person) -> None:
    question = await alice.posts("what is there to see?")
    await bob.replies(question, "the baths")
    await carol.favourites(question)
    path = f"/api/gazouillis/v1/statuses/{question['id']}/thanks"
    assert (await alice.get(path))["status"] is None
    assert len((await alice.post(path, status="thank you", account_ids=[bob.id], lines={bob.id: "you above all"}))["participants"]) == 1
    assert [one["line"] for one in (await bob.get(path))["people"]] == ["you above all"]
    await asks(alice, "post", path, 422, status="thank you", account_ids=[alice.id])
    await asks(bob, "post", path, 403, status="thank you", account_ids=[carol.id])
    await asks(alice, "get", f"{path}?limit=many", 422)


async def _reach(alice: Person, bob: Person, carol: Person) -> None:
    status = await alice.posts("where does one eat well?")
    await bob.reblogs(status)
    await carol.replies(status, "at home", via=f"reblog:{bob.id}")
    path = f"/api/gazouillis/v1/statuses/{status['id']}/reach"
    assert {one["road"] for one in (await alice.get(path))["roads"]} == {"follow", "reblog"}
    await asks(bob, "get", path, 404)


async def _recommendations(alice: Person, bob: Person, carol: Person) -> None:
    friday = await alice.posts("#FF @bob et @carol pour la soupe")
    path = f"{RECOMMENDATIONS}/{friday['id']}"
    assert [one["id"] for one in await bob.get(RECOMMENDATIONS)] == [friday["id"]]
    assert (await bob.get(path))["names_me"]
    assert (await bob.post(f"{path}/follow", account_ids=[carol.id])) == {"followed": [carol.id]}
    assert (await bob.post(f"{path}/undo")) == {"undone": [carol.id]}
    assert [one["id"] for one in (await bob.get(AROUND))["recommendations"]] == [friday["id"]]
    await carol.post(f"{path}/decline")
    await asks(bob, "post", f"{path}/undo", 404)
    await asks(bob, "post", f"{path}/follow", 422, account_ids=[carol.id])
    await asks(bob, "get", f"{RECOMMENDATIONS}?limit=many", 422)
    await asks(bob, "get", f"{RECOMMENDATIONS}/1", 404)


async def _shelf(alice: Person, bob: Person) -> None:
    await asks(alice, "patch", f"{SHELF}/settings", shelves_first_posts=False)
    question = await alice.posts("Who knows a quiet café?", place_id=LYON)
    assert [one["id"] for one in await bob.get(f"{PLACES}/{LYON}/statuses")] == [question["id"]]
    await asks(bob, "get", f"{PLACES}/1/statuses", 404)
    await asks(bob, "get", f"{PLACES}/{LYON}/statuses?limit=many", 422)
    await asks(bob, "put", RESIDENCE, place_id=LYON, audience="nobody", languages=["fr"])
    await bob.post(TRACKS, query="café", delivery="column")
    for path in (SHELF, f"{SHELF}/count", f"{SHELF}/own", f"{SHELF}/settings"):
        await bob.get(path)
    assert question["id"] in [one["id"] for one in await alice.post(SHELF, status_id=question["id"])]
    await asks(alice, "post", SHELF, 422, status_id=(await alice.posts("No question"))["id"])
    await asks(alice, "post", SHELF, 404, status_id="1")
    await asks(bob, "post", SHELF, 403, status_id=question["id"])
    assert question["id"] in [one["id"] for one in await bob.get(SHELF, limit=20)]
    await asks(bob, "get", f"{SHELF}?limit=many", 422)
    await asks(bob, "post", f"{SHELF}/{question['id']}/dismiss")
    await asks(bob, "post", f"{SHELF}/1/dismiss", 404)
    await asks(alice, "delete", f"{SHELF}/{question['id']}")
    await asks(alice, "delete", f"{SHELF}/1", 404)
    await asks(bob, "delete", f"{SHELF}/{question['id']}", 403)
    await asks(bob, "patch", f"{SHELF}/settings", shows_questions=False, shelves_first_posts=False)


async def _moderation(alice: Person, carol: Person, moderator: Person) -> None:
    thread = await alice.posts("a heated question")
    await alice.post("/api/v1/reports", account_id=carol.id, comment="spam")
    assert len(await alice.get("/api/v1/reports")) == 1
    await asks(alice, "get", "/api/v1/reports?limit=many", 422)
    path = f"/api/v1/statuses/{thread['id']}/moderation"
    await asks(moderator, "put", path, slow_minutes=5, frozen=False)
    await asks(alice, "put", path, 403, frozen=True)
    await asks(moderator, "put", path, 422, slow_minutes=100_000)


async def asks(person: Person, method: str, path: str, code: int = 200, **fields: Any) -> None:
    response = await person.client.request(method, path, **({"json": fields} if fields else {}))
    assert response.status_code == code, f"{method} {path}: {response.status_code} {response.text[:300]}"
