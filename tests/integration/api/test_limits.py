async def test_an_answer_tells_what_is_left(strict_desk):
    answer = await strict_desk.http.get("/api/probe/me")

    assert (answer.status_code, answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == (401, "300", "299")
    assert answer.headers["X-RateLimit-Reset"].endswith("Z")


async def test_who_asks_too_much_is_told_to_wait(strict_desk):
    for _ in range(300):
        await strict_desk.http.get("/api/probe/anyone")

    answer = await strict_desk.http.get("/api/probe/anyone")

    assert (answer.status_code, list(answer.json())) == (429, ["error"])
    assert (answer.headers["X-RateLimit-Remaining"], int(answer.headers["Retry-After"]) > 0) == ("0", True)


async def test_two_people_in_one_house_are_counted_apart(strict_desk):
    alice, bob = [await strict_desk.gives_token(await strict_desk.joins(name)) for name in ("alice", "bob")]
    await strict_desk.http.get("/api/probe/me", headers=alice)

    answer = await strict_desk.http.get("/api/probe/me", headers=bob)

    assert answer.headers["X-RateLimit-Remaining"] == "299"


async def test_the_rule_closest_to_its_end_is_told(strict_desk):
    answer = await strict_desk.http.post("/api/v1/accounts")

    assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == ("5", "4")


async def test_limits_can_be_switched_off(desk):
    assert "X-RateLimit-Limit" not in (await desk.http.get("/api/probe/anyone")).headers
