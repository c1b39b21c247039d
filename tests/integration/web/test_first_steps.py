"""What the home page tells newcomers and owners to do first."""

from tests.support.browser import leads_to, text


async def test_an_owner_alone_is_told_to_say_hello_and_to_invite(owners_browser, owner, set_site_options):
    await set_site_options(registrations="approval")

    page = text(await owners_browser.reads("/"))

    for shown in ('href="/compose">Say hello', 'href="/invite">Invite somebody', "everyone, after your approval", "Say what this place is"):
        assert shown in page


async def test_each_step_is_ticked_once_it_is_done(owners_browser, owner, set_site_options):
    await owners_browser.reads("/")

    await owner.posts("hello")
    assert "<b>Say hello</b>" in (await owners_browser.reads("/")).text
    await owners_browser.sends("/invite", expires_in="")
    assert "<b>Invite somebody</b>" in (await owners_browser.reads("/")).text
    await set_site_options(description="Ours", rules=["Be kind."])

    assert "To begin" not in text(await owners_browser.reads("/"))


async def test_whoever_is_no_longer_alone_need_not_invite(owners_browser, running_site):
    await owners_browser.reads("/")

    await running_site.person("alice")

    assert "<b>Invite somebody</b>" in (await owners_browser.reads("/")).text


async def test_a_member_is_told_to_follow_somebody(alices_browser, alice, bob):
    assert 'href="/suggestions">Follow somebody' in text(await alices_browser.reads("/"))

    await alice.follows(bob)

    assert "<b>Follow somebody</b>" in (await alices_browser.reads("/")).text
    assert "Invite somebody" not in text(await alices_browser.reads("/"))


async def test_the_pages_script_learns_what_is_done_by_now(alices_browser, alice, bob):
    alices_browser.client.headers["X-Fragment"] = "true"
    before = await alices_browser.reads("/first-steps")
    await alices_browser.sends("/statuses", status="hello")
    await alice.follows(bob)
    after = await alices_browser.reads("/first-steps")

    assert 'href="/compose">Say hello' in text(before)
    assert "<b>Say hello</b>" in after.text
    assert "<b>Follow somebody</b>" in after.text
    assert "<html" not in after.text
    await alices_browser.sends("/first-steps/hide")
    assert (await alices_browser.reads("/first-steps")).text.strip() == ""


async def test_they_have_no_page_of_their_own(alices_browser, visitor):
    assert leads_to(await alices_browser.reads("/first-steps")) == "/"
    assert (await visitor.client.get("/first-steps", headers={"X-Fragment": "true"})).headers["X-Redirect"].startswith("/sign-in")


async def test_they_are_put_away_for_good(alices_browser):
    assert leads_to(await alices_browser.sends("/first-steps/hide")) == "/"

    assert "To begin" not in text(await alices_browser.reads("/"))


async def test_they_go_by_themselves_after_a_month(running_site, alices_browser):
    running_site.clock.advance(days=31)

    assert "To begin" not in text(await alices_browser.reads("/"))
