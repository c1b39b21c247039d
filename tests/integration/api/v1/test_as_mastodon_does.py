"""What unmodified apps of Mastodon rely on, beyond the shape of answers."""

import pytest

from tests.support.people import words

ORIGIN = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
STATUSES = "/api/v1/statuses"


async def posted(person, key, text="once"):
    return (await person.client.post(STATUSES, json={"status": text}, headers={"Idempotency-Key": key})).json()


async def test_a_key_whose_post_was_deleted_posts_again_once(alice):
    first = await posted(alice, "k")
    await alice.deletes(first)

    second, third = await posted(alice, "k"), await posted(alice, "k")

    assert (words(second), second["id"]) == ("once", third["id"])
    assert second["id"] != first["id"]
    assert await alice.profile(alice) == ["once"]


async def test_a_request_is_repeated_although_what_it_answers_is_gone(alice, bob):
    question = await alice.posts("who comes?")
    form = {"status": "@alice me", "in_reply_to_id": question["id"]}
    first = (await bob.client.post(STATUSES, json=form, headers={"Idempotency-Key": "k"})).json()
    await alice.deletes(question)

    assert (await bob.client.post(STATUSES, json=form, headers={"Idempotency-Key": "k"})).json()["id"] == first["id"]


async def test_a_reblog_says_what_its_reader_did_with_the_original(alice, bob, carol):
    said = await alice.posts("hello")
    made = await bob.reblogs(said)
    await bob.favourites(said)
    await bob.bookmarks(said)

    for shown in (await bob.get(f"{STATUSES}/{made['id']}"), (await bob.get("/api/v1/timelines/home"))[0]):
        assert [shown[flag] for flag in ("reblogged", "favourited", "bookmarked")] == [True, True, True]
    assert made["reblogged"]
    assert not (await carol.get(f"{STATUSES}/{made['id']}"))["reblogged"]


@pytest.mark.parametrize("path", ["/api/v1/accounts/relationships", "/api/v1/accounts", "/api/v1/statuses"])
async def test_one_bad_id_does_not_spoil_the_others(alice, bob, path):
    said = await bob.posts("hello")
    good = said["id"] if path.endswith("statuses") else bob.id

    found = await alice.get(path, **{"id[]": ["abc", good, "-1", "9" * 30, "", "1.5", "²", "5\0", good]})

    assert [one["id"] for one in found] == [good]


async def test_ones_own_direct_message_stands_in_ones_home_alone(alice, bob, carol):
    await bob.follows(alice)
    await carol.follows(alice)
    await alice.home()
    await alice.posts("@bob between us", visibility="direct")

    assert await alice.home() == ["@bob between us"]
    assert (await bob.home(), await carol.home()) == ([], [])
    assert await bob.notified_of() == ["mention by alice"]


@pytest.fixture
async def newcomer(town):
    """An app with a token of its own, in the hands of somebody who has no account yet."""
    app = (await town.client().post("/api/v1/apps", json={"client_name": "x", "redirect_uris": OUT_OF_BAND, "scopes": "read write"})).json()
    form = {"grant_type": "client_credentials", "scope": "read write", **{name: app[name] for name in ("client_id", "client_secret")}}
    token = (await town.client().post("/oauth/token", data=form)).json()["access_token"]
    return town.client(Authorization=f"Bearer {token}")


async def test_registration_tells_all_that_is_wrong_at_once(newcomer):

    refusal = await newcomer.post("/api/v1/accounts", json={"username": "é", "email": "nowhere", "password": "short"})
    blank = await newcomer.post("/api/v1/accounts", json={})

    assert refusal.status_code == 422
    told = {field: [one["error"] for one in faults] for field, faults in refusal.json()["details"].items()}
    assert told == {"username": ["ERR_INVALID"], "email": ["ERR_INVALID"], "password": ["ERR_TOO_SHORT"], "agreement": ["ERR_ACCEPTED"]}
    assert refusal.json()["error"].count(";") == 3
    assert {faults[0]["error"] for faults in blank.json()["details"].values()} == {"ERR_BLANK", "ERR_ACCEPTED"}


async def test_a_taken_name_is_told_with_the_rest(newcomer, alice):
    wanted = {"username": "ALICE", "email": "a@example.org", "password": "short", "agreement": True}

    refusal = await newcomer.post("/api/v1/accounts", json=wanted)

    assert {field: one[0]["error"] for field, one in refusal.json()["details"].items()} == {
        "username": "ERR_TAKEN",
        "password": "ERR_TOO_SHORT",
    }


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v3/x", "/api/v1/statuses", "/api/v1/statuses/1/nowhere", "/oauth/revoke"])
async def test_a_browser_may_ask_anywhere_and_reads_what_is_not_there(town, path):
    asked = await town.client().options(path, headers=ORIGIN)
    answer = await town.client().post(path, headers={"Origin": "https://app.example"})

    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "*")
    assert "Authorization" in asked.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/nowhere", "/settings/profile", "/sign-in"])
async def test_pages_say_nothing_to_apps_from_elsewhere(town, path):
    assert "access-control-allow-origin" not in (await town.client().options(path, headers=ORIGIN)).headers
