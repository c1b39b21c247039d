"""A newcomer whom nobody follows says hello; a stranger in the same town finds it, answers, and is answered. No home timeline helped."""

from tests.support.browser import Browser, leads_to, text
from tests.support.people import words
from tests.support.stays import LYON, lives

SHELF = "/api/gazouillis/v1/shelf"


async def test_a_newcomer_is_answered_by_a_stranger_of_the_same_town(running_site, alice, bob):
    newcomer, stranger = Browser(running_site), bob
    await newcomer.was_signed_in("alice")
    await lives(alice, LYON)
    await lives(stranger, LYON)

    told = await newcomer.reads(leads_to(await newcomer.sends("/statuses", status="Hello, I have just moved here")))
    await running_site.run_until_idle()
    assert "your first three public posts are shown to people who can answer" in text(told)

    assert await stranger.home() == []
    [item] = await stranger.get(SHELF)
    assert (words(item["status"]), item["reason"]) == ("Hello, I have just moved here", "Lyon, first post, no answer yet")
    answer = await stranger.replies(item["status"], "@alice welcome, come to the market on Sunday")
    await alice.replies(answer, "@bob with pleasure")
    await running_site.run_until_idle()

    assert await stranger.get(SHELF) == []
    assert "mention" in [one["type"] for one in await alice.get("/api/v1/notifications")]
    assert "mention" in [one["type"] for one in await stranger.get("/api/v1/notifications")]
