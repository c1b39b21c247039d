"""What the composer offers after `@` and `#`."""

import pytest


@pytest.fixture
async def complete(alices_browser, running_site):
    async def completions(typed):
        await running_site.run_until_idle()
        response = await alices_browser.client.get("/compose/complete", params={"q": typed}, headers={"Accept": "application/json"})
        assert response.status_code == 200
        return [one["value"] for one in response.json()]

    return completions


async def test_people_one_follows_come_first(complete, running_site, alice):
    known, followed = await running_site.person("robin_a"), await running_site.person("robin_z")
    await known.posts("hello")
    await alice.follows(followed)

    assert await complete("@rob") == ["@robin_z", "@robin_a"]


async def test_a_name_is_enough(complete, running_site):
    someone = await running_site.person("xyz")
    await someone.client.patch("/api/v1/accounts/update_credentials", data={"display_name": "Émilie Dupont", "note": "knows robin"})

    assert await complete("@dup") == ["@xyz"]
    assert await complete("@emi") == ["@xyz"]
    assert await complete("@robin") == []


async def test_nobody_who_is_blocked_or_blocks_is_offered(complete, running_site, alice):
    blocked, blocking = await running_site.person("robin_a"), await running_site.person("robin_b")
    await alice.blocks(blocked)
    await blocking.blocks(alice)

    assert await complete("@robin") == []


async def test_who_does_not_want_to_be_found_is_offered_to_followers_only(complete, running_site, alice):
    hidden = await running_site.person("robin_a")
    await hidden.client.patch("/api/v1/accounts/update_credentials", data={"discoverable": "false"})
    assert await complete("@robin") == []

    await alice.follows(hidden)

    assert await complete("@robin") == ["@robin_a"]


async def test_hashtags_come_by_use(complete, bob):
    for text in ("#bug", "#budapest", "#budapest again"):
        await bob.posts(text)

    assert await complete("#bu") == ["#budapest", "#bug"]


async def test_no_more_than_six_are_offered(complete, bob):
    for number in range(8):
        await bob.posts(f"#rain{number}")

    assert len(await complete("#rain")) == 6


@pytest.mark.parametrize("typed", ["", "@", "#", "a", "@\0", "# ", "@%", "#" * 500, "@'\"", "🐦"])
async def test_anything_else_is_completed_by_nothing(complete, typed):
    assert await complete(typed) == []


async def test_visitors_get_nothing(visitor, bob):
    response = await visitor.client.get("/compose/complete", params={"q": "@bob"}, headers={"Accept": "application/json"})

    assert response.status_code == 401
    assert "bob" not in response.text
