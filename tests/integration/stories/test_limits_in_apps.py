"""One's limits in an app: the same as on the page, with the same checks."""

import pytest

from tests.support.browser import Browser, text
from tests.support.page import chosen, value_of

LIMITS = "/api/gazouillis/v1/limits"


@pytest.fixture
def change(alice):
    async def patch(**fields):
        return await alice.client.patch(LIMITS, json=fields)

    return patch


async def test_what_an_app_chooses_is_on_the_page_and_the_other_way_round(change, alice, signed_in):
    browser = await signed_in(alice)
    await change(who_may_reply="mutuals", who_may_see_town="followed", unwanted_words=["crypto"], quiet_from="22:00", quiet_to="07:30")
    assert (await alice.get(LIMITS))["quiet_from"] == ""  # refused as a whole: the time zone is missing
    await change(who_may_reply="mutuals", who_may_see_town="followed", unwanted_words=["crypto"])
    await change(quiet_from="22:00", quiet_to="07:30", time_zone="Europe/Paris", who_may_write="followed")

    page = await browser.reads("/settings/limits")
    menus = ("default_reply_policy", "who_may_town", "time_zone", "who_may_write")
    assert [chosen(page, one) for one in menus] == ["mutuals", "followed", "Europe/Paris", "followed"]
    assert [value_of(page, one) for one in ("quiet_from", "quiet_to")] == ["22:00", "07:30"]
    assert "crypto</textarea>" in text(page)

    await browser.sends("/settings/limits", default_reply_policy="nobody", who_may_mention="followers", quiet_from="", quiet_to="")
    now = await alice.get(LIMITS)
    assert (now["who_may_reply"], now["who_may_mention"], now["who_may_see_town"]) == ("nobody", "followers", "followed")
    assert (now["quiet_from"], now["time_zone"], now["unwanted_words"]) == ("", "", ["crypto"])


async def test_a_limit_chosen_in_an_app_holds_at_once(change, alice, bob):
    await change(who_may_mention="nobody", who_may_reply="nobody", who_may_write="nobody")
    asked = await alice.posts("hello")

    await bob.posts("@alice hello")

    assert await alice.notified_of() == []
    for refused in ({"in_reply_to_id": asked["id"]}, {"visibility": "direct"}):
        assert (await bob.client.post("/api/v1/statuses", json={"status": "@alice hello"} | refused)).status_code == 422


async def test_what_is_left_out_stays(change, alice):
    await change(locked=True, holds_strangers=True, unwanted_words=["crypto"], quiet_from="22:00", quiet_to="07:30", time_zone="UTC")
    before = await alice.get(LIMITS)

    changed = (await change(quiet_to="08:00", who_may_mention=None)).json()

    assert changed == before | {"quiet_to": "08:00"}
    assert (await change(unwanted_words=[], quiet_from="", quiet_to="")).json()["unwanted_words"] == []
    assert (await alice.get("/api/v1/accounts/verify_credentials"))["locked"] is True


async def test_all_that_is_not_valid_is_named_in_the_language_of_the_reader_and_nothing_is_changed(alice):
    before = await alice.get(LIMITS)
    sent = {
        **{
            "who_may_reply": "aliens",
            "who_may_mention": "named",
            "who_may_see_town": "",
            "who_may_list": "followers",
            "who_may_write": "x",
        },
        **{"unwanted_words": ["!!!"], "quiet_from": "25:00", "quiet_to": "07:00", "time_zone": "UTC", "locked": True},
    }

    refused = await alice.client.patch(LIMITS, json=sent, headers={"Accept-Language": "fr"})

    named = {"who_may_reply", "who_may_mention", "who_may_see_town", "who_may_list", "who_may_write", "unwanted_words", "quiet_from"}
    assert (refused.status_code, set(refused.json()["details"])) == (422, named)
    assert refused.json()["details"]["quiet_from"][0]["description"] == "Indiquez les deux heures, comme 22:30"
    assert await alice.get(LIMITS) == before


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("locked", {"locked": {"a": 1}}),
        ("who_may_reply", {"who_may_reply": ["everyone"]}),
        ("unwanted_words", {"unwanted_words": [{"a": 1}]}),
        ("unwanted_words", {"unwanted_words": ["a" * 61]}),
        ("unwanted_words", {"unwanted_words": [str(one) for one in range(101)]}),
        ("quiet_to", {"quiet_from": "22:00", "time_zone": "UTC"}),
        ("quiet_to", {"quiet_from": "22:00", "quiet_to": "22:00", "time_zone": "UTC"}),
        ("time_zone", {"quiet_from": "22:00", "quiet_to": "07:00", "time_zone": "Mars/Olympus"}),
        ("time_zone", {"time_zone": "../etc/passwd"}),
    ],
)
async def test_a_value_that_is_not_valid_is_refused_with_its_field(change, field, sent):
    refused = await change(**sent)

    assert (refused.status_code, refused.json()["field"]) == (422, field)


async def test_an_app_needs_the_scopes_of_settings(running_site):
    reader, writer = [await running_site.person(name, scopes=scope) for name, scope in (("reader", "read"), ("writer", "write"))]
    narrow = await running_site.person("narrow", scopes="read:statuses write:statuses")

    async def may(person):
        return [(await person.client.get(LIMITS)).status_code, (await person.client.patch(LIMITS, json={})).status_code]

    assert [await may(one) for one in (reader, writer, narrow)] == [[200, 403], [403, 200], [403, 403]]
    assert await may(await running_site.person("settings", scopes="read:accounts write:accounts")) == [200, 200]


async def test_a_form_is_taken_too(alice):
    sent = {"who_may_list": "nobody", "unwanted_words[]": ["crypto", "nft"], "locked": "false"}

    changed = (await alice.client.patch(LIMITS, data=sent)).json()

    assert (changed["who_may_list"], changed["unwanted_words"], changed["locked"]) == ("nobody", ["crypto", "nft"], False)


async def test_nobody_else_can_read_them(running_site, change, bob):
    await change(unwanted_words=["crypto"], who_may_find="nobody")

    for path in ("/api/v1/accounts/lookup?acct=alice", LIMITS):
        assert "crypto" not in (await bob.client.get(path)).text
    assert "crypto" not in text(await Browser(running_site).reads("/@alice"))
