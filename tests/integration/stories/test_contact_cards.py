"""Contact cards: each is seen by chosen people only, on the profile and by the API, and one tap puts it into a private message."""

import re

import pytest

from gazouillis.graph import change_contact_card
from tests.support.browser import Browser, leads_to, text
from tests.support.crawler import OF_NOTHING, addresses
from tests.support.page import value_of

NUMBER = "+33 6 12 34 56 78"
CARDS = "/api/v1/contact_cards"


async def browser_of(running_site, name):
    browser = Browser(running_site)
    await browser.was_signed_in(name)
    return browser


async def sees(viewer, owner):
    return [one["value"] for one in await viewer.get(f"/api/v1/accounts/{owner.id}/contact_cards")]


async def has_card(person, value=NUMBER, **options):
    return await person.post(CARDS, **{"kind": "phone", "value": value, "audience": "mutuals", **options})


async def test_mutuals_see_a_card_as_long_as_they_are(alice, bob, carol):
    await has_card(alice)
    await alice.follows(bob, carol)
    await bob.follows(alice)
    assert [await sees(one, alice) for one in (bob, carol)] == [[NUMBER], []]

    await alice.unfollows(bob)
    assert await sees(bob, alice) == []


async def test_the_people_of_a_circle_see_a_card_until_they_leave_it_or_it_is_deleted(alice, bob, carol):
    await bob.follows(alice)
    family = await alice.has_circle(bob, carol)
    await has_card(alice, audience="circle", circle_id=family)
    assert [await sees(one, alice) for one in (bob, carol)] == [[NUMBER], []]

    await alice.client.delete(f"/api/v1/circles/{family}")
    assert await sees(bob, alice) == []


async def test_the_named_see_a_card_and_a_block_hides_it(alice, bob, carol):
    await has_card(alice, audience="named", account_ids=[bob.id])
    assert [await sees(one, alice) for one in (bob, carol)] == [[NUMBER], []]

    await alice.blocks(bob)
    assert await sees(bob, alice) == []


async def test_only_the_owner_learns_who_sees_a_card(alice, bob):
    await has_card(alice, audience="named", account_ids=[bob.id], note="in the evening")
    [shown] = await bob.get(f"/api/v1/accounts/{alice.id}/contact_cards")
    [own] = await alice.get(CARDS)

    assert sorted(shown) == ["id", "kind", "note", "url", "value"]
    assert (shown["url"], shown["note"]) == ("tel:+33612345678", "in the evening")
    assert (own["audience"], own["account_ids"]) == ("named", [bob.id])


async def test_a_card_is_changed_and_deleted_by_its_owner_only(alice, bob):
    card = await has_card(alice, audience="named", account_ids=[bob.id])
    path = f"{CARDS}/{card['id']}"
    changed = {"kind": "matrix", "value": "@alice:matrix.example", "audience": "named", "account_ids": [bob.id]}

    assert (await bob.client.put(path, json=changed)).status_code == 404
    assert (await bob.client.delete(path)).status_code == 404
    assert (await alice.client.put(path, json=changed)).json()["url"] == "matrix:u/alice:matrix.example"
    assert await sees(bob, alice) == ["@alice:matrix.example"]
    assert (await alice.client.delete(path)).status_code == 200
    assert await sees(bob, alice) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "pigeon"}, "kind"),
        ({"value": ""}, "value"),
        ({"value": "call me"}, "value"),
        ({"value": "1" * 300}, "value"),
        ({"kind": "matrix", "value": "alice@example.org"}, "value"),
        ({"kind": "xmpp", "value": "alice"}, "value"),
        ({"kind": "mail", "value": "alice@localhost"}, "value"),
        ({"kind": "mail", "value": "a@b.org?bcc=c@d.org"}, "value"),
        ({"kind": "video", "value": "http://meet.example/alice"}, "value"),
        ({"kind": "video", "value": "javascript:alert(1)"}, "value"),
        ({"note": "x" * 101}, "note"),
        ({"audience": "everybody"}, "audience"),
        ({"audience": "circle"}, "circle_id"),
        ({"audience": "circle", "circle_id": "1"}, "circle_id"),
        ({"audience": "named"}, "account_ids"),
        ({"audience": "named", "account_ids": ["1"]}, "account_ids"),
    ],
)
async def test_a_bad_card_is_refused_with_its_field(alice, fields, field):
    refused = await alice.client.post(CARDS, json={"kind": "phone", "value": NUMBER, "audience": "mutuals", **fields})

    assert refused.status_code == 422
    assert field in refused.json()["details"]


async def test_the_same_form_sent_twice_adds_one_card_and_twenty_are_enough(alice):
    for _each in range(2):
        await has_card(alice)
    for number in range(19):
        await has_card(alice, value=f"0383{number:06}")

    assert len(await alice.get(CARDS)) == 20
    assert (await alice.client.post(CARDS, json={"kind": "phone", "value": "112233", "audience": "mutuals"})).status_code == 422


async def test_no_door_shows_a_card_to_a_third_person(running_site, alice, bob, carol):
    await carol.follows(alice)
    await has_card(alice, audience="named", account_ids=[bob.id])
    status, [card] = await alice.posts("hello"), await alice.get(CARDS)
    names = OF_NOTHING | {"handle": ["@alice"], "account_id": [alice.id], "card_id": [card["id"]], "status_id": [status["id"]]}
    browser = await browser_of(running_site, "carol")

    places = ["/@alice", "/@alice/with_replies", "/@alice/card", f"/settings/cards/{card['id']}", "/search?q=alice", "/directory"]
    pages = [await browser.client.get(one) for one in places]
    paths = [one for one in addresses(running_site.app, "GET", names) if one.startswith("/api/")]
    found = [await carol.client.get(one) for one in sorted(paths)]

    assert [one.request.url.path for one in (*pages, *found) if "12 34 56 78" in one.text] == []
    assert "12 34 56 78" not in (await bob.client.get(f"/api/v1/accounts/{alice.id}")).text


async def test_on_the_pages_one_keeps_cards_and_the_chosen_see_them_on_the_profile(running_site, alice, bob, carol):
    alices = await browser_of(running_site, "alice")
    fields = {"kind": "phone", "value": NUMBER, "note": "le soir", "audience": "named", "readers": "@bob"}

    assert (await alices.sends("/settings/cards", **fields | {"readers": "@nobody"})).status_code == 422
    assert leads_to(await alices.sends("/settings/cards", **fields)) == "/settings/cards"
    listed = await alices.reads("/settings/cards")
    assert NUMBER in text(listed)
    path = re.search(r'href="(/settings/cards/[0-9]+)"', listed.text)[1]
    assert 'value="@bob"' in (await alices.reads(path)).text
    await alices.sends(path, **fields | {"note": "le matin"})

    profile = await (await browser_of(running_site, "bob")).reads("/@alice")
    assert 'href="tel:+33612345678"' in profile.text
    assert "le matin" in text(profile)
    for other in (await browser_of(running_site, "carol"), Browser(running_site)):
        assert NUMBER not in (await other.reads("/@alice")).text
    assert "Delete this card?" in text(await alices.sends(f"{path}/delete"))
    await alices.sends(f"{path}/delete", confirmed="yes")
    assert NUMBER not in (await alices.reads("/settings/cards")).text


async def test_one_tap_puts_a_card_into_the_message_without_sending_it(running_site, alice, bob):
    await alice.follows(bob)
    await bob.posts("@alice shall we talk?", visibility="direct")
    card = await has_card(alice, note="in the evening")
    [found] = await alice.get("/api/v1/conversations")
    path, alices = f"/messages/{found['id']}", await browser_of(running_site, "alice")
    assert f'formaction="{path}/card"' in (await alices.reads(path)).text

    page = await alices.sends(f"{path}/card", status="call me", card=card["id"])

    assert page.status_code == 200
    typed = re.search(r'<textarea id="status".*?>\n(.*?)</textarea>', page.text, re.DOTALL)[1]
    assert typed == f"call me\nPhone: {NUMBER} (in the evening)"
    assert [one["content"] for one in await bob.get("/api/v1/timelines/direct")] != []
    assert len(await bob.get("/api/v1/timelines/direct")) == 1
    bobs = await (await browser_of(running_site, "bob")).sends(f"{path}/card", card=card["id"], status="half a sentence")
    assert (bobs.status_code, value_of(bobs, "status"), NUMBER in bobs.text) == (404, "half a sentence", False)


async def test_the_cards_go_with_the_account(running_site, alice, bob):
    await has_card(alice, audience="named", account_ids=[bob.id])
    async with running_site.site.db.write() as tx:
        assert await change_contact_card.erase(tx, bob.account_id)
        assert await change_contact_card.erase(tx, alice.account_id)

    assert await alice.get(CARDS) == []
