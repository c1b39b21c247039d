"""The pages of the shelf: what one could answer, putting a question there, first posts, and the operator's figures."""

import pytest

from gazouillis.accounts.models import Role
from tests.support.browser import Browser, leads_to, text

SHELF = "/api/gazouillis/v1/shelf"


async def reads_after(browser, answer):
    return text(await browser.reads(leads_to(answer)))


async def signed_in(running_site, name):
    browser = Browser(running_site)
    await browser.was_signed_in(name)
    return browser


@pytest.fixture
async def bobs_browser(running_site, bob):
    return await signed_in(running_site, "bob")


async def test_the_author_of_a_question_is_offered_to_put_it_there_and_nothing_happens_by_itself(running_site, alice, bob, bobs_browser):
    await alice.client.patch(f"{SHELF}/settings", json={"shelves_first_posts": False})
    browser = await signed_in(running_site, "alice")

    after = await browser.reads(leads_to(await browser.sends("/statuses", status="Who knows a choir?")))
    await running_site.run_until_idle()
    assert "Put it where people can help" in text(after)
    assert "Nobody waits for you" in text(await bobs_browser.reads("/shelf"))

    [status] = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    page = await browser.reads(f"/@alice/{status['id']}")
    assert f'formaction="/shelf/{status["id"]}/offer"' in page.text
    told = await reads_after(browser, await browser.sends(f"/shelf/{status['id']}/offer"))
    assert "until somebody answers" in told

    page = await bobs_browser.reads("/shelf")
    assert "question, no answer yet" in text(page)
    assert f'href="/compose?reply_to={status["id"]}&amp;via=shelf"' in page.text
    assert f'formaction="/shelf/{status["id"]}/withdraw"' in (await browser.reads(f"/@alice/{status['id']}")).text
    await bob.replies(status, "@alice ours")
    assert "Nobody waits for you" in text(await bobs_browser.reads("/shelf"))
    assert f"/shelf/{status['id']}" not in (await browser.reads(f"/@alice/{status['id']}")).text


async def test_a_newcomer_is_told_of_their_first_three_posts_and_may_take_them_back(running_site, alice, bob, bobs_browser):
    browser = await signed_in(running_site, "alice")
    for number in range(4):
        after = await browser.reads(leads_to(await browser.sends("/statuses", status=f"hello {number}")))
        assert ("your first three public posts are shown" in text(after)) == (number < 3)
        await running_site.run_until_idle()
    ids = [one["id"] for one in await alice.get(f"/api/v1/accounts/{alice.id}/statuses")]

    assert "hello 0" in text(await bobs_browser.reads("/shelf"))
    await browser.sends(f"/shelf/{ids[3]}/withdraw")
    assert "hello 0" not in text(await bobs_browser.reads("/shelf"))
    assert "hello 1" in text(await bobs_browser.reads("/shelf"))
    await browser.sends("/shelf/settings", shows_questions="1")
    assert "hello" not in text(await bobs_browser.reads("/shelf"))


async def test_one_may_dismiss_a_post_or_say_no_to_all(running_site, alice, carol, bobs_browser):
    for person in (alice, carol):
        await person.posts(f"{person.name} is new here")
    await running_site.run_until_idle()
    [first, second] = [(await bobs_browser.reads("/shelf")).text.partition(f"{one.name} is new here")[1] for one in (alice, carol)]
    assert first
    assert second

    [status] = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    told = await reads_after(bobs_browser, await bobs_browser.sends(f"/shelf/{status['id']}/dismiss"))
    assert "not shown this post" in told
    assert "alice is new here" not in told
    assert "carol is new here" in told
    assert "You are not asked" in await reads_after(bobs_browser, await bobs_browser.sends("/shelf/settings"))


@pytest.mark.parametrize("identifier", ["1", "abc", "0x1", "12345678901234567890"])
async def test_what_is_not_there_is_not_found(bobs_browser, identifier):
    for act in ("offer", "withdraw", "dismiss"):
        assert (await bobs_browser.sends(f"/shelf/{identifier}/{act}")).status_code == 404


async def test_no_question_cannot_be_put_there(running_site, bob, bobs_browser):
    status = await bob.posts("no question")
    assert "ends with a question mark" in await reads_after(bobs_browser, await bobs_browser.sends(f"/shelf/{status['id']}/offer"))


async def test_the_operator_sees_how_many_are_answered_and_how_many_begin_to_talk(running_site, alice, bob, carol, bobs_browser):
    await running_site.person("olive", role=Role.ADMIN)
    operator = await signed_in(running_site, "olive")
    hello = await alice.posts("hello")
    await bob.posts("hello from bob")
    answer = await carol.replies(hello, "@alice welcome")
    thanks = await alice.replies(answer, "@carol thank you")
    await carol.replies(thanks, "@alice again")
    late = await carol.posts("late")
    running_site.clock.advance(days=2)
    await bob.replies(late, "@carol sorry")
    await running_site.run_until_idle()

    page = text(await operator.reads("/settings/site/answers"))
    assert "3 1 (33%) 1" in " ".join(page.replace("<td>", " ").replace("</td>", " ").split())
    assert (await bobs_browser.client.get("/settings/site/answers")).status_code == 403
