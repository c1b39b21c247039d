"""The roads in links and forms of the pages, and the page where an author sees them."""

import re

import pytest

from tests.support.browser import Browser, leads_to, text

PATH = "/api/gazouillis/v1/statuses/{id}/reach"


@pytest.fixture
async def bobs_browser(running_site, bob):
    browser = Browser(running_site)
    await browser.was_signed_in("bob")
    return browser


async def roads(author, status):
    return {one["road"]: one["count"] for one in (await author.get(PATH.format(id=status["id"])))["roads"]}


async def test_a_reply_from_the_column_of_a_track_came_by_the_track(running_site, bobs_browser, alice):
    column = leads_to(await bobs_browser.sends("/tracks", query="Budapest"))
    status = await alice.posts("Que voir à Budapest ?")
    await running_site.run_until_idle()

    page = await bobs_browser.reads(column)
    (link,) = re.findall(r'class="permalink" href="([^"]+)"', page.text)
    assert link == f"/@alice/{status['id']}?via=track"
    thread = await bobs_browser.reads(link)
    assert '<input type="hidden" name="via" value="track">' in thread.text
    compose = await bobs_browser.reads(re.search(r'href="(/compose\?reply_to=[^"]+)"', text(page))[1])
    assert '<input type="hidden" name="via" value="track">' in compose.text
    await bobs_browser.sends("/statuses", status="@alice les bains", in_reply_to_id=status["id"], via="track")
    await bobs_browser.sends(f"/statuses/{status['id']}/favourite", via="track")

    assert await roads(alice, status) == {"track": 3}  # two, rounded up


async def test_a_refused_reply_keeps_its_road(running_site, bobs_browser, alice):
    status = await alice.posts("Que voir à Budapest ?")

    refused = await bobs_browser.sends("/statuses", status="x" * 200, in_reply_to_id=status["id"], via="link")

    assert refused.status_code == 422
    assert '<input type="hidden" name="via" value="link">' in refused.text


async def test_a_reblog_in_home_leads_on_by_whom_it_came(running_site, bobs_browser, alice, bob, carol):
    await bob.follows(carol)
    status = await alice.posts("Que voir à Budapest ?")
    await carol.reblogs(status)
    await running_site.run_until_idle()

    home = text(await bobs_browser.reads("/"))

    assert f'name="via" value="reblog:{carol.id}"' in home
    profile = await bobs_browser.reads(re.search(r'class="author" href="(/@alice\?via=[^"]+)"', home)[1])
    via = f"status:{status['id']},reblog:{carol.id}"
    assert f'formaction="/accounts/{alice.id}/follow" name="via" value="{via}"' in text(profile)
    assert via in text(await bobs_browser.client.get(f"/@alice/card?via={via}", headers={"X-Fragment": "true"}))
    await bobs_browser.sends(f"/accounts/{alice.id}/follow", via=via)
    told = await alice.get(PATH.format(id=status["id"]))
    assert told["follows"] == 1
    assert ("reblog", "carol") in {(one["road"], one["account"] and one["account"]["username"]) for one in told["roads"]}


async def test_an_action_in_the_background_keeps_the_road_for_the_next_one(bobs_browser, alice):
    status = await alice.posts("bonjour")
    fields = {"_csrf_token": bobs_browser.csrf_token, "via": "link"}
    await bobs_browser.reads("/about")
    fields["_csrf_token"] = bobs_browser.csrf_token

    answer = await bobs_browser.client.post(f"/statuses/{status['id']}/favourite", data=fields, headers={"X-Fragment": "true"})

    assert 'data-via="link"' in answer.text


async def test_what_an_address_says_of_a_road_is_never_written_as_it_is(bobs_browser, alice):
    status = await alice.posts("bonjour")

    page = await bobs_browser.reads(f'/@alice/{status["id"]}?via="><script>track')

    assert 'name="via"' not in page.text


async def test_the_author_reads_the_waves_and_nobody_else(running_site, alices_browser, bobs_browser, visitor, alice, bob, carol):
    status = await alice.posts("bonjour")
    await bob.reblogs(status)
    await carol.replies(status, "salut", via=f"reblog:{bob.id}")
    await running_site.run_until_idle()
    path = f"/statuses/{status['id']}/reach"

    page = text(await alices_browser.reads(path))

    assert f'href="{path}"' in text(await alices_browser.reads(f"/@alice/{status['id']}"))
    assert path not in text(await bobs_browser.reads(f"/@alice/{status['id']}"))
    assert "<svg viewBox" in page
    assert 'Reposted by <a href="/@bob">' in page
    assert "carol" not in page.partition("<main")[2].partition("</main>")[0]
    assert (await bobs_browser.reads(path)).status_code == 404
    assert leads_to(await visitor.reads(path)).startswith("/sign-in")


async def test_before_anybody_answered_the_page_says_so(alices_browser, alice):
    status = await alice.posts("bonjour")

    assert "Nothing yet" in text(await alices_browser.reads(f"/statuses/{status['id']}/reach"))
