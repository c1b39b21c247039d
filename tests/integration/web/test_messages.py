"""The pages of private messages: list, conversation, new message, search. All of it without JavaScript."""

import re

import pytest

from gazouillis.text.cleaning import plain
from tests.support.browser import Browser, leads_to, text
from tests.support.page import value_of

pytestmark = pytest.mark.usefixtures("acquainted")


async def writes(person, words, **options):
    return await person.posts(words, visibility="direct", **options)


async def conversation_of(person):
    [found] = await person.get("/api/v1/conversations")
    return f"/messages/{found['id']}"


def texts(page):
    """The messages of a conversation, the oldest first; the viewer's own begin with `me:`."""
    found = re.findall(r'<article class="message( own)?".*?<div class="body"[^>]*>(.*?)</div>', page.text, re.DOTALL)
    return [("me: " if own else "") + plain(body) for own, body in found]


def rows(page):
    """The excerpts of the list, newest first; unread ones begin with `*`."""
    found = re.findall(r'<li class="conversation( unread)?".*?<span class="excerpt"[^>]*>(.*?)</span>', text(page), re.DOTALL)
    return [("*" if unread else "") + excerpt.strip() for unread, excerpt in found]


def badge(page):
    """The number of unread conversations, as the navigation shows it."""
    found = re.search(r'id="unread-conversations"( hidden)?>.*?<span data-number>(\d+)</span>', page.text)
    return 0 if found[1] else int(found[2])


@pytest.fixture
async def bobs_browser(running_site, bob):
    browser = Browser(running_site)
    await browser.was_signed_in("bob")
    return browser


async def test_without_messages_the_page_says_so(alices_browser, alice):
    page = text(await alices_browser.reads("/messages"))

    assert "No message yet" in page
    assert 'href="/messages/new"' in page


async def test_the_list_shows_who_said_what_last(alices_browser, alice, bob, carol):
    await writes(alice, "@bob coffee?")
    await writes(carol, "@alice hello from Lyon")

    page = await alices_browser.reads("/messages")

    assert rows(page) == ["*@alice hello from Lyon", "You: @bob coffee?"]
    assert badge(page) == 1


async def test_a_conversation_reads_from_the_oldest_to_the_newest(running_site, alices_browser, alice, bob):
    for words in ("@bob one", "@bob two"):
        await writes(alice, words)
    await writes(bob, "@alice three")

    assert texts(await alices_browser.reads(await conversation_of(alice))) == ["me: @bob one", "me: @bob two", "@alice three"]


async def test_opening_a_conversation_reads_it_and_looking_ahead_does_not(alices_browser, alice, bob):
    await writes(bob, "@alice coffee?")
    address = await conversation_of(alice)

    await alices_browser.client.head(address)
    await alices_browser.client.get(address, headers={"Sec-Purpose": "prefetch"})
    assert badge(await alices_browser.reads("/")) == 1

    await alices_browser.reads(address)
    assert badge(await alices_browser.reads("/")) == 0
    assert rows(await alices_browser.reads("/messages")) == ["@alice coffee?"]


@pytest.mark.parametrize("door", ["its notification", "its address", "the list", "an app"])
async def test_a_message_is_read_by_whatever_door_it_is_opened(running_site, alices_browser, alice, bob, door):
    message = await writes(bob, "@alice coffee?")
    await running_site.run_until_idle()
    match door:
        case "its notification":
            page = await alices_browser.reads("/notifications")
            address = re.findall(rf'href="(/@bob/{message["id"]})"', page.text)[0]
        case "its address":
            address = f"/@bob/{message['id']}"
        case "the list":
            [address] = set(re.findall(r'href="(/messages/\d+[^"]*)"', (await alices_browser.reads("/messages")).text))
        case "an app":
            address = ""
            await alice.thread(message)
    assert badge(await alices_browser.reads("/")) == (0 if door == "an app" else 1)

    if address:
        opened = await alices_browser.client.get(address.replace("http://localhost:8000", ""), follow_redirects=True)
        assert texts(opened) == ["@alice coffee?"]

    assert badge(await alices_browser.reads("/")) == 0
    assert [one["unread"] for one in await alice.get("/api/v1/conversations")] == [False]


async def test_a_conversation_is_marked_as_unread(alices_browser, alice, bob):
    await writes(bob, "@alice coffee?")
    address = await conversation_of(alice)
    await alices_browser.reads(address)

    assert leads_to(await alices_browser.sends(f"{address}/unread")) == "/messages"
    assert rows(await alices_browser.reads("/messages")) == ["*@alice coffee?"]


async def test_one_writes_without_naming_anybody(running_site, alices_browser, bobs_browser, alice, bob):
    await writes(bob, "@alice coffee?")
    address = await conversation_of(alice)

    sent = await alices_browser.sends(address, status="gladly, at four", idempotency_key="k1")
    await alices_browser.sends(address, status="gladly, at four", idempotency_key="k1")

    assert leads_to(sent).startswith(f"{address}#s")
    assert texts(await bobs_browser.reads(address)) == ["me: @alice coffee?", "gladly, at four"]
    assert await bob.notified_of() == ["mention by alice"]


async def test_what_is_written_in_a_group_reaches_all_of_it_whomever_it_names(running_site, alices_browser, alice, bob, carol, mallory):
    await writes(bob, "@alice @carol who comes?")
    await alices_browser.sends(await conversation_of(alice), status="@bob me, and @mallory")

    assert [words(one) for one in await carol.get("/api/v1/timelines/direct")] == ["@bob me, and @mallory", "@alice @carol who comes?"]
    assert await mallory.get("/api/v1/conversations") == []
    assert await mallory.notifications() == []


def words(status):
    return plain(status["content"])


@pytest.mark.parametrize(("status", "sentence"), [("", "Say something first"), ("x" * 200, "Too long by 60 characters")])
async def test_a_refused_message_keeps_what_was_typed(alices_browser, alice, bob, status, sentence):
    await writes(bob, "@alice coffee?")

    page = await alices_browser.sends(await conversation_of(alice), status=status)

    assert page.status_code == 422
    assert sentence in text(page)
    assert value_of(page, "status") == status
    assert texts(page) == ["@alice coffee?"]


async def test_the_script_gets_the_errors_as_json(alices_browser, alice, bob):
    await writes(bob, "@alice coffee?")
    address = await conversation_of(alice)
    alices_browser.client.headers["accept"] = "application/json"

    refused, sent = await alices_browser.sends(address, status=" "), await alices_browser.sends(address, status="yes")

    assert (refused.status_code, refused.json()["errors"]) == (422, {"status": "Say something first"})
    assert sent.json()["url"] == f"{address}#s{sent.json()['id']}"


async def test_one_message_is_answered_and_quoted(alices_browser, alice, bob):
    first = await writes(bob, "@alice tea or coffee?")
    await writes(bob, "@alice and when?")
    address = await conversation_of(alice)
    form = await alices_browser.reads(f"{address}?reply_to={first['id']}")
    assert value_of(form, "in_reply_to_id") == first["id"]

    await alices_browser.sends(address, status="tea", in_reply_to_id=first["id"])
    await alices_browser.sends(address, status="at four")

    page = text(await alices_browser.reads(address))
    assert re.findall(r'<blockquote class="answered">.*?<span dir="auto">(.*?)</span>', page) == ["@alice tea or coffee?"]


async def test_a_message_from_elsewhere_cannot_be_answered_here(alices_browser, alice, bob, carol):
    await writes(bob, "@alice coffee?")
    address = await conversation_of(alice)
    secret = await writes(bob, "@carol she is boring")

    assert (await alices_browser.reads(f"{address}?reply_to={secret['id']}")).status_code == 404
    refused = await alices_browser.sends(address, status="what?", in_reply_to_id=secret["id"])
    assert refused.status_code in {404, 422}
    assert "boring" not in refused.text


async def test_a_message_is_deleted_for_oneself_after_a_question(alices_browser, bobs_browser, alice, bob):
    first = await writes(bob, "@alice one")
    await writes(bob, "@alice two")
    address = await conversation_of(alice)

    asked = await alices_browser.sends(f"{address}/{first['id']}/delete")
    assert "The others still do" in text(asked)
    assert texts(await alices_browser.reads(address)) == ["@alice one", "@alice two"]

    await alices_browser.sends(f"{address}/{first['id']}/delete", confirmed="yes")
    assert texts(await alices_browser.reads(address)) == ["@alice two"]
    assert texts(await bobs_browser.reads(address)) == ["me: @alice one", "me: @alice two"]


async def test_the_list_falls_back_to_the_message_before_the_one_that_was_deleted(running_site, alices_browser, bobs_browser, alice, bob):
    await writes(bob, "@alice one")
    two, three = await writes(bob, "@alice two"), await writes(alice, "@bob three")
    address = await conversation_of(alice)

    await alices_browser.sends(f"{address}/{three['id']}/delete", confirmed="yes")
    assert (rows(await alices_browser.reads("/messages")), rows(await bobs_browser.reads("/messages"))) == (["@alice two"], ["*@bob three"])

    for deleted in (two, three):
        await (bobs_browser if deleted is two else alices_browser).sends(f"/statuses/{deleted['id']}/delete", confirmed="yes")
    await running_site.run_until_idle()
    assert rows(await alices_browser.reads("/messages")) == ["@alice one"]
    assert texts(await bobs_browser.reads(address)) == ["me: @alice one"]


async def test_a_message_is_deleted_for_everybody_by_its_author(running_site, alices_browser, bobs_browser, alice, bob):
    first = await writes(bob, "@alice one")
    await writes(bob, "@alice two")
    address = await conversation_of(alice)

    assert (await alices_browser.sends(f"/statuses/{first['id']}/delete", confirmed="yes")).status_code == 403
    await bobs_browser.sends(f"/statuses/{first['id']}/delete", confirmed="yes")
    await running_site.run_until_idle()

    assert texts(await alices_browser.reads(address)) == ["@alice two"]


async def test_a_conversation_is_deleted_for_oneself_after_a_question(alices_browser, bobs_browser, alice, bob):
    await writes(bob, "@alice one")
    address = await conversation_of(alice)

    assert "The others keep them" in text(await alices_browser.sends(f"{address}/delete"))
    assert leads_to(await alices_browser.sends(f"{address}/delete", confirmed="yes")) == "/messages"

    assert rows(await alices_browser.reads("/messages")) == []
    assert rows(await bobs_browser.reads("/messages")) == ["You: @alice one"]


async def test_an_edited_message_shows_its_last_words(alices_browser, bobs_browser, alice, bob):
    one = await writes(bob, "@alice one")
    edited = await bobs_browser.sends(f"/statuses/{one['id']}/edit", status="another, with @carol")
    address = await conversation_of(alice)

    assert leads_to(await bobs_browser.reads(leads_to(edited))).startswith(address)
    assert texts(await alices_browser.reads(address)) == ["another, with @carol"]


# Beginning


async def test_a_first_message_begins_a_conversation(alices_browser, bobs_browser, alice, bob, carol):
    form = await alices_browser.reads("/messages/new?to=bob")
    assert value_of(form, "to") == "@bob"

    sent = await alices_browser.sends("/messages", to="@bob, carol", status="who comes?")

    assert leads_to(sent).startswith(await conversation_of(bob))
    assert texts(await bobs_browser.reads(leads_to(sent).partition("#")[0])) == ["who comes?"]


async def test_the_button_of_a_profile_leads_to_the_conversation_that_exists(alices_browser, alice, bob):
    assert 'href="/messages/new?to=bob"' in text(await alices_browser.reads("/@bob"))
    assert "/messages/new" not in text(await alices_browser.reads("/@alice"))
    await writes(bob, "@alice coffee?")

    assert leads_to(await alices_browser.reads("/messages/new?to=bob")) == await conversation_of(alice)


@pytest.mark.parametrize(
    ("to", "sentence"),
    [("", "Name whom this is for"), ("@nobody", "Nobody here is called @nobody"), (" ".join(["@x"] * 30), "Name fewer people")],
)
async def test_a_message_to_nobody_is_refused_and_keeps_what_was_typed(alices_browser, alice, to, sentence):
    page = await alices_browser.sends("/messages", to=to, status="hello")

    assert page.status_code == 422
    assert sentence in text(page)
    assert (value_of(page, "to"), value_of(page, "status")) == (to, "hello")
    assert rows(await alices_browser.reads("/messages")) == []


async def test_too_many_people_are_refused(running_site, alices_browser, alice):
    names = [(await running_site.person(f"friend{number}")).name for number in range(8)]

    page = await alices_browser.sends("/messages", to=" ".join(names), status="hello")

    assert page.status_code == 422
    assert "A conversation has at most 8 people" in text(page)


async def test_a_message_typed_before_the_session_ended_is_kept(running_site, alice, bob):
    await writes(bob, "@alice coffee?")
    browser = Browser(running_site)
    await browser.reads("/about")

    for address, fields in (
        (await conversation_of(alice), {"conversation": (await conversation_of(alice)).rpartition("/")[2]}),
        ("/messages", {"to": "bob"}),
    ):
        page = await browser.sends(address, status="a long answer", **fields)
        assert page.status_code == 403
        assert "a long answer" in page.text


# Finding


async def test_one_searches_ones_own_messages(alices_browser, alice, bob, carol):
    await writes(bob, "@alice la clé est sous le pot")
    await writes(alice, "@carol un CLÉ-USB ?")
    await writes(bob, "@carol la clé d’Alice")
    await alice.posts("la clé, en public")

    page = await alices_browser.reads("/messages?q=cle")

    assert rows(page) == ["@carol un CLÉ-USB ?", "@alice la clé est sous le pot"]
    [_second, first] = re.findall(r'<li class="conversation"><a href="([^"#]+)#s', page.text)
    assert texts(await alices_browser.reads(first)) == ["@alice la clé est sous le pot"]
    assert "Nothing found" in text(await alices_browser.reads("/messages?q=serrure"))


async def test_a_long_conversation_has_pages(alices_browser, alice, bob):
    for number in range(45):
        await writes(bob, f"@alice {number}")
    address = await conversation_of(alice)

    first = await alices_browser.reads(address)
    assert texts(first) == [f"@alice {number}" for number in range(25, 45)]
    [older] = re.findall(r'rel="next" href="([^"]+)"', first.text)
    second = await alices_browser.reads(older)
    assert texts(second) == [f"@alice {number}" for number in range(5, 25)]


# Strangers and leaving


@pytest.mark.parametrize("path", ["", "/unread", "/delete", "/1/delete"])
async def test_somebody_elses_conversation_does_not_exist(running_site, alice, bob, carol, path):
    await writes(bob, "@alice between us")
    browser = Browser(running_site)
    await browser.was_signed_in("carol")
    address = await conversation_of(alice)

    answers = [await browser.sends(f"{one}{path}", status="me too", confirmed="yes") for one in (address, "/messages/1")]
    pages = [await browser.reads(one) for one in (address, "/messages/1")]

    assert [one.status_code for one in (*answers, *pages)] == [404] * 4
    assert "between us" not in "".join(one.text for one in (*answers, *pages))


@pytest.mark.parametrize("path", ["/messages", "/messages/new", "/messages/1"])
async def test_visitors_are_asked_to_sign_in(visitor, path):
    assert leads_to(await visitor.reads(path)).startswith("/sign-in")


async def test_a_conversation_with_a_deleted_account_is_read_and_deleted(running_site, alices_browser, alice, bob):
    await writes(alice, "@bob where are you?")
    await writes(bob, "@alice far away")
    address = await conversation_of(alice)
    bobs = Browser(running_site)
    await bobs.was_signed_in("bob")
    await bobs.sends("/settings/delete", password="correct horse battery")
    running_site.clock.advance(days=8)
    await running_site.run_until_idle()
    again = Browser(running_site)
    await again.was_signed_in("alice")

    page = await again.reads(address)

    assert texts(page) == ["me: @bob where are you?"]
    assert "Deleted account" in text(page)
    assert "Nobody is left in this conversation" in text(page)
    assert badge(await again.reads("/messages")) == 0
    assert (await again.sends(address, status="hello?")).status_code == 409
    await again.sends(f"{address}/delete", confirmed="yes")
    assert rows(await again.reads("/messages")) == []


async def test_notes_to_oneself_can_be_continued(alices_browser, alice):
    sent = await alices_browser.sends("/messages", to="@alice", status="buy bread")
    await alices_browser.sends(leads_to(sent).partition("#")[0], status="and milk")

    page = await alices_browser.reads(await conversation_of(alice))
    assert texts(page) == ["me: buy bread", "me: and milk"]
    assert "Notes to yourself" in text(page)


# From a public post to a private conversation


async def test_a_public_post_is_answered_in_private_with_the_post_as_context(alices_browser, bobs_browser, alice, bob, carol):
    question = await bob.posts("who knows a good doctor?")
    assert f'href="/messages/new?to=bob&about={question["id"]}"' in text(await alices_browser.reads("/@bob"))

    form = await alices_browser.reads(f"/messages/new?to=bob&about={question['id']}")
    assert "who knows a good doctor?" in text(form)
    sent = await alices_browser.sends("/messages", to="@bob", status="mine, but keep it", in_reply_to_id=value_of(form, "in_reply_to_id"))

    page = await bobs_browser.reads(leads_to(sent).partition("#")[0])
    assert texts(page) == ["mine, but keep it"]
    assert re.findall(r'<blockquote class="answered">.*?<span dir="auto">(.*?)</span>', page.text) == ["who knows a good doctor?"]
    assert await bob.thread(question) == await carol.thread(question) == ([], [])


async def test_a_second_private_answer_is_written_in_the_same_conversation(alices_browser, alice, bob):
    await writes(bob, "@alice coffee?")
    question = await bob.posts("who knows a good doctor?")

    address = leads_to(await alices_browser.reads(f"/messages/new?to=bob&about={question['id']}"))
    form = await alices_browser.reads(address.partition("#")[0])
    assert value_of(form, "in_reply_to_id") == question["id"]
    await alices_browser.sends(await conversation_of(alice), status="I do", in_reply_to_id=question["id"])

    assert texts(await alices_browser.reads(await conversation_of(alice))) == ["@alice coffee?", "me: I do"]


async def test_a_post_that_one_may_not_read_cannot_be_answered_in_private(alices_browser, alice, bob, carol):
    await alice.unfollows(bob)
    secret = await bob.posts("@carol between us", visibility="direct")
    private = await bob.posts("for friends", visibility="private")

    for one in (secret, private):
        assert (await alices_browser.reads(f"/messages/new?to=bob&about={one['id']}")).status_code == 404
        refused = await alices_browser.sends("/messages", to="@bob", status="what?", in_reply_to_id=one["id"])
        assert (refused.status_code, "between us" in refused.text, "for friends" in refused.text) == (422, False, False)
