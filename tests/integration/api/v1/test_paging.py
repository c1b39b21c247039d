import re

import pytest


def links(answer) -> dict[str, str]:
    return {rel: address for address, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers.get("link", ""))}


async def read_all(client, address: str) -> list[str]:
    found = []
    while address:
        answer = await client.get(address)
        found += [one["content"] for one in answer.json()]
        address = links(answer).get("next", "")
    return found


@pytest.mark.parametrize("timeline", ["home", "public"])
async def test_all_pages_together_are_the_whole_and_nothing_twice(alice, timeline):
    for number in range(7):
        await alice.posts(f"post {number}")

    found = await read_all(alice.client, f"/api/v1/timelines/{timeline}?limit=3")

    assert found == [f"<p>post {number}</p>" for number in reversed(range(7))]


async def test_previous_leads_to_what_came_since(town, alice):
    await alice.posts("old")
    before = links(await alice.client.get("/api/v1/timelines/home"))["prev"]
    await alice.posts("new")
    await town.settle()

    assert [one["content"] for one in (await alice.client.get(before)).json()] == ["<p>new</p>"]


async def test_the_page_just_above_is_not_the_newest(alice):
    said = [await alice.posts(f"post {number}") for number in range(5)]

    found = await alice.get("/api/v1/timelines/home", min_id=said[0]["id"], limit=2)

    assert [one["content"] for one in found] == ["<p>post 2</p>", "<p>post 1</p>"]


async def test_other_wishes_are_kept_and_the_token_is_not(alice):
    await alice.posts("one")
    await alice.posts("two")

    address = links(await alice.client.get(f"/api/v1/timelines/public?local=true&limit=1&access_token={alice.token}"))["next"]

    assert "local=true&limit=1&max_id=" in address
    assert alice.token not in address


@pytest.mark.parametrize(("asked", "given"), [("1000", 40), ("0", 1), ("", 20)])
async def test_a_page_has_its_bounds(alice, asked, given):
    for number in range(41):
        await alice.posts(f"post {number}")

    assert len(await alice.get("/api/v1/timelines/public", limit=asked)) == given


@pytest.mark.parametrize("wish", ["limit=lots", "limit=-1", "max_id=abc", "min_id=-5"])
async def test_a_cursor_that_is_none_is_refused_with_its_name(alice, wish):
    refusal = await alice.client.get(f"/api/v1/timelines/home?{wish}")

    assert (refusal.status_code, refusal.json()["field"]) == (422, wish.partition("=")[0])


async def test_lists_of_people_have_pages_too(town, alice):
    for name in ("bob", "carol", "dora"):
        await (await town.person(name)).follows(alice)
    first = await alice.client.get(f"/api/v1/accounts/{alice.id}/followers?limit=2")

    second = await alice.client.get(links(first)["next"])

    assert [one["acct"] for one in [*first.json(), *second.json()]] == ["dora", "carol", "bob"]


async def test_an_empty_list_has_no_neighbours(alice):
    assert "link" not in (await alice.client.get("/api/v1/timelines/home")).headers


async def test_neighbours_are_told_by_an_address_whatever_was_asked(alice):
    for word in ("one", "two"):
        await alice.posts(f"{word} #budapest")

    answer = await alice.client.get("/api/v1/timelines/tag/%C3%A9%0D%0AX-Evil:1?any[]=budapest&limit=1")

    assert links(answer)["next"].startswith("http://localhost:8000/api/v1/timelines/tag/%C3%A9%0D%0AX-Evil%3A1?")
    assert len((await alice.client.get(links(answer)["next"])).json()) == 1
