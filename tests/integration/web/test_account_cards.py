"""The card of an account, which a script shows beside its name."""

import pytest

from tests.support.browser import Browser, leads_to, text

PART = {"X-Fragment": "true"}


async def card(browser, name):
    return await browser.client.get(f"/@{name}/card", headers=PART)


@pytest.fixture
async def bobs_browser(running_site, bob):
    browser = Browser(running_site)
    await browser.was_signed_in("bob")
    return browser


async def test_a_card_has_the_bio_the_counts_and_the_button_to_follow(alices_browser, alice, bob):
    await bob.client.patch("/api/v1/accounts/update_credentials", json={"note": "I bake bread"})

    shown = text(await card(alices_browser, "bob"))
    assert "I bake bread" in shown
    assert "0</b> followers" in shown
    assert f'formaction="/accounts/{bob.id}/follow"' in shown
    assert "<html" not in shown

    await alice.follows(bob)
    assert f'formaction="/accounts/{bob.id}/unfollow"' in text(await card(alices_browser, "bob"))


async def test_a_card_is_made_for_its_reader(visitor, alices_browser, bobs_browser, alice, bob):
    await alice.blocks(bob)

    for _twice in range(2):  # the second time from what is cached
        assert "/unblock" in text(await card(alices_browser, "bob"))
        assert "/follow" not in text(await card(bobs_browser, "alice")).replace("/followers", "").replace("/following", "")
        assert "formaction" not in text(await card(visitor, "bob"))


async def test_nobody_has_no_card(visitor):
    assert (await card(visitor, "nobody")).status_code == 404


async def test_whoever_opens_the_address_of_a_card_is_led_to_the_profile(visitor, bob):
    assert leads_to(await visitor.client.get("/@bob/card")) == "/@bob"
