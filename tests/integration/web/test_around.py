"""What the house shows beside the posts: who is in town, tracks with news, #FF of the week."""

from __future__ import annotations

import re

import pytest

from tests.support.browser import leads_to, text
from tests.support.query_count import recorded_queries
from tests.support.stays import BUDAPEST, LYON, lives, stays

SECTION = '<section class="card {}">(.*?)</section>'
IN_TOWN, NEWS, OF_THE_WEEK = "in-town", "news", "of-the-week"


class House:
    """The side column of alice, beside the local timeline."""

    def __init__(self, running_site, browser):
        self.running_site, self.browser = running_site, browser

    async def shows(self, section):
        """Whom, or which tracks with how many posts. Empty when the section is hidden."""
        await self.running_site.run_until_idle()
        found = re.search(SECTION.format(section), text(await self.browser.reads("/local")), re.S)
        if not found:
            return []
        if section == NEWS:
            return re.findall(r"<bdi>(.*?)</bdi></a> <small>(.*?)</small>", found[1])
        return re.findall(r'<li><a href="/@(\w+)"', found[1])


@pytest.fixture
def house(running_site, alices_browser):
    return House(running_site, alices_browser)


async def test_sections_without_content_are_hidden(house):
    for section in (IN_TOWN, NEWS, OF_THE_WEEK):
        assert await house.shows(section) == []
    assert 'class="around' not in (await house.browser.reads("/")).text


async def test_who_stays_where_one_lives_is_in_town_while_the_stay_runs(house, running_site, alice, bob, carol):
    await lives(alice, LYON, audience="nobody")
    await stays(bob, LYON, "2026-03-06", "2026-03-07")
    await stays(carol, LYON, "2026-03-20", "2026-03-21")

    assert await house.shows(IN_TOWN) == ["bob"]
    assert f'href="/places/{LYON}"' in (await house.browser.reads("/")).text
    running_site.clock.advance(days=3)
    assert await house.shows(IN_TOWN) == []


async def test_where_one_stays_is_ones_town_before_where_one_lives(house, alice, bob, carol):
    await lives(alice, LYON, audience="nobody")
    await stays(alice, BUDAPEST, "2026-03-06", "2026-03-08", audience="nobody")
    await stays(bob, LYON, "2026-03-06", "2026-03-07")
    await stays(carol, BUDAPEST, "2026-03-06", "2026-03-07")

    assert await house.shows(IN_TOWN) == ["carol"]


async def test_what_hides_a_stay_hides_it_at_once(house, running_site, alice, bob, carol):
    await lives(alice, LYON)
    dora, emma = await running_site.person("dora"), await running_site.person("emma")
    await alice.follows(emma)
    family = await emma.has_circle(alice)
    stay = await stays(bob, LYON, "2026-03-06", "2026-03-09")
    await stays(carol, LYON, "2026-03-06", "2026-03-09")
    await stays(dora, LYON, "2026-03-06", "2026-03-09", audience="mutuals")
    await stays(emma, LYON, "2026-03-06", "2026-03-09", audience="circle", circle_id=family)
    assert sorted(await house.shows(IN_TOWN)) == ["bob", "carol", "emma"]

    await carol.blocks(alice)
    assert sorted(await house.shows(IN_TOWN)) == ["bob", "emma"]
    await emma.client.request("DELETE", f"/api/v1/circles/{family}/accounts", json={"account_ids": [alice.id]})
    assert await house.shows(IN_TOWN) == ["bob"]
    await bob.client.patch(f"/api/gazouillis/v1/stays/{stay['id']}", json={"audience": "followers"})
    assert await house.shows(IN_TOWN) == []


async def test_a_track_has_news_until_it_is_opened(house, bob):
    page = leads_to(await house.browser.sends("/tracks", query="Budapest"))
    await bob.posts("Je suis à Budapest")
    await bob.posts("Encore Budapest")

    assert await house.shows(NEWS) == [("Budapest", "2 posts")]
    assert f'<a href="{page}">' in (await house.browser.reads("/")).text.partition('class="around')[2]
    await house.browser.reads(page)
    assert await house.shows(NEWS) == []
    await bob.posts("Budapest toujours")
    assert await house.shows(NEWS) == [("Budapest", "1 post")]


@pytest.mark.parametrize("timeline", ["/api/gazouillis/v1/tracks/{}/timeline", "/api/v1/timelines/list/{}"])
async def test_an_app_that_reads_the_first_page_of_a_track_has_seen_its_news(house, alice, bob, timeline):
    path = timeline.format((await alice.post("/api/gazouillis/v1/tracks", query="Budapest"))["id"])
    first = await bob.posts("Je suis à Budapest")
    await bob.posts("Encore Budapest")
    for older in ({"max_id": first["id"]}, {"min_id": "1"}):
        await alice.get(path, **older)
        assert await house.shows(NEWS) == [("Budapest", "2 posts")]
    assert (await bob.client.get(path)).status_code == 404
    assert await house.shows(NEWS) == [("Budapest", "2 posts")]

    await alice.get(path, limit=1)
    assert await house.shows(NEWS) == []


async def test_many_news_are_more_than_nine(house, bob):
    await house.browser.sends("/tracks", query="soupe")
    for number in range(11):
        await bob.posts(f"soupe {number}")

    assert await house.shows(NEWS) == [("soupe", "more than 9")]


async def test_what_one_may_not_see_is_no_news(house, alice, bob, carol):
    await house.browser.sends("/tracks", query="orage")
    deleted = await bob.posts("un orage")
    await bob.posts("deux orages", visibility="private")
    await carol.posts("trois orages")
    assert await house.shows(NEWS) == [("orage", "2 posts")]

    await bob.deletes(deleted)
    assert await house.shows(NEWS) == [("orage", "1 post")]
    await alice.mutes(carol)
    assert await house.shows(NEWS) == []


async def test_a_silent_or_removed_track_has_no_news(house, bob):
    page = leads_to(await house.browser.sends("/tracks", query="orage"))
    await bob.posts("un orage")
    assert await house.shows(NEWS) == [("orage", "1 post")]
    await house.browser.sends("/tracks/off")
    assert await house.shows(NEWS) == []

    await house.browser.sends(page, part="state", on="1")
    assert await house.shows(NEWS) == [("orage", "1 post")]
    await house.browser.sends(f"{page}/delete", confirmed="yes")
    assert await house.shows(NEWS) == []


async def test_whom_the_followed_recommend_this_week_is_shown_without_those_followed_already(house, running_site, alice, bob, carol):
    dora = await running_site.person("dora")
    await alice.follows(bob, dora)
    await bob.posts("#FF @carol @dora pour la soupe")

    assert await house.shows(OF_THE_WEEK) == ["carol"]
    await alice.follows(carol)
    assert await house.shows(OF_THE_WEEK) == []


async def test_a_recommendation_of_a_week_ago_is_shown_no_more(house, running_site, alice, bob, carol):
    await alice.follows(bob)
    await bob.posts("#FF @carol")
    running_site.clock.advance(days=7, hours=1)

    assert await house.shows(OF_THE_WEEK) == []


async def test_who_declines_blocks_or_is_named_no_more_goes_at_once(house, running_site, alice, bob, carol):
    dora, _emma = await running_site.person("dora"), await running_site.person("emma")
    await alice.follows(bob)
    status = await bob.posts("#FF @carol @dora @emma")
    assert await house.shows(OF_THE_WEEK) == ["carol", "dora", "emma"]

    await carol.post(f"/api/gazouillis/v1/recommendations/{status['id']}/decline")
    assert await house.shows(OF_THE_WEEK) == ["dora", "emma"]
    await dora.blocks(alice)
    assert await house.shows(OF_THE_WEEK) == ["emma"]
    await bob.edits(status, "#FF @dora")
    assert await house.shows(OF_THE_WEEK) == []


async def test_the_house_costs_a_fixed_number_of_queries_and_nothing_when_cached(house, running_site, alice, bob, monkeypatch):
    await lives(alice, LYON)
    await alice.follows(bob)
    counts = []
    for count in (1, 5):
        for number in range(count):
            one = await running_site.person(f"person{count}_{number}")
            await stays(one, LYON, "2026-03-06", "2026-03-09")
            await house.browser.sends("/tracks", query=f"mot{count}x{number}")
            await one.posts(f"mot{count}x{number}")
            await bob.posts(f"#FF @{one.name}")
        await running_site.run_until_idle()
        await house.browser.reads("/")
        running_site.site.db.cache.clear()
        for time in ("first", "second"):
            with recorded_queries(running_site.site, monkeypatch) as queries:
                page = await house.browser.reads(f"/?{time}_time={count}")
            assert all(f"card {one}" in page.text for one in (IN_TOWN, NEWS, OF_THE_WEEK))
            counts.append(len(queries))

    assert counts[:2] == counts[2:]
    assert counts[1] <= 1


async def test_the_column_and_the_phone_say_how_many_posts_one_could_answer_and_spend_no_exposure(running_site, alice, bob, alices_browser):
    assert "/shelf" not in await _around(alices_browser)
    question = await bob.posts("Who knows a choir?")
    await bob.post("/api/gazouillis/v1/shelf", status_id=question["id"])
    running_site.clock.advance(minutes=6)
    assert "1 post that you could answer" in text(await alices_browser.reads("/local"))
    assert "To answer" in await _around(alices_browser)

    await alices_browser.sends(f"/shelf/{question['id']}/dismiss")
    assert "that you could answer" not in text(await alices_browser.reads("/local"))


async def _around(browser):
    found = re.search(r'<nav class="around narrow".*?</nav>', text(await browser.reads("/")), re.S)
    return found[0] if found else ""
