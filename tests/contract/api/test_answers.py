"""Every answer has the form that is published, and says what clients count on although the form leaves it open."""

from gazouillis.api.routes import handlers
from tests.contract.api.story import tell

# What is ours, or answered by no JSON, or told elsewhere: streams in integration/streaming, OAuth in integration/api.
NOT_IN_THE_STORY = {
    *("/api/v1/streaming/health", "/api/v1/streaming", "/nodeinfo/2.0", "/.well-known/nodeinfo"),
    *(f"/api/v1/streaming/{name}" for name in ("user", "user/notification", "public", "public/local", "public/remote")),
    *("/api/v1/streaming/hashtag", "/api/v1/streaming/hashtag/local"),
    *("/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/api/v1/accounts"),
}

# Present with null where there is nothing: apps read these keys without asking.
SAID_EVEN_WHEN_EMPTY = {
    "Status": {"in_reply_to_id", "in_reply_to_account_id", "reblog", "card", "poll", "language", "edited_at", "url"},
    "Account": {"last_status_at", "url", "discoverable"},
    "Relationship": {"languages", "muting_expires_at"},
}


async def test_every_answer_has_the_published_form(published, recorder, town, alice, bob, carol):
    await tell(town, alice, bob, carol)

    assert [fault for answer in recorder.answers for fault in published.faults(answer)] == []


async def test_the_story_asks_for_everything_we_answer(published, recorder, town, alice, bob, carol):
    await tell(town, alice, bob, carol)
    asked = {(one.request.method.lower(), published.path_of(one.request.url.path)) for one in recorder.answers if one.is_success}
    ours = {(method.lower(), published.path_of(_example(path))) for one in handlers for path in one.paths for method in _methods(one)}

    assert sorted(one for one in ours - asked if one[1] and one[1] not in NOT_IN_THE_STORY) == []


async def test_what_is_empty_is_said_to_be_empty(published, recorder, town, alice, bob, carol):
    await tell(town, alice, bob, carol)
    said = {
        "Status": (await alice.get("/api/v1/timelines/public"))[0],
        "Account": await alice.get(f"/api/v1/accounts/{bob.id}"),
        "Relationship": (await alice.get("/api/v1/accounts/relationships", id=carol.id))[0],
    }

    assert {name: wanted - said[name].keys() for name, wanted in SAID_EVEN_WHEN_EMPTY.items()} == {name: set() for name in said}


def _methods(handler) -> set[str]:
    return set(getattr(handler, "http_methods", ())) - {"OPTIONS", "HEAD"}


def _example(path: str) -> str:
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))
