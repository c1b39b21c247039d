"""The JSON of error responses: https://docs.joinmastodon.org/entities/Error/. Apps show `error` to people."""

import pytest

from tests.support.people import Person


async def test_a_missing_status_is_a_404(alice: Person):
    refusal = await alice.client.get("/api/v1/statuses/1")

    assert (refusal.status_code, refusal.json()) == (404, {"error": "There is no such post"})


async def test_a_missing_token_is_a_401(running_site):
    refusal = await running_site.client().get("/api/v1/timelines/home")

    assert (refusal.status_code, refusal.json()) == (401, {"error": "The access token is invalid"})
    assert refusal.headers["www-authenticate"].startswith("Bearer")


async def test_a_missing_scope_is_a_403(running_site):
    reader = await running_site.person("dora", scopes="read")

    refusal = await reader.client.post("/api/v1/statuses", json={"status": "hello"})

    assert (refusal.status_code, refusal.json()) == (403, {"error": "This action is outside the authorized scopes"})


async def test_an_invalid_field_is_a_422_with_its_details(alice: Person):
    refusal = await alice.client.post("/api/v1/statuses", json={"status": "x" * 141})

    assert refusal.status_code == 422
    assert refusal.json() == {
        "error": "Too long by 1 character",
        "field": "status",
        "details": {"status": [{"error": "ERR_TOO_LONG", "description": "Too long by 1 character"}]},
    }


async def test_an_invalid_action_is_a_422_without_a_field(alice: Person):
    refusal = await alice.client.post(f"/api/v1/accounts/{alice.id}/follow")

    assert (refusal.status_code, refusal.json()) == (422, {"error": "You cannot follow yourself"})


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff", b"null"])
async def test_a_body_that_is_no_json_object_is_a_422(alice: Person, body):
    refusal = await alice.client.post("/api/v1/statuses", content=body, headers={"Content-Type": "application/json"})

    assert (refusal.status_code, refusal.json()) == (422, {"error": "The request is not valid JSON"})


async def test_an_unknown_path_is_a_404(alice: Person):
    refusal = await alice.client.get("/api/v1/nowhere")

    assert (refusal.status_code, refusal.json()) == (404, {"error": "Record not found"})


async def test_a_wrong_method_is_a_405(alice: Person):
    refusal = await alice.client.delete("/api/v1/timelines/home")

    assert (refusal.status_code, list(refusal.json())) == (405, ["error"])


async def test_errors_are_in_the_language_of_the_reader(alice: Person):
    refusal = await alice.client.get("/api/v1/timelines/home?limit=-1", headers={"Accept-Language": "fr"})

    assert refusal.status_code == 422
    assert refusal.json()["error"] != "limit is not valid"
