async def test_a_token_names_its_account(desk, alice):
    answer = await desk.http.get("/api/probe/me", headers=await desk.gives_token(alice))

    assert answer.json() == {"acct": "alice"}


async def test_a_token_may_stand_in_the_address(desk, alice):
    shown = (await desk.gives_token(alice))["Authorization"].removeprefix("Bearer ")

    assert (await desk.http.get("/api/probe/me", params={"access_token": shown})).json() == {"acct": "alice"}


async def test_without_a_token_nobody_is_known(desk):
    answer = await desk.http.get("/api/probe/me")

    assert (answer.status_code, answer.json()) == (401, {"error": "The access token is invalid"})
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_wrong_token_is_refused_even_where_none_is_needed(desk):
    assert (await desk.http.get("/api/probe/anyone")).json() == {"acct": None}
    assert (await desk.http.get("/api/probe/anyone", headers={"Authorization": "Bearer x"})).status_code == 401


async def test_a_token_is_only_good_for_its_scopes(desk, alice):
    answer = await desk.http.get("/api/probe/me", headers=await desk.gives_token(alice, ["write", "read:statuses"]))

    assert (answer.status_code, answer.json()) == (403, {"error": "This action is outside the authorized scopes"})


async def test_an_app_alone_is_nobody(desk):
    token = await desk.gives_token(None, ["read"])

    assert (await desk.http.get("/api/probe/me", headers=token)).status_code == 422
    assert (await desk.http.get("/api/probe/anyone", headers=token)).json() == {"acct": None}
    assert (await desk.http.get("/api/probe/app", headers=token)).status_code == 200


async def test_who_waits_for_approval_waits_in_apps_too(desk):
    waiting = await desk.joins("bob", "approval")

    assert (await desk.http.get("/api/probe/me", headers=await desk.gives_token(waiting))).status_code == 403
