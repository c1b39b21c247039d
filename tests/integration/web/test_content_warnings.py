"""Words behind a content warning are read by who opens them, on whatever page they stand."""

import pytest

from gazouillis.accounts.models import Role
from gazouillis.web.rendering import TEMPLATES
from tests.support.browser import Browser, text
from tests.support.crawler import Crawler, PageText
from tests.support.mailbox import sent_emails

HIDDEN = "butlerdunnit"
"""Said behind warnings only."""
SAID = f"the murderer #spoiled {HIDDEN}"


@pytest.fixture
async def owner(town):
    return await town.person("olive", role=Role.OWNER)


@pytest.fixture
async def told_everywhere(town, alice, bob, carol, owner):
    """Somebody's hidden words wherever a page can show them: ids of the statuses."""
    await bob.follows(alice, notify=True)
    await alice.follows(bob)
    warned = await alice.posts(SAID, spoiler_text="the end")
    await bob.reblogs(warned)
    for person in (bob, carol, owner):
        await person.favourites(warned)
        await person.bookmarks(warned)
    careless = await alice.posts(SAID)
    await bob.reblogs(careless)
    await alice.edits(careless, f"{SAID}!", spoiler_text="the end, sorry")
    await alice.edits(careless, "never mind", spoiler_text="")
    answers = [
        await bob.replies(warned, f"@alice {SAID}", spoiler_text="the end"),
        await carol.replies(warned, f"@alice @bob {SAID}", spoiler_text="the end"),
        await alice.posts(f"@bob {SAID}", spoiler_text="between us", visibility="direct"),
        await bob.posts(f"@alice @carol {SAID}", spoiler_text="for friends", visibility="private"),
    ]
    await carol.follows(alice, bob)
    await bob.locks()
    await owner.follows(bob)
    await bob.edits(answers[0], f"@alice indeed {SAID}", spoiler_text="the very end")
    await town.settle()
    return [one["id"] for one in (warned, careless, *answers)]


@pytest.fixture
def names(told_everywhere, alice, bob, carol):
    return {
        "handle": ["@alice", "@bob", "@carol"],
        "status_id": told_everywhere,
        "account_id": [alice.id, bob.id, carol.id],
        "tag": ["spoiled"],
        "hashtag": ["spoiled"],
        "name": ["spoiled", "alice.svg"],
        "key": ["none.webp"],
        "path": ["app.css"],
        "token": ["none"],
        "notification_id": ["1"],
        "group_key": ["1"],
        "action": ["reblog", "unreblog", "favourite", "unfavourite", "bookmark", "unbookmark", "follow", "unfollow"],
        "answer": ["accept"],
    }


async def walker(town, name, names):
    browser = Browser(town)
    if name:
        await browser.was_signed_in(name)
    return Crawler(browser, town.app, names)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("", {"", "@alice", "@bob", "local", "tags"}),
        ("alice", {"", "@alice", "@bob", "local", "tags", "notifications", "mentions", "compose"}),
        ("bob", {"", "@alice", "@bob", "local", "tags", "notifications", "mentions", "compose", "bookmarks", "favourites"}),
        ("carol", {"", "@alice", "@bob", "local", "tags", "notifications", "mentions", "compose", "bookmarks", "favourites"}),
        ("olive", {"@alice", "@bob", "local", "tags", "compose", "bookmarks", "favourites"}),
    ],
)
async def test_no_page_shows_words_behind_a_warning(town, names, name, least):
    pages = await (await walker(town, name, names)).pages()

    seen = {page.request.url.raw_path.decode(): PageText(page.text) for page in pages if "html" in page.headers.get("content-type", "")}
    assert [address for address, text in seen.items() if HIDDEN in text.visible] == []
    assert {address.split("?")[0].split("/")[1] for address, text in seen.items() if HIDDEN in text.hidden} >= least
    assert {page.status_code for page in pages} <= {200, 301, 302, 303, 400, 401, 403, 404, 410}


@pytest.mark.parametrize("name", ["alice", "bob", "carol"])
async def test_no_form_is_answered_with_words_behind_a_warning(town, names, told_everywhere, name):
    answers = await (await walker(town, name, names)).forms(name, in_reply_to_id=told_everywhere[0], status="x" * 6_000)

    texts = {answer.request.url.path: PageText(answer.text) for answer in answers}
    assert [address for address, text in texts.items() if HIDDEN in text.visible] == []
    assert {address.split("/")[1] for address, text in texts.items() if HIDDEN in text.hidden} == {"statuses"}


async def test_search_results_keep_warnings_closed(town, told_everywhere):
    browser = Browser(town)
    await browser.was_signed_in("bob")

    text = PageText((await browser.reads("/search?q=murderer")).text)

    assert HIDDEN in text.hidden
    assert HIDDEN not in text.visible


async def test_a_warning_given_later_covers_what_was_said_before(visitor, alice):
    said = await alice.posts(SAID)
    await alice.edits(said, "never mind", spoiler_text="the end")
    await alice.edits(said, "never mind", spoiler_text="")

    page = await visitor.reads(f"/@alice/{said['id']}/edits")

    assert HIDDEN in PageText(page.text).hidden
    assert HIDDEN not in PageText(page.text).visible
    assert text(page).count("the end") == 3


async def test_e_mails_have_no_content_of_statuses(town, told_everywhere):
    assert [one for one in sent_emails(town.site.settings.data) if HIDDEN in one.get_content()] == []


def test_only_one_template_shows_the_content_of_a_status():
    assert [one.name for one in TEMPLATES.rglob("*.*") if ".content" in one.read_text() and "_body.html" not in one.read_text()] == []
    assert [one.name for one in TEMPLATES.rglob("*.*") if "content|safe" in one.read_text()] == ["_body.html"]
