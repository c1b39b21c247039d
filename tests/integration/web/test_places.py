"""The pages of places and of one's own stays, without a script."""

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.stays import BUDAPEST, FRANCE, LYON, STAYS, lives, stays

TOWN = f"/places/{BUDAPEST}"
DAYS = {"from": "2026-03-06", "to": "2026-03-08"}


@pytest.fixture
async def browser(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


async def test_a_town_is_found_and_a_stay_announced_changed_and_cancelled(browser, alice):
    found = await browser.reads("/places?q=budapest")
    assert f'href="{TOWN}"' in found.text
    assert "Nobody who lets you know" in text(await browser.reads(TOWN))

    assert leads_to(await browser.sends(f"{TOWN}/stay", **DAYS, audience="mutuals")) == TOWN
    [stay] = await alice.get(STAYS)
    assert (stay["from"], stay["to"], stay["audience"]) == ("2026-03-06", "2026-03-08", "mutuals")
    assert "6–8 Mar 2026" in text(await browser.reads(TOWN))

    page = f"/stays/{stay['id']}"
    assert 'value="2026-03-08"' in (await browser.reads(page)).text
    assert leads_to(await browser.sends(page, **DAYS | {"to": "2026-03-09"}, audience="everyone")) == "/stays"
    assert "6–9 Mar 2026" in text(await browser.reads("/stays"))

    asked = await browser.sends(f"{page}/delete")
    assert "stays as you wrote it" in text(asked)
    assert leads_to(await browser.sends(f"{page}/delete", confirmed="yes")) == "/stays"
    assert await alice.get(STAYS) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"to": "2026-03-05"}, "to"), ({"from": "soon"}, "from"), ({"audience": ""}, "audience"), ({"to": "", "from": ""}, "from")],
)
async def test_a_form_that_is_refused_comes_back_with_what_was_chosen(browser, alice, fields, field):
    answer = await browser.sends(f"{TOWN}/stay", **DAYS | {"audience": "followers"} | fields)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert await alice.get(STAYS) == []


async def test_one_says_where_one_lives_and_which_languages_one_speaks(browser, running_site, bob):
    assert leads_to(await browser.sends(f"{TOWN}/residence", audience="everyone", hears="1")) == TOWN
    assert leads_to(await browser.sends("/stays/languages", speaks_fr="1", speaks_hu="1")) == "/stays"
    visitor = Browser(running_site)
    assert "French, Hungarian" in text(await visitor.reads(f"{TOWN}?language=hu"))
    assert "@alice" not in text(await visitor.reads(f"{TOWN}?language=de"))

    assert leads_to(await browser.sends("/stays/residence/delete", confirmed="yes")) == "/stays"
    assert "@alice" not in text(await visitor.reads(TOWN))


async def test_a_country_shows_the_towns_and_never_a_home_beside_an_absence(running_site, alice):
    await lives(alice, BUDAPEST)
    await stays(alice, LYON, "2026-03-06", "2026-03-08")
    visitor = Browser(running_site)

    country = text(await visitor.reads(f"/places/{FRANCE}"))
    assert "Lyon" in country
    assert "Budapest" not in country
    assert "Budapest" not in text(await visitor.reads("/@alice"))


async def test_the_lists_go_on_on_other_pages(running_site):
    for number in range(22):
        await stays(await running_site.person(f"guest{number:02}"), BUDAPEST, "2026-03-06", "2026-03-08")
    visitor = Browser(running_site)
    first = await visitor.reads(TOWN)
    following = await visitor.reads(first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&"))

    names = [[f"guest{number:02}" for number in range(22) if f"@guest{number:02}" in text(page)] for page in (first, following)]
    assert names == [[f"guest{number:02}" for number in range(20)], ["guest20", "guest21"]]


async def test_what_is_said_of_a_town_stands_on_its_page_and_leads_on_by_the_town(running_site, browser, alice, bob):
    assert "Nobody has said anything here yet" in text(await browser.reads(f"{TOWN}/said"))
    assert f'href="/compose?place={BUDAPEST}"' in (await browser.reads(f"{TOWN}/said")).text
    assert 'name="place" value="Budapest' in (await browser.reads(f"/compose?place={BUDAPEST}")).text
    for place_id in ("1", "x", ""):
        assert 'name="place" value=""' in (await browser.reads(f"/compose?place={place_id}")).text
    said = [await bob.posts(f"thing {number:02}", place_id=BUDAPEST) for number in range(23)]
    await bob.posts("for few", place_id=BUDAPEST, visibility="unlisted")

    page = await browser.reads(TOWN)
    assert [f"thing {number:02}" in page.text for number in (19, 20, 21, 22)] == [False, True, True, True]
    assert f'href="{TOWN}/said"' in page.text
    assert f'href="/compose?reply_to={said[-1]["id"]}&amp;via=town"' in page.text
    visitor = Browser(running_site)
    first = await visitor.reads(f"{TOWN}/said")
    second = await visitor.reads(f"{TOWN}/said?max_id={said[3]['id']}")
    assert [one.text.count('class="status"') for one in (first, second)] == [20, 3]
    assert f'href="{TOWN}/said?max_id={said[3]["id"]}"' in first.text
    assert "for few" not in first.text + page.text

    permalink = f"/@bob/{said[-1]['id']}?via=town"
    assert f'href="{permalink}"' in (await browser.reads(f"{TOWN}/said")).text
    assert 'name="via" value="town"' in (await browser.reads(permalink)).text
    await browser.sends("/statuses", status="@bob yes", in_reply_to_id=said[-1]["id"], via="town")
    reach = await bob.get(f"/api/gazouillis/v1/statuses/{said[-1]['id']}/reach")
    assert [one["road"] for one in reach["roads"]] == ["town"]

    await alice.mutes(bob)
    assert [one.text.count("thing 2") for one in (await browser.reads(TOWN), await browser.reads(f"{TOWN}/said"))] == [0, 0]


async def test_what_is_unknown_or_of_others_is_not_found(browser, bob):
    stay = await stays(bob, BUDAPEST, "2026-03-06", "2026-03-08")
    for path in (
        "/places/1",
        "/places/x",
        "/places/1/said",
        "/places/x/said",
        f"{TOWN}/said?max_id=x",
        f"/places/{2**63}",
        "/stays/1",
        f"/stays/{stay['id']}",
        "/stays/x",
    ):
        assert (await browser.reads(path)).status_code == 404, path
    assert (await browser.sends(f"/stays/{stay['id']}/delete", confirmed="yes")).status_code == 404
    assert (await browser.reads(f"{TOWN}?here=x&coming=1&residents=x&language=%00")).status_code == 200


async def test_visitors_are_asked_to_sign_in(running_site):
    visitor = Browser(running_site)
    answers = [await visitor.reads("/stays"), await visitor.sends(f"{TOWN}/stay", **DAYS), await visitor.sends(f"{TOWN}/residence")]

    assert all(leads_to(one).startswith("/sign-in") or "Sign in" in text(one) for one in answers)
    assert 'action="/places/3054643/stay"' not in (await visitor.reads(TOWN)).text
