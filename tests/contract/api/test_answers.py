"""Every response matches the OpenAPI description, and has the keys that clients need although the description makes them optional."""

from gazouillis.api.routes import handlers
from tests.contract.api.story import play

# Operations that the description lacks or that return no JSON, and streams and OAuth, which have their own tests in integration/.
NOT_IN_STORY = {
    *("/api/v1/streaming/health", "/api/v1/streaming", "/nodeinfo/2.0", "/.well-known/nodeinfo"),
    *(f"/api/v1/streaming/{name}" for name in ("user", "user/notification", "public", "public/local", "public/remote", "direct", "list")),
    *("/api/v1/streaming/hashtag", "/api/v1/streaming/hashtag/local"),
    *("/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/api/v1/accounts"),
}

# Keys that are null when there is no value: apps read them without checking that they exist.
ALWAYS_PRESENT_KEYS = {
    "Status": {"in_reply_to_id", "in_reply_to_account_id", "reblog", "card", "poll", "language", "edited_at", "url"},
    "Account": {"last_status_at", "url", "discoverable"},
    "Relationship": {"languages", "muting_expires_at"},
}


async def test_every_response_matches_the_openapi_description(openapi, recorder, running_site, alice, bob, carol):
    await play(running_site, alice, bob, carol)

    assert [fault for response in recorder.answers for fault in openapi.faults(response)] == []


async def test_the_story_calls_every_operation(openapi, recorder, running_site, alice, bob, carol):
    await play(running_site, alice, bob, carol)
    called = {(one.request.method.lower(), openapi.path_template(one.request.url.path)) for one in recorder.answers if one.is_success}
    existing = {
        (method.lower(), openapi.path_template(_example(path))) for one in handlers for path in one.paths for method in _methods(one)
    }

    assert sorted(one for one in existing - called if one[1] and one[1] not in NOT_IN_STORY) == []


async def test_empty_keys_are_present(openapi, recorder, running_site, alice, bob, carol):
    await play(running_site, alice, bob, carol)
    entities = {
        "Status": (await alice.get("/api/v1/timelines/public"))[0],
        "Account": await alice.get(f"/api/v1/accounts/{bob.id}"),
        "Relationship": (await alice.get("/api/v1/accounts/relationships", id=carol.id))[0],
    }

    assert {name: keys - entities[name].keys() for name, keys in ALWAYS_PRESENT_KEYS.items()} == {name: set() for name in entities}


def _methods(handler) -> set[str]:
    return set(getattr(handler, "http_methods", ())) - {"OPTIONS", "HEAD"}


def _example(path: str) -> str:
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))
