"""Polls on pages, without a script: asking, voting, editing, and what a refused form keeps."""

import re

import pytest

from tests.support.browser import Browser, leads_to, text

OPTIONS = {"poll_option.1": "pho", "poll_option.2": "goulash"}
DAY = {"has_poll": "1", "poll_expires_in": "86400"}
VOTE = 'formaction="/statuses/{}/vote"'
PARTIAL = {"X-Fragment": "true"}


@pytest.fixture
async def bobs_browser(running_site, bob):
    browser = Browser(running_site, language="fr")
    await browser.was_signed_in("bob")
    return browser


async def test_one_asks_with_the_composer_and_others_vote_where_they_read_it(alices_browser, bobs_browser, alice, bob, running_site):
    await bob.follows(alice)
    await alices_browser.sends("/statuses", status="Où dîner @bob", **OPTIONS, **DAY)
    (status,) = await alice.get("/api/v1/timelines/public")

    for page in ("/", "/local", "/notifications", f"/@alice/{status['id']}", "/@alice"):
        assert VOTE.format(status["id"]) in (await bobs_browser.reads(page)).text, page
    assert VOTE.format(status["id"]) not in (await alices_browser.reads("/local")).text
    assert VOTE.format(status["id"]) not in (await Browser(running_site).reads("/local")).text
    refused = await bobs_browser.sends(f"/statuses/{status['id']}/vote")
    assert (refused.status_code, "Choisissez une réponse" in text(refused)) == (422, True)
    voted = await bobs_browser.sends(f"/statuses/{status['id']}/vote", **{f"choice.{status['id']}": "1", "choice.12": "0"})
    assert leads_to(voted).endswith(f"#s{status['id']}")
    page = text(await bobs_browser.reads(f"/@alice/{status['id']}"))
    assert re.search(r'<li class="chosen"><b>100\s%</b> <span dir="auto">goulash', page)
    assert ("1 personne a voté" in page, VOTE.format(status["id"]) in page) == (True, False)
    assert "bob" not in re.search(r'<div class="poll">.*?</div>', text(await alices_browser.reads("/local")), re.DOTALL)[0]


async def test_the_page_script_gets_the_post_again_or_the_reason(alices_browser, bobs_browser, alice):
    status = await alice.posts("Où ?", poll={"options": ["pho", "goulash"], "multiple": True})
    bobs_browser.client.headers.update(PARTIAL)

    part = await bobs_browser.sends(f"/statuses/{status['id']}/vote", **{f"choice.{status['id']}.0": "0", f"choice.{status['id']}.1": "1"})
    again = await bobs_browser.sends(f"/statuses/{status['id']}/vote", **{f"choice.{status['id']}.0": "0"})

    assert (part.status_code, part.text.count('class="chosen"')) == (200, 2)
    assert (again.status_code, "vot" in again.headers["x-done"]) == (422, True)


async def test_a_refused_poll_keeps_what_was_typed(alices_browser, alice):
    refused = await alices_browser.sends(
        "/statuses", status="Où ?", **DAY, **{"poll_option.1": "pho", "poll_option.3": "pho", "poll_multiple": "1"}
    )

    page = text(refused)
    assert (refused.status_code, "Two answers of the poll are the same" in page) == (422, True)
    assert re.search(r'name="poll_option.1" value="pho"', page)
    assert re.search(r'name="poll_option.3" value="pho"', page)
    assert '<option value="1" selected>several answers' in page
    assert await alice.profile(alice) == []
    for wrong in ({"poll_option.1": "pho"}, OPTIONS | {"poll_expires_in": "3"}, OPTIONS | {"poll_expires_in": "x"}):
        assert (await alices_browser.sends("/statuses", status="Où ?", **(DAY | wrong))).status_code == 422


async def test_an_edited_post_keeps_its_poll_unless_its_answers_are_emptied(alices_browser, alice, bob):
    status = await alice.posts("Où ?", poll={"options": ["pho", "goulash"], "hide_totals": True, "expires_in": 3600})
    await bob.post(f"/api/v1/polls/{status['id']}/votes", choices=[0])
    form = text(await alices_browser.reads(f"/compose?edit={status['id']}"))
    assert 'name="poll_option.2" value="goulash"' in form
    assert '<option value="keep" selected>' in form

    path, kept = f"/statuses/{status['id']}/edit", DAY | {"poll_expires_in": "keep", "poll_hide_totals": "1"} | OPTIONS
    await alices_browser.sends(path, status="Où aller ?", **kept)
    poll = (await alice.get(f"/api/v1/statuses/{status['id']}"))["poll"]
    assert (poll["voters_count"], poll["expires_at"]) == (1, status["poll"]["expires_at"])
    await alices_browser.sends(path, status="Où aller ?")
    assert (await alice.get(f"/api/v1/statuses/{status['id']}"))["poll"] == poll
    await alices_browser.sends(path, status="Où aller ?", **DAY)
    assert (await alice.get(f"/api/v1/statuses/{status['id']}"))["poll"] is None
    assert '<span dir="auto">goulash</span>' in text(await alices_browser.reads(f"/@alice/{status['id']}/edits"))


async def test_the_end_is_on_the_notifications_page(alices_browser, bobs_browser, alice, bob, clock):
    status = await alice.posts("Où ?", poll={"options": ["pho", "goulash"], "expires_in": 300})
    await bob.post(f"/api/v1/polls/{status['id']}/votes", choices=[0])
    before = await bobs_browser.reads("/local")
    clock.advance(minutes=6)

    assert ["terminé" in text(one) for one in (before, await bobs_browser.reads("/local"))] == [False, True]
    await bob.notifications()
    assert "Un sondage où vous avez voté est terminé" in text(await bobs_browser.reads("/notifications"))
    assert "Your poll has ended" in text(await alices_browser.reads("/notifications"))


async def test_a_poll_of_a_private_message_is_answered_in_its_conversation(alices_browser, bobs_browser, alice, bob):
    await bob.follows(alice)
    status = await alice.posts("@bob où ?", visibility="direct", poll={"options": ["pho", "goulash"], "expires_in": 300})
    conversation = f"/messages/{(await bob.get('/api/v1/conversations'))[0]['id']}"

    assert VOTE.format(status["id"]) + " data-reload" in (await bobs_browser.reads(conversation)).text
    await bobs_browser.sends(f"/statuses/{status['id']}/vote", **{f"choice.{status['id']}": "0"})

    assert '<li class="chosen"><b>100' in (await bobs_browser.reads(conversation)).text
    assert "<b>100%</b>" in (await alices_browser.reads(conversation)).text
