"""A form to write a post publishes once, however often and however late it is sent again. Keys of apps are remembered for an hour."""

import pytest
import sqlalchemy as sa

from gazouillis.statuses.tables import idempotency_keys
from tests.support.browser import Browser, leads_to, text
from tests.support.page import read, value_of


@pytest.fixture
async def key(alices_browser):
    """Of the form on the home page."""
    return value_of(await alices_browser.reads("/"), "idempotency_key")


async def later(running_site, **span):
    running_site.clock.advance(**span)
    await running_site.run_until_idle()
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


async def keys(running_site):
    async with running_site.site.db.read() as reader:
        return await reader.values(sa.select(idempotency_keys.c.key))


@pytest.mark.parametrize("span", [{"minutes": 61}, {"days": 29}])
async def test_a_form_sent_again_days_later_publishes_nothing_more(running_site, alices_browser, key, span):
    await alices_browser.sends("/statuses", status="hello", idempotency_key=key)
    browser = await later(running_site, **span)
    again = await browser.sends("/statuses", status="hello", idempotency_key=key)

    assert leads_to(again) == "/"
    assert read(await browser.reads("/local")) == ["hello"]


async def test_a_form_of_more_than_a_month_asks_once_before_it_publishes(running_site, alices_browser, key):
    await alices_browser.sends("/statuses", status="hello", idempotency_key=key)
    browser = await later(running_site, days=31)
    page = await browser.sends("/statuses", status="hello", idempotency_key=key)

    assert page.status_code == 409
    assert "more than a month old" in text(page)
    assert value_of(page, "status") == "hello"
    assert read(await browser.reads("/local")) == ["hello"]
    await browser.sends("/statuses", status="hello", idempotency_key=value_of(page, "idempotency_key"))
    assert read(await browser.reads("/local")) == ["hello", "hello"]


async def test_a_form_whose_post_was_deleted_does_not_bring_it_back(alices_browser, alice, key):
    await alices_browser.sends("/statuses", status="hello", idempotency_key=key)
    [status] = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    await alice.deletes(status)
    again = await alices_browser.sends("/statuses", status="hello", idempotency_key=key)

    assert again.status_code == 409
    assert "has been deleted since" in text(again)
    assert value_of(again, "idempotency_key") != key
    assert read(await alices_browser.reads("/local")) == []


async def test_the_composers_script_gets_another_key_for_a_form_that_is_too_old(running_site, key):
    browser = await later(running_site, days=31)
    browser.client.headers["Accept"] = "application/json"
    refused = (await browser.sends("/statuses", status="hello", idempotency_key=key)).json()

    assert "more than a month old" in refused["errors"][""]
    assert (await browser.sends("/statuses", status="hello", idempotency_key=refused["idempotency_key"])).status_code == 200


async def test_an_app_may_use_its_key_again_after_an_hour(running_site, alice):
    async def post():
        return (await alice.client.post("/api/v1/statuses", json={"status": "tick"}, headers={"Idempotency-Key": "tick"})).json()["id"]

    first = await post()
    running_site.clock.advance(minutes=59)
    second = await post()
    running_site.clock.advance(minutes=2)

    assert second == first
    assert await post() != first


async def test_keys_that_are_over_are_deleted(running_site, alices_browser, alice, key):
    await alices_browser.sends("/statuses", status="hello", idempotency_key=key)
    await alice.client.post("/api/v1/statuses", json={"status": "tick"}, headers={"Idempotency-Key": "tick"})
    assert set(await keys(running_site)) == {key, "tick"}

    await later(running_site, hours=2)
    assert await keys(running_site) == [key]
    await later(running_site, days=31)
    assert await keys(running_site) == []


async def test_a_cached_page_is_made_anew_after_a_day(running_site, alices_browser):
    """Else its forms would be taken for older ones."""
    first = [value_of(await alices_browser.reads("/"), "idempotency_key") for _visit in range(3)]
    running_site.clock.advance(days=1)
    last = value_of(await alices_browser.reads("/"), "idempotency_key")

    assert len({*first, last}) == 4
    assert int(last.split("-")[1]) - int(first[0].split("-")[1]) == 86_400


@pytest.mark.parametrize("after_id", ["9223372036854775808", "9" * 19, "9" * 30, "-1", "٣", "x"])
async def test_a_form_with_an_impossible_newest_id_makes_something(alices_browser, after_id):
    answer = await alices_browser.sends("/settings/circles", title="friends", after_id=after_id)

    assert "friends" in text(await alices_browser.reads(leads_to(answer)))
