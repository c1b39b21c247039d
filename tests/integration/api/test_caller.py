async def test_a_token_names_its_account(server, alice):
    response = await server.http.get("/api/echo/me", headers=await server.token_header(alice))

    assert response.json() == {"acct": "alice"}


async def test_a_token_may_be_sent_in_the_query(server, alice):
    token = (await server.token_header(alice))["Authorization"].removeprefix("Bearer ")

    assert (await server.http.get("/api/echo/me", params={"access_token": token})).json() == {"acct": "alice"}


async def test_without_a_token_the_caller_is_unauthenticated(server):
    response = await server.http.get("/api/echo/me")

    assert (response.status_code, response.json()) == (401, {"error": "The access token is invalid"})
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_wrong_token_is_refused_where_a_token_is_optional(server):
    assert (await server.http.get("/api/echo/anyone")).json() == {"acct": None}
    assert (await server.http.get("/api/echo/anyone", headers={"Authorization": "Bearer x"})).status_code == 401


async def test_a_token_allows_only_its_scopes(server, alice):
    response = await server.http.get("/api/echo/me", headers=await server.token_header(alice, ["write", "read:statuses"]))

    assert (response.status_code, response.json()) == (403, {"error": "This action is outside the authorized scopes"})


async def test_the_token_of_an_app_alone_has_no_account(server):
    token = await server.token_header(None, ["read"])

    assert (await server.http.get("/api/echo/me", headers=token)).status_code == 422
    assert (await server.http.get("/api/echo/anyone", headers=token)).json() == {"acct": None}
    assert (await server.http.get("/api/echo/app", headers=token)).status_code == 200


async def test_an_account_that_waits_for_approval_cannot_use_its_token(server):
    waiting = await server.register_account("bob", "approval")

    assert (await server.http.get("/api/echo/me", headers=await server.token_header(waiting))).status_code == 403
