import re

import pytest


def links(response) -> dict[str, str]:
    return {rel: address for address, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', response.headers.get("link", ""))}


async def read_all(client, address: str) -> list[str]:
    found = []
    while address:
        response = await client.get(address)
        found += [one["content"] for one in response.json()]
        address = links(response).get("next", "")
    return found


@pytest.mark.parametrize("timeline", ["home", "public"])
async def test_all_pages_together_hold_each_status_once(alice, timeline):
    for number in range(7):
        await alice.posts(f"post {number}")

    found = await read_all(alice.client, f"/api/v1/timelines/{timeline}?limit=3")

    assert found == [f"<p>post {number}</p>" for number in reversed(range(7))]


async def test_the_previous_link_leads_to_newer_statuses(running_site, alice):
    await alice.posts("old")
    before = links(await alice.client.get("/api/v1/timelines/home"))["prev"]
    await alice.posts("new")
    await running_site.run_until_idle()

    assert [one["content"] for one in (await alice.client.get(before)).json()] == ["<p>new</p>"]


async def test_min_id_gives_the_page_just_above(alice):
    status = [await alice.posts(f"post {number}") for number in range(5)]

    found = await alice.get("/api/v1/timelines/home", min_id=status[0]["id"], limit=2)

    assert [one["content"] for one in found] == ["<p>post 2</p>", "<p>post 1</p>"]


async def test_links_keep_the_parameters_but_not_the_token(alice):
    await alice.posts("one")
    await alice.posts("two")

    address = links(await alice.client.get(f"/api/v1/timelines/public?local=true&limit=1&access_token={alice.token}"))["next"]

    assert "local=true&limit=1&max_id=" in address
    assert alice.token not in address


@pytest.mark.parametrize(("limit", "expected"), [("1000", 40), ("0", 1), ("", 20)])
async def test_the_limit_of_a_page_is_clamped(alice, limit, expected):
    for number in range(41):
        await alice.posts(f"post {number}")

    assert len(await alice.get("/api/v1/timelines/public", limit=limit)) == expected


@pytest.mark.parametrize("parameter", ["limit=lots", "limit=-1", "max_id=abc", "min_id=-5"])
async def test_an_invalid_parameter_is_refused_with_its_name(alice, parameter):
    refusal = await alice.client.get(f"/api/v1/timelines/home?{parameter}")

    assert (refusal.status_code, refusal.json()["field"]) == (422, parameter.partition("=")[0])


async def test_lists_of_accounts_have_pages(running_site, alice):
    for name in ("bob", "carol", "dora"):
        await (await running_site.person(name)).follows(alice)
    first = await alice.client.get(f"/api/v1/accounts/{alice.id}/followers?limit=2")

    second = await alice.client.get(links(first)["next"])

    assert [one["acct"] for one in [*first.json(), *second.json()]] == ["dora", "carol", "bob"]


async def test_an_empty_list_has_no_links(alice):
    assert "link" not in (await alice.client.get("/api/v1/timelines/home")).headers


async def test_links_are_valid_urls_for_any_path(alice):
    for word in ("one", "two"):
        await alice.posts(f"{word} #budapest")

    response = await alice.client.get("/api/v1/timelines/tag/%C3%A9%0D%0AX-Evil:1?any[]=budapest&limit=1")

    assert links(response)["next"].startswith("http://localhost:8000/api/v1/timelines/tag/%C3%A9%0D%0AX-Evil%3A1?")
    assert len((await alice.client.get(links(response)["next"])).json()) == 1
