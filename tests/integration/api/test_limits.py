async def test_an_answer_has_the_remaining_requests_in_its_headers(rate_limited_server):
    response = await rate_limited_server.http.get("/api/echo/me")

    assert (response.status_code, response.headers["X-RateLimit-Limit"], response.headers["X-RateLimit-Remaining"]) == (401, "300", "299")
    assert response.headers["X-RateLimit-Reset"].endswith("Z")


async def test_too_many_requests_are_a_429(rate_limited_server):
    for _ in range(300):
        await rate_limited_server.http.get("/api/echo/anyone")

    response = await rate_limited_server.http.get("/api/echo/anyone")

    assert (response.status_code, list(response.json())) == (429, ["error"])
    assert (response.headers["X-RateLimit-Remaining"], int(response.headers["Retry-After"]) > 0) == ("0", True)


async def test_two_accounts_at_one_ip_address_are_counted_apart(rate_limited_server):
    alice, bob = [await rate_limited_server.token_header(await rate_limited_server.register_account(name)) for name in ("alice", "bob")]
    await rate_limited_server.http.get("/api/echo/me", headers=alice)

    response = await rate_limited_server.http.get("/api/echo/me", headers=bob)

    assert response.headers["X-RateLimit-Remaining"] == "299"


async def test_the_headers_are_those_of_the_limit_with_the_fewest_requests_left(rate_limited_server):
    response = await rate_limited_server.http.post("/api/v1/accounts")

    assert (response.headers["X-RateLimit-Limit"], response.headers["X-RateLimit-Remaining"]) == ("5", "4")


async def test_limits_can_be_switched_off(server):
    assert "X-RateLimit-Limit" not in (await server.http.get("/api/echo/anyone")).headers
