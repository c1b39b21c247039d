"""Behaviour that unmodified Mastodon apps rely on, beyond the form of the responses."""

import pytest

from tests.support.people import words

ORIGIN = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
STATUSES = "/api/v1/statuses"


async def post_with_key(person, key, text="once"):
    return (await person.client.post(STATUSES, json={"status": text}, headers={"Idempotency-Key": key})).json()


async def test_the_idempotency_key_of_a_deleted_post_creates_one_more(alice):
    first = await post_with_key(alice, "k")
    await alice.deletes(first)

    second, third = await post_with_key(alice, "k"), await post_with_key(alice, "k")

    assert (words(second), second["id"]) == ("once", third["id"])
    assert second["id"] != first["id"]
    assert await alice.profile(alice) == ["once"]


async def test_a_repeated_request_gives_the_same_reply_after_its_parent_was_deleted(alice, bob):
    question = await alice.posts("who comes?")
    form = {"status": "@alice me", "in_reply_to_id": question["id"]}
    first = (await bob.client.post(STATUSES, json=form, headers={"Idempotency-Key": "k"})).json()
    await alice.deletes(question)

    assert (await bob.client.post(STATUSES, json=form, headers={"Idempotency-Key": "k"})).json()["id"] == first["id"]


async def test_a_reblog_has_the_viewer_flags_of_its_original(alice, bob, carol):
    status = await alice.posts("hello")
    made = await bob.reblogs(status)
    await bob.favourites(status)
    await bob.bookmarks(status)

    for shown in (await bob.get(f"{STATUSES}/{made['id']}"), (await bob.get("/api/v1/timelines/home"))[0]):
        assert [shown[flag] for flag in ("reblogged", "favourited", "bookmarked")] == [True, True, True]
    assert made["reblogged"]
    assert not (await carol.get(f"{STATUSES}/{made['id']}"))["reblogged"]


@pytest.mark.parametrize("path", ["/api/v1/accounts/relationships", "/api/v1/accounts", "/api/v1/statuses"])
async def test_an_invalid_id_among_others_is_ignored(alice, bob, path):
    status = await bob.posts("hello")
    good = status["id"] if path.endswith("statuses") else bob.id

    found = await alice.get(path, **{"id[]": ["abc", good, "-1", "9" * 30, "", "1.5", "²", "5\0", good]})

    assert [one["id"] for one in found] == [good]


async def test_a_direct_message_is_in_no_home(alice, bob, carol):
    await bob.follows(alice)
    await carol.follows(alice)
    await alice.home()
    await alice.posts("@bob between us", visibility="direct")

    assert (await alice.home(), await bob.home(), await carol.home()) == ([], [], [])
    assert await bob.notified_of() == ["mention by alice"]


@pytest.fixture
async def app(running_site):
    """A client with the token of an app, without an account."""
    form = {"client_name": "x", "redirect_uris": OUT_OF_BAND, "scopes": "read write"}
    registered = (await running_site.client().post("/api/v1/apps", json=form)).json()
    credentials = {name: registered[name] for name in ("client_id", "client_secret")}
    form = {"grant_type": "client_credentials", "scope": "read write", **credentials}
    token = (await running_site.client().post("/oauth/token", data=form)).json()["access_token"]
    return running_site.client(Authorization=f"Bearer {token}")


async def test_a_refused_registration_lists_all_errors(app):

    refusal = await app.post("/api/v1/accounts", json={"username": "é", "email": "nowhere", "password": "short"})
    blank = await app.post("/api/v1/accounts", json={})

    assert refusal.status_code == 422
    errors = {field: [one["error"] for one in faults] for field, faults in refusal.json()["details"].items()}
    assert errors == {"username": ["ERR_INVALID"], "email": ["ERR_INVALID"], "password": ["ERR_TOO_SHORT"], "agreement": ["ERR_ACCEPTED"]}
    assert refusal.json()["error"].count(";") == 3
    assert {faults[0]["error"] for faults in blank.json()["details"].values()} == {"ERR_BLANK", "ERR_ACCEPTED"}


async def test_a_taken_name_is_listed_with_the_other_errors(app, alice):
    wanted = {"username": "ALICE", "email": "a@example.org", "password": "short", "agreement": True}

    refusal = await app.post("/api/v1/accounts", json=wanted)

    assert {field: one[0]["error"] for field, one in refusal.json()["details"].items()} == {
        "username": "ERR_TAKEN",
        "password": "ERR_TOO_SHORT",
    }


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v3/x", "/api/v1/statuses", "/api/v1/statuses/1/nowhere", "/oauth/revoke"])
async def test_cors_covers_every_path_of_the_api(running_site, path):
    preflight = await running_site.client().options(path, headers=ORIGIN)
    response = await running_site.client().post(path, headers={"Origin": "https://app.example"})

    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")
    assert "Authorization" in preflight.headers["access-control-allow-headers"]
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/nowhere", "/settings/profile", "/sign-in"])
async def test_pages_have_no_cors_headers(running_site, path):
    assert "access-control-allow-origin" not in (await running_site.client().options(path, headers=ORIGIN)).headers
