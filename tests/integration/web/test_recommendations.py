"""The pages of FollowFriday: whom others recommend, follow those left ticked, undo, decline."""

import pytest

from tests.support.browser import leads_to, text
from tests.support.page import read


@pytest.fixture
async def browser(alices_browser):
    return alices_browser


@pytest.fixture
async def friday(running_site, alice, bob, carol):
    """A post of bob, whom alice follows, that recommends carol and alice."""
    await alice.follows(bob)
    status = await bob.posts("#FF @carol et @alice pour la soupe")
    await running_site.run_until_idle()
    return status


def boxes(page, account):
    return f'name="follow_{account.id}"' in page.text


async def test_the_page_lists_whom_others_recommend_and_why(browser, friday, carol):
    page = await browser.reads("/recommendations")

    assert "pour la soupe" in text(page)
    assert "recommends" in text(page)
    assert boxes(page, carol)


async def test_those_left_ticked_are_followed_and_the_batch_can_be_undone(browser, friday, alice, carol):
    at = f"/recommendations/{friday['id']}"
    answer = await browser.sends(f"{at}/follow", **{f"follow_{carol.id}": "1"})

    after = await browser.reads(leads_to(answer))
    assert "1 more person" in text(after)
    assert f'formaction="{at}/undo"' in after.text
    assert "through bob" in text(await browser.reads("/@alice/following"))
    undone = await browser.reads(leads_to(await browser.sends(f"{at}/undo")))
    assert "no longer follow 1 person" in text(undone)
    assert [one["username"] for one in await alice.get(f"/api/v1/accounts/{alice.id}/following")] == ["bob"]


@pytest.mark.parametrize("fields", [{}, {"follow_x": "1"}, {"follow_": "1"}, {"follow_9223372036854775808": "1"}])
async def test_a_wrong_choice_is_said_on_the_page(browser, friday, fields):
    answer = await browser.sends(f"/recommendations/{friday['id']}/follow", **fields)

    assert answer.status_code == 422
    assert "Choose somebody" in text(answer) or "not recommended here" in text(answer)


async def test_who_is_recommended_may_decline_after_a_question(browser, friday):
    at = f"/recommendations/{friday['id']}"
    assert "You are recommended here too" in text(await browser.reads(at))

    asked = await browser.sends(f"{at}/decline")
    assert "No longer be recommended" in text(asked)
    await browser.sends(f"{at}/decline", confirmed="yes")

    assert "You are recommended here too" not in text(await browser.reads(at))


async def test_a_post_leads_to_its_recommendation(browser, friday, alice, bob):
    said = await bob.posts("plain @carol")
    await alice.get("/api/v1/timelines/home")
    page = await browser.reads("/")

    assert f'href="/recommendations/{friday["id"]}"' in page.text
    assert f'href="/recommendations/{said["id"]}"' not in page.text


async def test_an_empty_page_says_how_to_recommend(browser):
    page = await browser.reads("/recommendations")

    assert "No recommendation yet" in text(page)
    assert read(page) == []


async def test_a_recommendation_of_somebody_gone_stays_out_of_ones_list(browser, friday, alice, bob, carol):
    await browser.sends(f"/recommendations/{friday['id']}/follow", **{f"follow_{carol.id}": "1"})
    await bob.blocks(alice)

    page = await browser.reads("/@alice/following")
    assert "carol" in text(page)
    assert "through bob" not in text(page)


@pytest.mark.parametrize(
    "path", ["/recommendations/1", "/recommendations/x", "/recommendations/9223372036854775808", "/recommendations/%00"]
)
async def test_no_recommendation_is_not_found(browser, path):
    assert (await browser.reads(path)).status_code == 404


async def test_visitors_sign_in_first(visitor):
    answer = await visitor.client.get("/recommendations")
    assert answer.status_code in {302, 303, 401}
