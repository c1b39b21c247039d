"""What filters do on pages, for the one who has them and for nobody else, and the pages where they are made."""

import re

import pytest

from tests.integration.web.test_live import open_page
from tests.support.browser import Browser, leads_to, text
from tests.support.media import photo
from tests.support.page import read

V2, PAGE = "/api/v2/filters", "/settings/filters"
EVERYWHERE = ["home", "notifications", "public", "thread", "account"]
CLOSED = (
    r'<details class="content-warning filtered"><summary><span>Filtered: <bdi>{title}</bdi></span></summary>'
    r'(?:(?!<article).)*<article class="status" id="s{id}"'
)


async def filters(person, *keywords, action="warn", **more):
    words = [{"keyword": one} for one in keywords]
    return await person.post(V2, title="no cats", context=EVERYWHERE, filter_action=action, keywords_attributes=words, **more)


def how(page, status, title="no cats"):
    """Whether the page shows the status "open", "closed", or not at all."""
    identifier = status["id"]
    if f'id="s{identifier}"' not in page.text:
        return "absent"
    return "closed" if re.search(CLOSED.format(title=title, id=identifier), page.text, re.DOTALL) else "open"


@pytest.fixture
async def bobs_browser(running_site, bob):
    browser = Browser(running_site)
    await browser.was_signed_in("bob")
    return browser


@pytest.mark.parametrize(("action", "shown"), [("warn", "closed"), ("hide", "absent"), ("blur", "open")])
async def test_every_list_does_what_the_filter_says(running_site, alices_browser, visitor, bobs_browser, alice, bob, carol, action, shown):
    await alice.follows(bob)
    said = await carol.posts("a cat in #lyon")
    await bob.reblogs(said)
    other = await carol.posts("@alice hello #lyon")
    await running_site.run_until_idle()
    await alices_browser.reads("/local")
    await filters(alice, "cat", action=action)

    for path in ("/", "/local", "/tags/lyon", "/search?q=cat", "/@carol", "/@bob"):
        assert how(await alices_browser.reads(path), said) == shown, path
    assert how(await alices_browser.reads("/local"), other) == "open"
    for path in ("/local", "/@carol"):
        assert [how(await one.reads(path), said) for one in (visitor, bobs_browser)] == ["open", "open"]


async def test_a_pinned_post_is_left_out_too(running_site, alices_browser, visitor, alice, bob):
    await bob.post(f"/api/v1/statuses/{(await bob.posts('a cat'))['id']}/pin")
    await running_site.run_until_idle()
    await filters(alice, "cat", action="hide")

    assert ["a cat" in (await one.reads("/@bob")).text for one in (visitor, alices_browser)] == [True, False]


async def test_pictures_are_covered_for_who_filters_them_only(running_site, alices_browser, visitor, alice, bob):
    picture = await bob.uploads(photo(size=(4, 4)), description="my cat")
    await bob.posts("look", media_ids=[picture["id"]])
    await filters(alice, "cat", action="blur")
    await running_site.run_until_idle()

    assert ["Sensitive content" in (await one.reads("/local")).text for one in (visitor, alices_browser, visitor)] == [False, True, False]


async def test_a_filter_counts_only_where_it_says(running_site, alices_browser, alice, bob):
    status = await bob.posts("a cat")
    await alice.follows(bob)
    await running_site.run_until_idle()
    await alice.post(V2, title="no cats", context=["public"], keywords_attributes=[{"keyword": "cat"}])

    paths = ("/", "/local", "/@bob", f"/@bob/{status['id']}")
    assert [how(await alices_browser.reads(path), status) for path in paths] == ["open", "closed", "open", "open"]
    await alice.bookmarks(status)
    await filters(alice, "cat", action="hide")
    assert [how(await alices_browser.reads(path), status) for path in ("/", "/bookmarks")] == ["absent", "open"]


async def test_a_page_of_hidden_posts_still_leads_to_older_ones(running_site, alices_browser, alice, bob):
    old = await bob.posts("an old dog")
    for number in range(25):
        await bob.posts(f"cat {number}")
    await running_site.run_until_idle()
    await filters(alice, "cat", action="hide")

    first = await alices_browser.reads("/local")
    older = re.search(r'href="(/local\?max_id=[^"]+)"', first.text)
    assert (read(first), older is not None) == ([], True)
    assert how(await alices_browser.reads(older[1].replace("&amp;", "&")), old) == "open"


async def test_in_a_thread_the_asked_post_is_closed_and_replies_are_left_out_unless_they_have_answers(alices_browser, alice, bob, carol):
    begun = await bob.posts("a cat?")
    hidden, answered = await carol.replies(begun, "@bob cat!"), await carol.replies(begun, "@bob no cat")
    answer = await bob.replies(answered, "@carol good")
    await filters(alice, "cat", action="hide")

    page = await alices_browser.reads(f"/@bob/{begun['id']}")

    assert [how(page, one) for one in (begun, hidden, answered, answer)] == ["closed", "absent", "closed", "open"]


async def test_notifications_leave_out_what_is_hidden_and_close_what_is_warned_of(running_site, alices_browser, alice, bob):
    status = await bob.posts("@alice a cat")
    await running_site.run_until_idle()
    one = await filters(alice, "cat")

    assert how(await alices_browser.reads("/notifications"), status) == "closed"
    await alice.client.put(f"{V2}/{one['id']}", json={"filter_action": "hide"})
    assert how(await alices_browser.reads("/notifications"), status) == "absent"


async def test_ones_own_posts_and_reposts_are_open(running_site, alices_browser, alice, bob):
    mine, theirs = await alice.posts("my cat"), await bob.posts("their cat")
    await alice.reblogs(theirs)
    await running_site.run_until_idle()
    await filters(alice, "cat", action="hide")

    page = await alices_browser.reads("/@alice")
    assert [how(page, one) for one in (mine, theirs)] == ["open", "open"]


async def test_an_open_page_is_not_told_of_hidden_posts_and_closes_what_an_edit_makes_match(running_site, alices_browser, alice, bob):
    await alice.follows(bob)
    await filters(alice, "cat", action="hide")
    before = await bob.posts("a dog")
    await running_site.run_until_idle()
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        await stream.skip_unread_count()
        await bob.posts("a cat")
        seen = await bob.posts("another dog")
        await running_site.run_until_idle()
        assert await stream.event() == ("status", seen["id"])
        await bob.edits(before, "a cat, says @alice")
        await running_site.run_until_idle()
        assert await stream.event() == ("edit", before["id"])
    part = await alices_browser.client.get(f"/statuses/{before['id']}", headers={"X-Fragment": "true"})
    assert '<details class="content-warning"><summary><span dir="auto">Filtered: no cats</span></summary>' in part.text


FIELDS = {"title": "bêtes", "whole_words": "chat\r\nchien", "parts": "loup", "filter_action": "warn", "expires_in": "86400", "in_home": "1"}


async def test_a_filter_is_made_changed_and_deleted_without_a_script(running_site, alices_browser, alice, bob):
    assert leads_to(await alices_browser.sends(PAGE, **FIELDS)) == PAGE
    [made] = await alice.get(V2)
    assert [(one["keyword"], one["whole_word"]) for one in made["keywords"]] == [("chat", True), ("chien", True), ("loup", False)]
    assert (made["context"], made["filter_action"], made["expires_at"] is None) == (["home"], "warn", False)
    path = f"{PAGE}/{made['id']}"
    shown = await alices_browser.reads(path)
    assert "chat\nchien</textarea>" in shown.text
    assert '<option value="keep" selected>' in shown.text

    changed = FIELDS | {"whole_words": "chat", "parts": "loup\r\nours", "expires_in": "keep", "in_thread": "1", "filter_action": "hide"}
    assert leads_to(await alices_browser.sends(path, **changed)) == PAGE
    [after] = await alice.get(V2)
    assert after["expires_at"] == made["expires_at"]
    assert (after["context"], after["filter_action"]) == (["home", "thread"], "hide")
    assert [one["keyword"] for one in after["keywords"]] == ["chat", "loup", "ours"]
    assert after["keywords"][:2] == [made["keywords"][0], made["keywords"][2]]
    await alices_browser.sends(path, **changed | {"expires_in": ""})
    assert (await alice.get(V2))[0]["expires_at"] is None

    asked = await alices_browser.sends(f"{path}/delete")
    assert "Delete the filter bêtes?" in text(asked)
    await alices_browser.sends(f"{path}/delete", confirmed="yes")
    assert await alice.get(V2) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"in_home": ""}, "in_home"),
        ({"filter_action": "burn"}, "filter_action"),
        ({"expires_in": "soon"}, "expires_in"),
        ({"parts": "x" * 201}, "whole_words"),
        ({"whole_words": "\n".join(map(str, range(200)))}, "whole_words"),
    ],
)
async def test_a_filter_that_cannot_be_is_shown_again_with_what_is_wrong(running_site, alice, wrong, field):
    browser = Browser(running_site, language="fr")
    await browser.was_signed_in("alice")

    page = await browser.sends(PAGE, **FIELDS | wrong)

    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "<b>Profils</b>" in page.text
    assert await alice.get(V2) == []


async def test_a_post_is_filtered_from_its_menu(running_site, alices_browser, alice, bob):
    first, second, mine = await bob.posts("one"), await bob.posts("two"), await alice.posts("mine")
    await running_site.run_until_idle()
    assert f'href="/statuses/{first["id"]}/filter"' in (await alices_browser.reads("/local")).text

    to = leads_to(await alices_browser.sends(f"/statuses/{first['id']}/filter", title="enough"))
    identifier = to.rpartition("/")[2]
    assert leads_to(await alices_browser.sends(f"/statuses/{second['id']}/filter", filter=identifier)) == to
    page = await alices_browser.reads("/local")
    assert [how(page, one, "enough") for one in (first, second, mine)] == ["closed", "closed", "open"]

    places = [one["id"] for one in (await alice.get(f"{V2}/{identifier}/statuses"))]
    assert leads_to(await alices_browser.sends(f"{to}/remove", filtered=places[0])) == to
    assert how(await alices_browser.reads("/local"), first) == "open"
    assert (await alices_browser.sends(f"/statuses/{first['id']}/filter", title=" ")).status_code == 422
    assert (await alices_browser.reads(f"/statuses/{mine['id']}/filter")).status_code == 404


async def test_nobody_reaches_the_filters_of_somebody_else(running_site, bobs_browser, visitor, alice, bob):
    made = await filters(alice, "cat")
    hidden = await alice.posts("for followers", visibility="private")

    for path in (f"{PAGE}/{made['id']}", f"{PAGE}/1", f"/statuses/{hidden['id']}/filter"):
        assert (await bobs_browser.reads(path)).status_code == 404, path
    for path in (f"{PAGE}/{made['id']}", f"{PAGE}/{made['id']}/delete"):
        assert (await bobs_browser.sends(path, **FIELDS, confirmed="yes")).status_code == 404, path
    status = await alice.posts("hi")
    assert (await bobs_browser.sends(f"/statuses/{status['id']}/filter", filter=made["id"])).status_code == 404
    assert "/sign-in" in leads_to(await visitor.reads(PAGE))
    assert await alice.get(V2) == [made]
