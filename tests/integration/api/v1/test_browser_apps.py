import pytest

ORIGIN = {"Origin": "https://app.example"}


@pytest.mark.parametrize("path", ["/api/v1/statuses", "/oauth/token", "/nodeinfo/2.0"])
async def test_an_app_in_a_browser_may_ask_first(town, path):
    asked = await town.client().options(path, headers={**ORIGIN, "Access-Control-Request-Method": "POST"})

    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in asked.headers["access-control-allow-headers"]


async def test_an_app_in_a_browser_reads_pages_and_limits(town):
    answer = await town.client().get("/api/v1/timelines/public", headers=ORIGIN)

    assert {"Link", "X-RateLimit-Remaining"} <= set(answer.headers["access-control-expose-headers"].split(", "))


async def test_a_refusal_can_be_read_too(town):
    refusal = await town.client().get("/api/v1/timelines/home", headers=ORIGIN)

    assert (refusal.status_code, refusal.headers["access-control-allow-origin"]) == (401, "*")


async def test_cookies_are_never_asked_for(town):
    assert "access-control-allow-credentials" not in (await town.client().get("/api/v1/instance", headers=ORIGIN)).headers


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("/api/v1/statuses", b"x" * 17_000_000, 413), ("/api/v1/statuses", b"{", 422), ("/api/v1/nowhere", b"", 404)],
)
async def test_what_is_refused_before_it_is_read_can_be_read_by_the_app(town, alice, path, body, status):
    refusal = await alice.client.post(path, content=body, headers={**ORIGIN, "Content-Type": "application/json"})

    assert (refusal.status_code, refusal.headers["access-control-allow-origin"]) == (status, "*")
