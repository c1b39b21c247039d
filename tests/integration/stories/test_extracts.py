"""Messages come back to the public only if everybody whose words they are agrees: through the API, and through the pages."""

import re

import pytest

from gazouillis.accounts import queries as accounts
from gazouillis.conversations import erase
from tests.support.another_server import move_to_another_server
from tests.support.browser import Browser, leads_to, text
from tests.support.forms import forms
from tests.support.people import PASSWORD
from tests.support.streams import open_stream

pytestmark = pytest.mark.usefixtures("acquainted")

SECRET = "merlinpinpin"


@pytest.fixture
async def conversation(alice, bob, carol):
    """Alice and Bob wrote a message each; Carol follows both."""
    await carol.follows(alice, bob)
    first = await alice.posts(f"@bob shall we open {SECRET}? #secret", visibility="direct")
    second = await bob.replies(first, f"@alice {SECRET} it is, not a word to @carol", visibility="direct")
    [found] = await alice.get("/api/v1/conversations")
    return found["id"], [first["id"], second["id"]]


async def asks(person, conversation, **options):
    conversation_id, messages = conversation
    return await person.post(f"/api/v1/conversations/{conversation_id}/extracts", **{"message_ids": messages, **options})


async def answers(person, extract, answer):
    return await person.post(f"/api/v1/extracts/{extract['id']}/{answer}")


async def status_code(person, path, **fields):
    return (await person.client.post(path, json=fields)).status_code


async def places_with_secret(running_site, reader, author):
    """Where a third person finds the words."""
    await running_site.run_until_idle()
    paths = ["/api/v1/timelines/home", "/api/v1/timelines/public?local=true", f"/api/v1/accounts/{author.id}/statuses"]
    paths += [f"/api/v2/search?q={SECRET}&type=statuses", "/api/v1/timelines/tag/secret", "/api/v1/notifications", "/api/v1/conversations"]
    found = [one for one in paths if SECRET in (await reader.client.get(one)).text.replace(f"q={SECRET}", "")]
    visitor = Browser(running_site)
    pages = ["/", "/local", f"/@{author.name}", f"/search?q={SECRET[:-1]}"]
    return found + [one for one in pages if SECRET in (await visitor.client.get(one, follow_redirects=True)).text]


async def test_nothing_is_public_before_the_other_agrees(running_site, conversation, alice, bob, carol):
    extract = await asks(alice, conversation)

    assert (extract["state"], extract["awaited_ids"], extract["status_id"]) == ("asked", [bob.id], None)
    assert await places_with_secret(running_site, carol, alice) == []
    assert (await carol.client.get(f"/api/v1/conversations/{conversation[0]}/extracts")).status_code == 404
    for answer in ("agree", "refuse", "withdraw"):
        assert await status_code(carol, f"/api/v1/extracts/{extract['id']}/{answer}") == 404
    assert await status_code(alice, f"/api/v1/extracts/{extract['id']}/agree") == 403


async def test_an_agreed_extract_is_a_status_of_whoever_asked_with_the_words_of_both(conversation, alice, bob, carol):
    extract = await asks(alice, conversation)
    agreed = await answers(bob, extract, "agree")
    status = await carol.get(f"/api/v1/statuses/{agreed['status_id']}")

    assert agreed["state"] == "published"
    assert status["account"]["id"] == alice.id
    assert status["content"] == extract["content"]
    assert status["content"].count("<blockquote>") == 2
    assert status["visibility"] == "public"
    assert [one["id"] for one in status["mentions"]] == [bob.id]
    assert status["tags"] == []
    assert [one["account"]["username"] for one in await carol.notifications()] == []
    assert status["id"] in [one["id"] for one in await carol.get("/api/v1/timelines/home")]
    assert "mention by alice" in await bob.notified_of()
    assert [one["type"] for one in await alice.notifications(**{"types[]": "extract"})] == ["extract"]


@pytest.mark.parametrize("name", ["alice", "bob"])
async def test_either_takes_it_back_and_it_is_gone_everywhere(running_site, conversation, alice, bob, carol, name):
    agreed = await answers(bob, await asks(alice, conversation), "agree")
    assert await places_with_secret(running_site, carol, alice) != []
    await carol.reblogs({"id": agreed["status_id"]})

    taken_back = await answers({"alice": alice, "bob": bob}[name], agreed, "withdraw")

    assert (taken_back["state"], taken_back["content"]) == ("withdrawn", "")
    assert await places_with_secret(running_site, carol, alice) == []
    assert (await carol.client.get(f"/api/v1/statuses/{agreed['status_id']}")).status_code == 404
    assert await carol.profile(carol) == []


async def test_a_refused_request_cannot_be_made_again(conversation, alice, bob):
    extract = await asks(alice, conversation)
    assert (await answers(bob, extract, "refuse"))["state"] == "refused"

    path, (_id, messages) = f"/api/v1/conversations/{conversation[0]}/extracts", conversation
    assert await status_code(alice, path, message_ids=messages) == 409
    assert await status_code(alice, path, message_ids=messages[1:]) == 409
    assert await status_code(bob, f"/api/v1/extracts/{extract['id']}/agree") == 409


async def test_few_requests_are_open_at_once(conversation, alice, bob):
    messages = [(await bob.posts(f"@alice {number}", visibility="direct"))["id"] for number in range(4)]
    path = f"/api/v1/conversations/{conversation[0]}/extracts"

    assert [await status_code(alice, path, message_ids=[one]) for one in messages] == [200, 200, 200, 409]
    assert await status_code(alice, path, message_ids=messages[:1]) == 409


# Blocks: while one stands, before it and afterwards


async def is_told(running_site, person, extract, conversation_id):
    """Whether somebody learns of a request: by the list of the conversation, its page, a notification, or by answering it."""
    browser = await browser_of(running_site, person.name)
    told = [
        extract["id"] in [one["id"] for one in await person.get(f"/api/v1/conversations/{conversation_id}/extracts")],
        f"extract{extract['id']}" in (await browser.reads(f"/messages/{conversation_id}")).text,
        bool(await person.notifications(**{"types[]": "extract_request"})),
    ]
    assert len(set(told)) == 1, told
    if not told[0]:
        for answer in ("agree", "refuse", "withdraw"):
            assert await status_code(person, f"/api/v1/extracts/{extract['id']}/{answer}") == 404
    return told[0]


@pytest.mark.parametrize("blocker", ["alice", "bob"])
async def test_while_a_block_stands_nothing_can_be_asked(running_site, conversation, alice, bob, blocker):
    await {"alice": alice, "bob": bob}[blocker].blocks({"alice": bob, "bob": alice}[blocker])

    for person in (alice, bob):
        refused = await person.client.post(f"/api/v1/conversations/{conversation[0]}/extracts", json={"message_ids": conversation[1]})
        assert refused.status_code in {409, 422}
        browser = await browser_of(running_site, person.name)
        picked = {f"m{one}": "1" for one in conversation[1]}
        assert (await browser.sends(f"/messages/{conversation[0]}/extract", visibility="public", **picked)).status_code in {409, 422}
        assert await person.get(f"/api/v1/conversations/{conversation[0]}/extracts") == []


async def test_what_was_written_during_a_block_is_brought_to_nobody_by_a_request(running_site, conversation, alice, bob, carol):
    """Alice, who was blocked, sees that her request waits, as any other."""
    await bob.blocks(alice)
    during = await alice.posts("@bob written during a block", visibility="direct")
    await bob.post(f"/api/v1/accounts/{alice.id}/unblock")
    await running_site.run_until_idle()
    conversation_id, [_own, his] = conversation

    extract = await asks(alice, (conversation_id, [his, during["id"]]))

    assert (extract["state"], extract["awaited_ids"]) == ("asked", [bob.id])
    assert not await is_told(running_site, bob, extract, conversation_id)
    assert "written during" not in (await (await browser_of(running_site, "bob")).reads(f"/messages/{conversation_id}")).text
    assert await places_with_secret(running_site, carol, alice) == []
    assert (await answers(alice, extract, "withdraw"))["state"] == "cancelled"
    without = await asks(alice, conversation)
    assert await is_told(running_site, bob, without, conversation_id)
    assert (await answers(bob, without, "agree"))["state"] == "published"


@pytest.fixture
async def group(alice, bob, carol):
    """Bob wrote, then Carol, while he blocked her."""
    for person in (bob, carol):
        await alice.follows(person)
    await carol.follows(bob)
    first = await bob.posts("@alice @carol bob before", visibility="direct")
    await bob.blocks(carol)
    second = await carol.posts("@alice @bob carol during", visibility="direct")
    await carol.notifications()
    found = next(one for one in await alice.get("/api/v1/conversations") if len(one["accounts"]) == 2)
    return found["id"], [first["id"], second["id"]]


async def test_in_a_group_a_request_shows_nobody_the_words_of_whom_they_block(running_site, group, alice, bob, carol):
    extract = await asks(alice, group)

    assert [await is_told(running_site, person, extract, group[0]) for person in (bob, carol)] == [False, False]

    await bob.post(f"/api/v1/accounts/{carol.id}/unblock")
    assert "carol during" not in (await bob.client.get(f"/api/v1/conversations/{group[0]}/extracts")).text
    assert await status_code(bob, f"/api/v1/extracts/{extract['id']}/agree") == 404
    assert (await answers(carol, extract, "agree"))["state"] == "asked"  # she has read what Bob wrote before
    assert (await alice.get(f"/api/v1/accounts/{alice.id}/statuses")) == []


async def test_a_block_between_two_others_prevents_the_publication(running_site, alice, bob, carol):
    for person in (bob, carol):
        await alice.follows(person)
    first = await bob.posts("@alice @carol one", visibility="direct")
    second = await carol.posts("@alice @bob two", visibility="direct")
    found = next(one for one in await alice.get("/api/v1/conversations") if len(one["accounts"]) == 2)
    extract = await asks(alice, (found["id"], [first["id"], second["id"]]))
    await answers(bob, extract, "agree")
    await bob.blocks(carol)

    assert await status_code(carol, f"/api/v1/extracts/{extract['id']}/agree") in {404, 409}  # before any reaction to the block
    await running_site.run_until_idle()
    assert await alice.get(f"/api/v1/accounts/{alice.id}/statuses") == []
    [ended] = await alice.get(f"/api/v1/conversations/{found['id']}/extracts")
    assert (ended["state"], ended["content"]) == ("refused", "")


@pytest.mark.parametrize("blocker", ["the reader", "the quoted"])
async def test_somebody_in_a_block_with_one_of_the_quoted_sees_no_extract(running_site, conversation, alice, bob, carol, mallory, blocker):
    """As after a block of its author: not its words, not a repost of it, no message on an open stream."""
    await (carol.blocks(bob) if blocker == "the reader" else bob.blocks(carol))
    await carol.follows(mallory)
    await running_site.run_until_idle()
    async with open_stream(running_site, "/api/v1/streaming/user", carol.token) as stream:
        status_id = (await answers(bob, await asks(alice, conversation), "agree"))["status_id"]
        await mallory.reblogs({"id": status_id})
        await running_site.run_until_idle()

        assert [one for one in await places_with_secret(running_site, carol, alice) if one.startswith("/api")] == []
        assert (await carol.client.get(f"/api/v1/statuses/{status_id}")).status_code == 404
        assert SECRET in (await mallory.client.get(f"/api/v1/statuses/{status_id}")).text

        await alice.deletes({"id": status_id})
        await running_site.run_until_idle()
        assert await stream.has_no_events()


async def test_the_page_of_its_audience_does_not_count_who_is_in_a_block_with_one_of_the_quoted(
    running_site, conversation, alice, bob, carol
):
    status_id = (await answers(bob, await asks(alice, conversation), "agree"))["status_id"]
    browser = await browser_of(running_site, "alice")
    before = text(await browser.reads(f"/statuses/{status_id}/audience"))
    await carol.blocks(bob)
    await running_site.run_until_idle()

    after = text(await browser.reads(f"/statuses/{status_id}/audience"))

    assert ("2 followers find it at home" in before, "1 follower finds it at home" in after) == (True, True)


@pytest.mark.parametrize("change", ["edit", "delete"])
async def test_a_request_ends_when_a_message_changes(conversation, alice, bob, change):
    extract = await asks(alice, conversation)
    message = {"id": conversation[1][1]}
    await (bob.edits(message, "never mind") if change == "edit" else bob.deletes(message))
    await bob.get("/api/v1/notifications")

    assert await status_code(bob, f"/api/v1/extracts/{extract['id']}/agree") == 409
    assert await bob.notifications(**{"types[]": "extract_request"}) == []


async def test_what_changed_before_the_reaction_is_not_published_either(conversation, alice, bob):
    extract = await asks(alice, conversation)
    await alice.edits({"id": conversation[1][0]}, "@bob something else")

    assert await status_code(bob, f"/api/v1/extracts/{extract['id']}/agree") == 409


@pytest.mark.parametrize("cause", ["message deleted", "blocks", "is blocked", "blocks the domain", "leaves", "edit"])
async def test_a_published_extract_goes_with_what_it_stands_on(running_site, conversation, alice, bob, carol, cause):
    agreed = await answers(bob, await asks(alice, conversation), "agree")
    match cause:
        case "message deleted":
            await bob.deletes({"id": conversation[1][1]})
        case "blocks":
            await bob.blocks(alice)
        case "is blocked":
            await alice.blocks(bob)
        case "blocks the domain":
            await move_to_another_server(running_site, bob, "there.test")
            await alice.post("/api/v1/domain_blocks", domain="there.test")
        case "leaves":
            browser = Browser(running_site)
            await browser.was_signed_in("bob")
            await browser.sends("/settings/delete", password=PASSWORD)
        case "edit":
            await bob.edits({"id": conversation[1][1]}, "never mind")
    await running_site.run_until_idle()

    found = (await carol.client.get(f"/api/v1/statuses/{agreed['status_id']}")).status_code
    assert found == (200 if cause == "edit" else 404)


async def test_erasing_an_account_takes_its_extracts_along_even_before_any_reaction(running_site, conversation, alice, bob, carol):
    agreed = await answers(bob, await asks(alice, conversation), "agree")
    async with running_site.site.db.write() as tx:
        bobs_account = (await accounts.by_ids(tx, [bob.account_id]))[bob.account_id]
        while await erase.erase(tx, bobs_account):
            pass

    assert (await carol.client.get(f"/api/v1/statuses/{agreed['status_id']}")).status_code == 404


async def test_its_author_cannot_change_the_words(conversation, alice, bob):
    agreed = await answers(bob, await asks(alice, conversation), "agree")

    refused = await alice.client.put(f"/api/v1/statuses/{agreed['status_id']}", json={"status": "bob said something else"})

    assert refused.status_code == 403


async def test_for_followers_only_followers_and_the_two_read_it(conversation, alice, bob, carol, mallory):
    extract = await asks(alice, conversation, visibility="private")
    path = f"/api/v1/statuses/{(await answers(bob, extract, 'agree'))['status_id']}"

    codes = [(await one.client.get(path)).status_code for one in (alice, bob, carol, mallory)]
    assert codes == [200, 200, 200, 404]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"message_ids": []}, "message_ids"),
        ({"message_ids": ["1"]}, "message_ids"),
        ({"message_ids": ["x"]}, "message_ids"),
        ({"message_ids": [str(one) for one in range(1, 12)]}, "message_ids"),
        ({"visibility": "direct"}, "visibility"),
        ({"visibility": "circle"}, "visibility"),
    ],
)
async def test_a_bad_request_names_its_field(conversation, alice, fields, field):
    path = f"/api/v1/conversations/{conversation[0]}/extracts"
    refused = await alice.client.post(path, json={"message_ids": conversation[1], **fields})

    assert refused.status_code == 422
    assert field in refused.json()["details"]


async def test_own_words_alone_are_no_extract(conversation, alice):
    path = f"/api/v1/conversations/{conversation[0]}/extracts"

    assert await status_code(alice, path, message_ids=conversation[1][:1]) == 422


async def test_in_a_group_everybody_whose_words_are_in_it_agrees(alice, bob, carol, mallory):
    await alice.follows(bob)
    first = await bob.posts("@alice @carol @mallory who comes?", visibility="direct")
    second = await carol.posts("@alice @bob @mallory me", visibility="direct")
    [found] = await alice.get("/api/v1/conversations")
    extract = await asks(alice, (found["id"], [first["id"], second["id"]]))

    assert (await answers(bob, extract, "agree"))["state"] == "asked"
    assert await status_code(mallory, f"/api/v1/extracts/{extract['id']}/agree") == 404
    assert (await answers(carol, extract, "agree"))["state"] == "published"
    assert (await answers(bob, extract, "withdraw"))["state"] == "withdrawn"


async def test_messages_themselves_are_neither_reposted_nor_read_by_others(conversation, alice, bob, carol):
    for message in conversation[1]:
        for verb in ("reblog", "favourite", "bookmark"):
            assert await status_code(carol, f"/api/v1/statuses/{message}/{verb}") == 404
        assert await status_code(bob, f"/api/v1/statuses/{message}/reblog") == 403
        quoting = await carol.client.post("/api/v1/statuses", json={"status": "look", "quoted_status_id": message, "quote_id": message})
        assert SECRET not in quoting.text
        assert (await carol.client.get(f"/api/oembed?url=http://127.0.0.1:8000/@alice/{message}")).status_code == 404
    await bob.bookmarks({"id": conversation[1][0]})
    assert await carol.get("/api/v1/bookmarks") == []


async def browser_of(running_site, name):
    browser = Browser(running_site)
    await browser.was_signed_in(name)
    return browser


async def test_on_the_pages_one_picks_previews_and_asks_and_the_other_agrees(running_site, conversation, alice, bob, carol):
    path = f"/messages/{conversation[0]}"
    alices, bobs = await browser_of(running_site, "alice"), await browser_of(running_site, "bob")
    picked = {f"m{one}": "1" for one in conversation[1]}

    assert f'href="{path}/extract"' in (await alices.reads(path)).text
    page = await alices.reads(f"{path}/extract")
    assert page.text.count('type="checkbox"') == 2
    query = "&".join(f"{name}=1" for name in picked)
    preview = await alices.reads(f"{path}/extract?preview=1&visibility=unlisted&{query}")
    assert SECRET in text(preview)
    shown = re.search(r"<blockquote>.*</blockquote>", preview.text, re.DOTALL)[0]
    [form] = [one for one in forms(preview) if one.action == f"{path}/extract"]
    sent = await alices.sends(form.action, **{name: value for name, value in form.fields.items() if name != "csrf_token"})
    assert leads_to(sent).startswith(f"{path}#extract")

    await running_site.run_until_idle()
    assert "asks to publish an extract" in text(await bobs.reads("/notifications"))
    request = await bobs.reads(path)
    assert shown in request.text
    assert "followers of @alice" in text(request)
    agree = re.search(r'formaction="([^"]+/agree)"', request.text)[1]
    await bobs.sends(agree)

    await running_site.run_until_idle()
    assert SECRET in (await Browser(running_site).client.get("/@alice")).text
    assert "your extract is published" in text(await alices.reads("/notifications"))
    withdraw = re.search(r'formaction="([^"]+/withdraw)"', (await bobs.reads(path)).text)[1]
    assert "Take this extract back?" in text(await bobs.sends(withdraw))
    await bobs.sends(withdraw, confirmed="yes")
    await running_site.run_until_idle()
    assert SECRET not in (await Browser(running_site).client.get("/@alice")).text


@pytest.mark.parametrize("query", ["", "&m1=1", "&m99999999999999999999=1", "&visibility=everybody"])
async def test_a_bad_choice_on_the_page_is_said_beside_the_form(running_site, conversation, query):
    browser = await browser_of(running_site, "alice")

    page = await browser.client.get(f"/messages/{conversation[0]}/extract?preview=1{query}")

    assert page.status_code == 422
    assert 'role="alert"' in page.text


async def test_nobody_else_picks_from_a_conversation(running_site, conversation):
    browser = await browser_of(running_site, "carol")

    assert (await browser.client.get(f"/messages/{conversation[0]}/extract")).status_code == 404
    assert (await browser.sends(f"/messages/{conversation[0]}/extract", visibility="public", m1="1")).status_code == 404
