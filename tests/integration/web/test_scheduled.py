"""Posts for later on pages, without a script: written, listed, put off, posted at once, deleted; in the time of one's own zone."""

import re

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.media import photo
from tests.support.people import words
from tests.support.stays import lives

PAGE = "/scheduled"
SCHEDULED = "/api/v1/scheduled_statuses"
WALL_TIME = "2026-03-30T08:00"


@pytest.fixture
async def french(running_site, alice):
    browser = Browser(running_site, language="fr")
    await browser.was_signed_in("alice")
    return browser


async def schedules(browser, status="À lundi", at=WALL_TIME, **fields):
    return await browser.sends(PAGE, later="1", status=status, scheduled_at=at, **fields)


async def passes(running_site, **span):
    running_site.clock.advance(**span)
    await running_site.run_until_idle()


async def test_the_composer_leads_to_a_field_for_the_time_and_keeps_what_was_typed(french, alice):
    home = text(await french.reads("/"))
    assert 'formaction="/compose/later"' in home
    assert 'name="scheduled_at"' not in home

    asked = await french.sends("/compose/later", status="À demain", spoiler_text="faim", visibility="private")

    page = text(asked)
    assert asked.status_code == 200
    assert 'name="scheduled_at" type="datetime-local" value="2026-03-07T08:00"' in page  # tomorrow at eight
    assert ('action="/scheduled"' in page, "Europe/Paris" in page, 'href="/scheduled"' in page) == (True, True, True)
    assert ("\nÀ demain</textarea>" in page, 'value="faim"' in page) == (True, True)
    assert re.search(r'value="private" selected', page)
    assert 'name="scheduled_at"' in (await french.reads("/compose?later=1")).text
    for path, page in (("later", "/compose?later=1"), ("readers", "/compose"), ("stay", "/compose")):
        assert leads_to(await french.reads(f"/compose/{path}")) == page


async def test_a_post_for_monday_at_eight_comes_at_eight_after_the_clocks_have_changed(running_site, french, alice, bob):
    sent = await schedules(french)

    assert leads_to(sent) == PAGE
    page = text(await french.reads(PAGE))
    assert ("Il sera publié le 30 mars" in page, "À lundi" in page) == (True, True)
    assert f'value="{WALL_TIME}"' in page
    (one,) = await alice.get(SCHEDULED)
    assert one["scheduled_at"] == "2026-03-30T06:00:00.000Z"
    assert "À lundi" not in text(await Browser(running_site).reads("/local"))

    await passes(running_site, days=24)
    assert await bob.local() == ["À lundi"]
    assert "Rien n’attend d’être publié" in text(await french.reads(PAGE))


async def test_the_time_is_that_of_where_one_lives(running_site, alices_browser, alice):
    await lives(alice, "3054643")  # Budapest

    assert "Europe/Budapest" in text(await alices_browser.reads("/compose?later=1"))
    await schedules(alices_browser, at="2026-03-08T08:00")
    assert (await alice.get(SCHEDULED))[0]["scheduled_at"] == "2026-03-08T07:00:00.000Z"


@pytest.mark.parametrize(
    "wrong", ["", "demain", "2026-03-06T19:02", "2025-03-06T19:02", "2027-12-01T08:00", "2026-03-29T02:30", "0001-01-01T00:00"]
)
async def test_a_wrong_time_is_told_beside_its_field_and_nothing_is_lost(french, alice, wrong):
    refused = await schedules(french, at=wrong)

    page = text(refused)
    assert refused.status_code == 422
    assert re.search(r'name="scheduled_at"[^>]* aria-invalid="true"', page)
    assert re.search(r'id="later-error" role="alert">[^<]', page)
    assert "\nÀ lundi</textarea>" in page
    assert await alice.get(SCHEDULED) == []


async def test_the_script_of_the_page_gets_where_to_go_or_the_reason(alices_browser, alice):
    alices_browser.client.headers["Accept"] = "application/json"

    sent, refused = await schedules(alices_browser), await schedules(alices_browser, at="2026-03-06T18:01")

    assert sent.json() == {"id": "", "url": PAGE, "html": ""}
    assert (refused.status_code, refused.json()["errors"]) == (422, {"": "At least 5 minutes from now"})


async def test_a_form_that_is_sent_again_makes_one(alices_browser, alice):
    key = re.search(r'name="idempotency_key" value="([^"]+)"', (await alices_browser.reads("/compose?later=1")).text)[1]

    sent = [await schedules(alices_browser, idempotency_key=key) for _ in range(2)]
    other = await schedules(alices_browser, "Autre chose", idempotency_key=key)

    assert [leads_to(one) for one in sent] == [PAGE, PAGE]
    assert other.status_code == 409
    assert [one["params"]["text"] for one in await alice.get(SCHEDULED)] == ["À lundi"]


async def test_one_can_be_put_off_posted_now_and_deleted(running_site, alices_browser, alice, bob):
    for status in ("un", "deux", "trois"):
        await schedules(alices_browser, status)
    first, second, third = [f"{PAGE}/{one['id']}" for one in reversed(await alice.get(SCHEDULED))]

    await alices_browser.sends(first, scheduled_at="2026-04-01T09:30")
    assert 'value="2026-04-01T09:30"' in (await alices_browser.reads(PAGE)).text
    refused = await alices_browser.sends(first, scheduled_at="2020-01-01T00:00")
    assert (refused.status_code, "At least 5 minutes from now" in text(refused)) == (422, True)
    assert leads_to(await alices_browser.sends(f"{second}/publish")) == PAGE
    assert await bob.local() == ["deux"]
    asked = await alices_browser.sends(f"{third}/delete")
    assert "Delete what you wrote?" in text(asked)
    assert leads_to(await alices_browser.sends(f"{third}/delete", confirmed="yes")) == PAGE
    assert [one["params"]["text"] for one in await alice.get(SCHEDULED)] == ["un"]
    for path in (third, f"{third}/publish", f"{third}/delete", f"{PAGE}/x/publish"):
        assert (await alices_browser.sends(path, scheduled_at=WALL_TIME)).status_code == 404


async def test_nobody_else_reaches_them(running_site, alices_browser, alice, bob):
    await schedules(alices_browser)
    path = f"{PAGE}/{(await alice.get(SCHEDULED))[0]['id']}"
    bobs, visitor = Browser(running_site), Browser(running_site)
    await bobs.was_signed_in("bob")

    assert "À lundi" not in text(await bobs.reads(PAGE))
    for one in (path, f"{path}/publish", f"{path}/delete"):
        assert (await bobs.sends(one, scheduled_at=WALL_TIME, confirmed="yes")).status_code == 404
    assert leads_to(await visitor.reads(PAGE)).startswith("/sign-in")
    assert len(await alice.get(SCHEDULED)) == 1


async def test_what_could_not_be_posted_is_told_with_the_reason(running_site, french, alice, bob):
    status = await bob.posts("qui vient ?")
    await schedules(french, "@bob moi", in_reply_to_id=status["id"])
    await bob.deletes(status)
    await passes(running_site, days=25)

    page = text(await french.reads(PAGE))
    (one,) = await alice.get(SCHEDULED)
    assert "Ceux-ci n’ont pas pu être publiés" in page
    assert "Le gazouillis auquel celui-ci répond n’est plus là, ou plus pour vous" in page
    assert "@bob moi" in page
    again = await french.sends(f"{PAGE}/{one['id']}/publish")
    assert again.status_code == 422
    assert len(await alice.get(SCHEDULED)) == 1


async def test_files_come_with_it(running_site, alices_browser, alice):
    await alices_browser.sends(
        PAGE, later="1", status="vu", scheduled_at="2026-03-07T08:00", has_files="1", files={"file.1": ("a.jpg", photo())}
    )
    (one,) = await alice.get(SCHEDULED)
    assert len(one["media_attachments"]) == 1
    assert "1 file" in text(await alices_browser.reads(PAGE))

    await passes(running_site, days=1)

    (status,) = await alice.get("/api/v1/timelines/public")
    assert (words(status), len(status["media_attachments"])) == ("vu", 1)
