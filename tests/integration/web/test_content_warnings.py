"""Text behind a content warning is hidden on every page until the reader opens it."""

import pytest

from gazouillis.web.rendering import TEMPLATES
from tests.support.browser import Browser, text
from tests.support.crawler import OF_NOTHING, Crawler, PageText
from tests.support.mailbox import sent_emails

HIDDEN = "butlerdunnit"
"""Said behind warnings only."""
WARNED_TEXT = f"the murderer #spoiled {HIDDEN}"


@pytest.fixture
async def warned_statuses(running_site, alice, bob, carol, owner):
    """Statuses with content warnings in every place where a page can show them. Returns their ids."""
    await bob.follows(alice, notify=True)
    await alice.follows(bob)
    warned = await alice.posts(WARNED_TEXT, spoiler_text="the end")
    await bob.reblogs(warned)
    for person in (bob, carol, owner):
        await person.favourites(warned)
        await person.bookmarks(warned)
    careless = await alice.posts(WARNED_TEXT)
    await bob.reblogs(careless)
    await alice.edits(careless, f"{WARNED_TEXT}!", spoiler_text="the end, sorry")
    await alice.edits(careless, "never mind", spoiler_text="")
    replies = [
        await bob.replies(warned, f"@alice {WARNED_TEXT}", spoiler_text="the end"),
        await carol.replies(warned, f"@alice @bob {WARNED_TEXT}", spoiler_text="the end"),
        await alice.posts(f"@bob {WARNED_TEXT}", spoiler_text="between us", visibility="direct"),
        await bob.posts(f"@alice @carol {WARNED_TEXT}", spoiler_text="for friends", visibility="private"),
    ]
    await carol.follows(alice, bob)
    await bob.locks()
    await owner.follows(bob)
    await bob.edits(replies[0], f"@alice indeed {WARNED_TEXT}", spoiler_text="the very end")
    await running_site.run_until_idle()
    return [one["id"] for one in (warned, careless, *replies)]


@pytest.fixture
async def values_by_parameter(warned_statuses, alice, bob, carol):
    people = [alice, bob, carol]
    [conversation] = await bob.get("/api/v1/conversations")
    return OF_NOTHING | {
        "conversation_id": [conversation["id"]],
        "handle": [f"@{one.name}" for one in people],
        "account_id": [one.id for one in people],
        "status_id": warned_statuses,
    }


FORMS_THAT_SHOW_WHAT_THEY_ANSWER = ("compose", "scheduled")


async def crawler_of(running_site, name, values_by_parameter):
    browser = Browser(running_site)
    if name:
        await browser.was_signed_in(name)
    return Crawler(browser, running_site.app, values_by_parameter)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("", {"", "@alice", "@bob", "local", "tags"}),
        pytest.param("alice", {"", "@alice", "@bob", "local", "tags", "notifications", "mentions", "compose"}, marks=pytest.mark.thorough),
        ("bob", {"", "@alice", "@bob", "local", "tags", "notifications", "mentions", "compose", "bookmarks", "favourites"}),
        pytest.param(
            "carol",
            {"", "@alice", "@bob", "local", "tags", "notifications", "mentions", "compose", "bookmarks", "favourites"},
            marks=pytest.mark.thorough,
        ),
        pytest.param("olive", {"@alice", "@bob", "local", "tags", "compose", "bookmarks", "favourites"}, marks=pytest.mark.thorough),
    ],
)
async def test_no_page_shows_words_behind_a_warning(running_site, values_by_parameter, name, least):
    pages = await (await crawler_of(running_site, name, values_by_parameter)).pages()

    seen = {page.request.url.raw_path.decode(): PageText(page.text) for page in pages if "html" in page.headers.get("content-type", "")}
    assert [address for address, text in seen.items() if HIDDEN in text.visible] == []
    assert {address.split("?")[0].split("/")[1] for address, text in seen.items() if HIDDEN in text.hidden} >= least
    assert {page.status_code for page in pages} <= {200, 301, 302, 303, 400, 401, 403, 404, 410, 412}


@pytest.mark.parametrize("name", ["bob", *(pytest.param(one, marks=pytest.mark.thorough) for one in ("alice", "carol"))])
async def test_no_form_is_answered_with_words_behind_a_warning(running_site, values_by_parameter, warned_statuses, name):
    crawler = await crawler_of(running_site, name, values_by_parameter)
    responses = await crawler.forms(name, confirmed="yes", in_reply_to_id=warned_statuses[0], status="x" * 6_000)

    texts = {response.request.url.path: PageText(response.text) for response in responses}
    assert [address for address, text in texts.items() if HIDDEN in text.visible] == []
    closed_in = {address.split("/")[1] for address, text in texts.items() if HIDDEN in text.hidden} - {"messages"}
    assert {"statuses"} <= closed_in <= {"statuses", *FORMS_THAT_SHOW_WHAT_THEY_ANSWER}


async def test_search_results_keep_warnings_closed(running_site, warned_statuses):
    browser = Browser(running_site)
    await browser.was_signed_in("bob")

    text = PageText((await browser.reads("/search?q=murderer")).text)

    assert HIDDEN in text.hidden
    assert HIDDEN not in text.visible


async def test_a_warning_given_later_covers_what_was_said_before(visitor, alice):
    status = await alice.posts(WARNED_TEXT)
    await alice.edits(status, "never mind", spoiler_text="the end")
    await alice.edits(status, "never mind", spoiler_text="")

    page = await visitor.reads(f"/@alice/{status['id']}/edits")

    assert HIDDEN in PageText(page.text).hidden
    assert HIDDEN not in PageText(page.text).visible
    assert text(page).count("the end") == 3


async def test_e_mails_have_no_content_of_statuses(running_site, warned_statuses):
    assert [one for one in sent_emails(running_site.site.settings.data) if HIDDEN in one.get_content()] == []


def test_only_one_template_shows_the_content_of_a_status():
    assert [one.name for one in TEMPLATES.rglob("*.*") if ".content" in one.read_text() and "_body.html" not in one.read_text()] == []
    assert [one.name for one in TEMPLATES.rglob("*.*") if "content|safe" in one.read_text()] == ["_body.html"]
