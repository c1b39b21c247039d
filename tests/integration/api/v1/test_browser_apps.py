import pytest

ORIGIN = {"Origin": "https://app.example"}


@pytest.mark.parametrize("path", ["/api/v1/statuses", "/oauth/token", "/nodeinfo/2.0"])
async def test_a_preflight_request_is_answered(running_site, path):
    preflight = await running_site.client().options(path, headers={**ORIGIN, "Access-Control-Request-Method": "POST"})

    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in preflight.headers["access-control-allow-headers"]


async def test_a_browser_app_can_read_the_links_and_limits_in_headers(running_site):
    response = await running_site.client().get("/api/v1/timelines/public", headers=ORIGIN)

    assert {"Link", "X-RateLimit-Remaining"} <= set(response.headers["access-control-expose-headers"].split(", "))


async def test_a_refusal_has_cors_headers(running_site):
    refusal = await running_site.client().get("/api/v1/timelines/home", headers=ORIGIN)

    assert (refusal.status_code, refusal.headers["access-control-allow-origin"]) == (401, "*")


async def test_cors_allows_no_cookies(running_site):
    assert "access-control-allow-credentials" not in (await running_site.client().get("/api/v1/instance", headers=ORIGIN)).headers


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("/api/v1/statuses", b"x" * 17_000_000, 413), ("/api/v1/statuses", b"{", 422), ("/api/v1/nowhere", b"", 404)],
)
async def test_a_refusal_before_the_body_is_read_has_cors_headers(running_site, alice, path, body, status):
    refusal = await alice.client.post(path, content=body, headers={**ORIGIN, "Content-Type": "application/json"})

    assert (refusal.status_code, refusal.headers["access-control-allow-origin"]) == (status, "*")
