"""Who may reply to a status, slow and closed conversations, and muted ones: one rule at every door."""

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.page import value_of
from tests.support.people import words

POLICIES = {
    "everyone": {"follower", "followed", "mutual", "named", "stranger"},
    "followers": {"follower", "mutual", "named"},
    "followed": {"followed", "mutual", "named"},
    "mutuals": {"mutual", "named"},
    "named": {"named"},
    "nobody": set(),
}


@pytest.fixture
async def crowd(running_site, alice):
    """People by how they stand to Alice."""
    people = {name: await running_site.person(name) for name in ("follower", "followed", "mutual", "named", "stranger")}
    for name in ("follower", "mutual"):
        await people[name].follows(alice)
    await alice.follows(people["followed"], people["mutual"])
    return people


@pytest.mark.parametrize("policy", POLICIES)
async def test_only_those_whom_the_author_chose_reply(alice, crowd, signed_in, policy):
    original = await alice.posts("hello @named", reply_policy=policy)
    assert original.get("reply_policy", "everyone") == policy

    for name, person in crowd.items():
        is_allowed = name in POLICIES[policy]
        browser = await signed_in(person)
        by_page = await browser.sends("/statuses", status="a reply by page", in_reply_to_id=original["id"])
        by_app = await person.client.post("/api/v1/statuses", json={"status": "a reply", "in_reply_to_id": original["id"]})
        composer, thread = await browser.reads(f"/compose?reply_to={original['id']}"), await browser.reads(f"/@alice/{original['id']}")
        assert (by_app.status_code, by_page.status_code) == ((200, 303) if is_allowed else (422, 422)), name
        assert composer.status_code == (200 if is_allowed else 403)
        assert ('name="in_reply_to_id"' in thread.text) == ('name="in_reply_to_id"' in composer.text) == is_allowed
        if not is_allowed:
            sentence = by_app.json()["error"].partition(": ")[2] or by_app.json()["error"]
            assert "alice" in sentence
            assert "reply here" in text(thread) or "no replies here" in text(thread)
            assert value_of(by_page, "status") == "a reply by page"
    assert (await alice.replies(original, "my own reply"))["in_reply_to_id"] == original["id"]


async def test_the_reason_is_told_in_the_language_of_the_reader(running_site, alice, crowd):
    original = await alice.posts("bonjour", reply_policy="followers")
    browser = Browser(running_site, language="fr")
    await browser.was_signed_in("stranger")

    assert "Seules les personnes abonnées à @alice" in text(await browser.reads(f"/compose?reply_to={original['id']}"))


async def test_mutuals_are_chosen_when_writing_later_and_for_all_that_one_writes(alice, bob, signed_in):
    browser = await signed_in(alice)
    original = await alice.posts("hello")
    for path in ("/compose", f"/statuses/{original['id']}/audience", "/settings/limits"):
        assert '<option value="mutuals">Mutuals of the author, and those named</option>' in text(await browser.reads(path)), path

    await browser.sends(f"/statuses/{original['id']}/replies", reply_policy="mutuals")
    assert (await bob.get(f"/api/v1/statuses/{original['id']}"))["reply_policy"] == "mutuals"
    await browser.sends("/settings/limits", default_reply_policy="mutuals")
    assert (await alice.posts("by app"))["reply_policy"] == "mutuals"
    await browser.sends("/statuses", status="by page")
    assert (await alice.get(f"/api/v1/accounts/{alice.id}/statuses"))[0]["reply_policy"] == "mutuals"


async def test_who_may_reply_is_changed_later_and_holds_at_once(alice, bob, signed_in):
    original = await alice.posts("hello")
    page = await (await signed_in(bob)).reads(f"/@alice/{original['id']}")
    assert 'name="in_reply_to_id"' in page.text

    changed = await alice.client.put(f"/api/v1/statuses/{original['id']}/interaction_policy", json={"reply_policy": "nobody"})

    assert changed.json()["reply_policy"] == "nobody"
    assert (await bob.get(f"/api/v1/statuses/{original['id']}"))["reply_policy"] == "nobody"
    assert 'name="in_reply_to_id"' not in (await (await signed_in(bob)).reads(f"/@alice/{original['id']}")).text
    assert (await bob.client.post("/api/v1/statuses", json={"status": "x", "in_reply_to_id": original["id"]})).status_code == 422
    absent = await alice.client.put(f"/api/v1/statuses/{original['id']}/interaction_policy", json={"quote_approval_policy": "nobody"})
    assert absent.json()["reply_policy"] == "nobody"
    edited = await alice.edits(original, "hello again")
    assert edited["reply_policy"] == "nobody"


async def test_a_reply_to_a_reply_needs_both_authors(alice, bob, carol):
    original = await alice.posts("hello @bob", reply_policy="named")
    answer = await bob.replies(original, "@alice hello")

    refused = await carol.client.post("/api/v1/statuses", json={"status": "x", "in_reply_to_id": answer["id"]})

    assert refused.status_code == 422
    assert (await alice.replies(answer, "@bob welcome"))["in_reply_to_id"] == answer["id"]


async def test_who_began_a_conversation_always_replies_in_it(alice, bob):
    original = await alice.posts("hello")
    answer = await bob.replies(original, "@alice hello")
    await alice.client.put(f"/api/v1/statuses/{original['id']}/interaction_policy", json={"frozen": True, "slow_minutes": 60})

    for _ in range(2):
        assert (await alice.replies(answer, "@bob hm"))["in_reply_to_id"] == answer["id"]


async def test_a_closed_conversation_takes_no_reply_until_it_is_opened(alice, bob, carol, signed_in):
    original = await alice.posts("hello")
    answer = await bob.replies(original, "@alice hello")

    async def close(frozen):
        await alice.client.put(f"/api/v1/statuses/{original['id']}/interaction_policy", json={"frozen": frozen})

    await close(frozen=True)
    for status in (original, answer):
        refused = await carol.client.post("/api/v1/statuses", json={"status": "x", "in_reply_to_id": status["id"]})
        assert (refused.status_code, "closed" in refused.json()["error"]) == (422, True)
    assert "This conversation is closed" in text(await (await signed_in(carol)).reads(f"/@bob/{answer['id']}"))

    await close(frozen=False)
    assert (await carol.replies(answer, "@bob hello"))["in_reply_to_id"] == answer["id"]


async def test_in_a_slow_conversation_everybody_replies_once_in_so_many_minutes(running_site, alice, bob, carol):
    original = await alice.posts("hello")
    await alice.client.put(f"/api/v1/statuses/{original['id']}/interaction_policy", json={"slow_minutes": 5})
    first = await bob.replies(original, "@alice one")

    refused = await bob.client.post("/api/v1/statuses", json={"status": "two", "in_reply_to_id": first["id"]})
    assert (refused.status_code, "once in 5 minutes" in refused.json()["error"]) == (422, True)
    await carol.replies(original, "@alice me too")
    running_site.clock.advance(minutes=6)
    await bob.replies(original, "@alice two")


async def test_a_restriction_is_checked(alice, bob):
    original = await alice.posts("hello")
    answer = await bob.replies(original, "@alice hello")

    async def change(person, status, **fields):
        return await person.client.put(f"/api/v1/statuses/{status['id']}/interaction_policy", json=fields)

    assert (await change(bob, original, frozen=True)).status_code == 403
    for field, value in (("reply_policy", "x"), ("slow_minutes", -1), ("slow_minutes", 100_000), ("slow_minutes", "soon")):
        refused = await change(alice, original, **{field: value})
        assert (refused.status_code, [*refused.json()["details"]]) == (422, [field])
    assert (await change(bob, answer, frozen=True)).status_code == 422
    assert (await change(bob, answer, reply_policy="nobody")).status_code == 200
    assert (await alice.client.post("/api/v1/statuses", json={"status": "x", "reply_policy": "friends"})).status_code == 422


async def test_the_page_changes_who_may_reply(alice, bob, signed_in):
    original, browser = await alice.posts("hello"), await signed_in(alice)
    path = f"/statuses/{original['id']}/replies"

    done = await browser.sends(path, reply_policy="followers", slow_minutes="15", frozen="1")

    assert leads_to(done) == f"/@alice/{original['id']}"
    now = await bob.get(f"/api/v1/statuses/{original['id']}")
    assert (now["reply_policy"], now["slow_minutes"], now["frozen"]) == ("followers", 15, True)
    assert "conversation closed" in text(await (await signed_in(bob)).reads("/local"))
    for form in ({"reply_policy": "x"}, {"slow_minutes": "x"}, {"slow_minutes": "99999"}):
        assert (await browser.sends(path, **form)).status_code == 422
    assert (await (await signed_in(bob)).sends(path, reply_policy="everyone")).status_code == 403
    await browser.sends(path)
    assert "frozen" not in await bob.get(f"/api/v1/statuses/{original['id']}")


async def test_the_composer_says_who_may_reply(alice, bob, signed_in):
    browser = await signed_in(alice)

    await browser.sends("/statuses", status="hello", reply_policy="nobody")

    [original] = await bob.get("/api/v1/timelines/public", local=True)
    assert (words(original), original["reply_policy"]) == ("hello", "nobody")
    assert (await browser.sends("/statuses", status="hello", reply_policy="x")).status_code == 422
    assert "No replies here" in text(await (await signed_in(bob)).reads("/local"))


# Muted threads


async def test_nothing_in_a_muted_thread_notifies(alice, bob, carol):
    original = await alice.posts("hello")
    answer = await bob.replies(original, "@alice one")
    await alice.notifications()

    muted = await alice.post(f"/api/v1/statuses/{answer['id']}/mute")
    later = await carol.replies(answer, "@alice @bob two")
    mine = await alice.replies(later, "@carol three")
    await carol.favourites(original)
    await carol.favourites(mine)
    await bob.reblogs(original)

    assert muted["muted"] is True
    assert await alice.notified_of() == ["mention by bob"]
    assert "mention by carol" in await bob.notified_of()
    for one in (original, answer, later, mine):
        assert (await alice.get(f"/api/v1/statuses/{one['id']}"))["muted"] is True
        assert (await bob.get(f"/api/v1/statuses/{one['id']}"))["muted"] is False
    assert (await alice.post(f"/api/v1/statuses/{later['id']}/unmute"))["muted"] is False
    await bob.replies(later, "@alice four")
    assert (await alice.notified_of())[0] == "mention by bob"
    assert (await alice.get(f"/api/v1/statuses/{original['id']}"))["muted"] is False


async def test_a_thread_is_muted_and_unmuted_on_the_page(alice, bob, signed_in):
    original, browser = await alice.posts("hello"), await signed_in(bob)

    await browser.sends(f"/statuses/{original['id']}/mute")
    await browser.sends(f"/statuses/{original['id']}/mute")
    assert "Unmute this conversation" in text(await browser.reads("/local"))

    await browser.sends(f"/statuses/{original['id']}/unmute")
    assert "Unmute this conversation" not in text(await browser.reads("/local"))


async def test_a_thread_that_one_may_no_longer_see_can_be_unmuted(alice, bob, carol):
    await bob.follows(alice)
    original = await alice.posts("hello", visibility="private")
    await bob.post(f"/api/v1/statuses/{original['id']}/mute")
    await bob.unfollows(alice)

    assert (await bob.client.post(f"/api/v1/statuses/{original['id']}/unmute")).status_code == 200
    for who in (bob, carol):
        for act in ("mute", "unmute"):
            assert (await who.client.post(f"/api/v1/statuses/{original['id']}/{act}")).status_code == 404
