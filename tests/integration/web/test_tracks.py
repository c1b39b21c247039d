"""The pages of tracks, and the words of 2007 typed in the composer."""

import re
from xml.etree import ElementTree

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.page import read


@pytest.fixture
async def browser(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


async def reads(running_site, browser, path):
    await running_site.run_until_idle()
    return await browser.reads(path)


async def test_what_one_tracks_has_a_page_of_its_own(running_site, browser, bob):
    page = leads_to(await browser.sends("/tracks", query="Budapest"))
    assert "Budapest" in text(await browser.reads(page))
    await bob.posts("Je suis à Budapest")

    assert read(await reads(running_site, browser, page)) == ["Je suis à Budapest"]
    assert "Budapest" in text(await browser.reads("/tracks"))


async def test_a_town_is_found_under_all_its_names_and_the_page_says_so(running_site, browser, bob):
    page = leads_to(await browser.sends("/tracks", query="Bruxelles"))
    assert "<bdi>Brussels</bdi>, also <bdi>Bruxelles</bdi>, <bdi>Brussel</bdi>." in text(await browser.reads(page))
    await bob.posts("Off to Brussels")
    await bob.posts("Un bruxellois")

    assert read(await reads(running_site, browser, page)) == ["Off to Brussels"]


async def test_a_town_that_is_a_word_is_found_where_the_town_is_meant(running_site, browser, bob):
    page = leads_to(await browser.sends("/tracks", query="Nice"))
    assert "only where it means the place" in text(await browser.reads(page))
    await bob.posts("Un verre à Nice ce soir", language="fr")
    await bob.posts("Nice work", language="en")

    assert read(await reads(running_site, browser, page)) == ["Un verre à Nice ce soir"]


async def test_the_page_is_live(running_site, browser):
    page = leads_to(await browser.sends("/tracks", query="Budapest"))

    assert f'data-stream="/live/track/{page.rpartition("/")[2]}' in (await browser.reads(page)).text


async def test_the_script_of_the_page_gets_what_is_newer(running_site, browser, bob):
    page = leads_to(await browser.sends("/tracks", query="orage"))
    first = await bob.posts("un orage")
    await bob.posts("deux orages")
    await running_site.run_until_idle()

    part = await browser.client.get(page, params={"since_id": first["id"]}, headers={"X-Fragment": "true"})

    assert "deux orages" in part.text
    assert "un orage" not in part.text


@pytest.mark.parametrize("query", ["", "le", "-orage", '"orage', "x", "#", "@"])
async def test_what_cannot_be_tracked_comes_back_with_a_sentence(browser, query):
    answer = await browser.sends("/tracks", query=query)

    assert answer.status_code == 422
    assert 'id="query-error"' in answer.text
    assert 'aria-invalid="true"' in answer.text


async def test_one_is_notified_if_one_wants_to_be(running_site, browser, bob):
    page = leads_to(await browser.sends("/tracks", query="orage", notify="1"))
    await bob.posts("un orage")
    assert "said something that you track" in text(await reads(running_site, browser, "/notifications"))

    await browser.sends(page, part="delivery", delivery="column")
    assert "Notify me each time" in text(await browser.reads(page))


async def test_a_known_track_that_is_added_again_notifies_as_before_unless_asked(browser, alice):
    page = leads_to(await browser.sends("/tracks", query="orage"))

    async def delivery():
        [track] = await alice.get("/api/gazouillis/v1/tracks")
        return track["delivery"], track["active"]

    for chosen in ("daily", "notify", "column"):
        await browser.sends(page, part="delivery", delivery=chosen)
        await browser.sends("/tracks/off")
        assert leads_to(await browser.sends("/tracks", query="orage")) == page
        assert await delivery() == (chosen, True)
    await browser.sends("/tracks", query="orage", notify="1")
    assert await delivery() == ("notify", True)


async def test_a_track_is_removed_after_a_question(browser):
    page = leads_to(await browser.sends("/tracks", query="orage"))
    asked = await browser.sends(f"{page}/delete")
    assert "Track “orage” no more?" in text(asked)

    await browser.sends(f"{page}/delete", confirmed="yes")

    assert (await browser.client.get(page)).status_code == 404


async def test_all_are_silenced_and_one_is_switched_on_again(running_site, browser, bob):
    page = leads_to(await browser.sends("/tracks", query="orage"))
    await browser.sends("/tracks/off")
    await bob.posts("un orage")
    assert read(await reads(running_site, browser, page)) == []

    await browser.sends(page, part="state", on="1")
    await bob.posts("deux orages")

    assert read(await reads(running_site, browser, page)) == ["deux orages"]


async def test_a_track_of_somebody_else_does_not_exist(running_site, browser, alice, bob):
    track = await bob.post("/api/gazouillis/v1/tracks", query="orage")
    for answer in (
        await browser.client.get(f"/tracks/{track['id']}"),
        await browser.client.get(f"/live/track/{track['id']}"),
        await browser.sends(f"/tracks/{track['id']}", part="state"),
        await browser.sends(f"/tracks/{track['id']}/delete", confirmed="yes"),
    ):
        assert answer.status_code == 404


async def test_visitors_sign_in_first(running_site):
    visitor = Browser(running_site)
    assert (await visitor.client.get("/tracks")).status_code in {302, 303, 401, 403}


# The composer


async def test_track_in_the_composer_tracks_and_posts_nothing(running_site, browser, alice):
    answer = await browser.sends("/statuses", status="track Budapest")

    assert leads_to(answer) == "/tracks"
    page = await browser.reads("/tracks")
    assert "You track “Budapest” now." in text(page)
    assert await alice.profile(alice) == []
    assert [one["query"] for one in await alice.get("/api/gazouillis/v1/tracks")] == ["Budapest"]


async def test_the_script_of_the_composer_is_led_to_the_list(browser, alice):
    browser.client.headers["accept"] = "application/json"
    answer = await browser.sends("/statuses", status="track")
    del browser.client.headers["accept"]

    assert answer.json() == {"id": "", "url": "/tracks", "html": ""}
    assert "You track nothing yet." in text(await browser.reads("/tracks"))


async def test_a_command_that_cannot_be_obeyed_comes_back(browser, alice):
    for typed in ("track le", "untrack Budapest"):
        answer = await browser.sends("/statuses", status=typed)
        assert answer.status_code == 422
        assert typed in answer.text
    assert await alice.profile(alice) == []


async def test_a_page_shows_no_more_queries_for_more_hits(running_site, browser, bob):
    page = leads_to(await browser.sends("/tracks", query="orage"))
    for number in range(25):
        await bob.posts(f"orage {number}")

    assert len(read(await reads(running_site, browser, page))) == 20


# The feed


ATOM = "{http://www.w3.org/2005/Atom}"


async def feed_of(browser, page):
    found = re.search(r'value="http://[^/"]+(/feeds/tracks/[^"]+)"', (await browser.reads(page)).text)
    return found[1] if found else ""


async def entries(running_site, path, **headers):
    await running_site.run_until_idle()
    answer = await running_site.client(**headers).get(path)
    assert answer.status_code == 200, answer.text
    return [one.findtext(f"{ATOM}content") for one in ElementTree.fromstring(answer.content).iter(f"{ATOM}entry")]


NO_ACCOUNTS = [
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "9" * 30,
    "9" * 5000,
    "-1",
    "",
    "1.5",
    "٣",
    "²",
    "%00",
    "%ed%a0%80",
]


@pytest.mark.parametrize("account", NO_ACCOUNTS)
@pytest.mark.parametrize("track", ["1", "9223372036854775808"])
async def test_a_feed_of_no_account_is_not_found(running_site, account, track):
    assert (await running_site.client().get(f"/feeds/tracks/{account}-secret/{track}")).status_code in {404, 414}


async def test_a_feed_reader_reads_the_hits_without_a_session(running_site, browser, bob):
    page = leads_to(await browser.sends("/tracks", query="orage"))
    assert await feed_of(browser, page) == ""
    await browser.sends(f"{page}/feed")
    said = await bob.posts("un orage & du <vent> \x0b")

    (found,) = await entries(running_site, await feed_of(browser, page))
    assert "un orage &amp; du &lt;vent&gt;" in found

    await bob.edits(said, "du soleil")
    assert await entries(running_site, await feed_of(browser, page)) == []


async def test_a_feed_is_for_nobody_else(running_site, browser, bob):
    page = leads_to(await browser.sends("/tracks", query="orage"))
    await browser.sends(f"{page}/feed")
    path = await feed_of(browser, page)
    answer = await running_site.client().get(path)

    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "private" in answer.headers["cache-control"]
    assert path.split("/")[3] not in answer.text
    assert "Disallow: /feeds" in (await running_site.client().get("/robots.txt")).text
    unchanged = await running_site.client(**{"If-None-Match": answer.headers["etag"]}).get(path)
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_a_renewed_address_works_and_the_one_before_is_dead_at_once(running_site, browser):
    page = leads_to(await browser.sends("/tracks", query="orage"))
    await browser.sends(f"{page}/feed")
    before = await feed_of(browser, page)
    assert "Replace the address of your feeds?" in text(await browser.sends(f"{page}/feed"))

    await browser.sends(f"{page}/feed", confirmed="yes")

    after = await feed_of(browser, page)
    assert after not in {"", before}
    answers = [(await running_site.client().get(path)).status_code for path in (before, after, f"{after}1", after.replace("-", "-x"))]
    assert answers == [404, 200, 404, 404]


@pytest.mark.parametrize("fails", [False, True])
async def test_the_address_of_a_feed_is_in_no_log(running_site, browser, caplog, monkeypatch, fails):
    page = leads_to(await browser.sends("/tracks", query="orage"))
    await browser.sends(f"{page}/feed")
    path = await feed_of(browser, page)

    async def broken(*_given):
        raise RuntimeError("broken")

    if fails:
        monkeypatch.setattr("gazouillis.search.tracks.queries.timeline", broken)
    with caplog.at_level("INFO"):
        answers = [await running_site.client().get(one) for one in (path, f"{path}9")]

    assert [one.status_code for one in answers] == [500 if fails else 200, 404]
    said = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith("httpx"))
    assert ("GET /feeds/tracks/…/" in said) is fails
    assert path.split("/")[3] not in said


async def test_a_block_hides_in_the_feed_too(running_site, browser, alice, bob):
    page = leads_to(await browser.sends("/tracks", query="orage"))
    await browser.sends(f"{page}/feed")
    await bob.posts("un orage")
    assert len(await entries(running_site, await feed_of(browser, page))) == 1

    await bob.blocks(alice)

    assert await entries(running_site, await feed_of(browser, page)) == []


async def test_the_script_of_a_page_is_told_where_a_form_leads_instead_of_following_it(browser):
    await browser.reads("/tracks")
    fields = {"_csrf_token": browser.csrf_token, "query": "Budapest"}

    sent = await browser.client.post("/tracks", params={"next": "/search?q=été"}, data=fields, headers={"X-Fragment": "true"})

    assert (sent.status_code, sent.text, sent.headers["X-Redirect"]) == (200, "", "/search?q=%C3%A9t%C3%A9")
    assert "You track “Budapest” now." in text(await browser.reads("/tracks"))
