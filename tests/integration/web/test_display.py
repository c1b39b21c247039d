"""Theme and language of one browser: chosen by forms without JavaScript, applied by the server, and never another browser's."""

import re

import pytest

from tests.support.browser import Browser, leads_to, text

PAGES = ["/", "/local", "/@alice", "/tags/x", "/about", "/nowhere/at/all"]


def theme(page):
    found = re.search(r'<html lang="\w+"(?: data-theme="(\w+)")?>', page.text)
    assert found
    return found[1] or "auto"


def language(page):
    return re.search(r'<html lang="(\w+)"', page.text)[1]


@pytest.mark.parametrize("path", PAGES)
async def test_a_theme_is_chosen_and_shown_to_its_browser_only(running_site, alice, alices_browser, path):
    dark, light, undecided = alices_browser, Browser(running_site), Browser(running_site)
    await dark.sends("/display", theme="dark")
    await light.sends("/display", theme="light")

    for _twice in range(2):  # the second time from what is cached
        pages = [await one.reads(path) for one in (dark, light, undecided)]
        assert [theme(page) for page in pages] == ["dark", "light", "auto"]
        assert ['content="light dark"' in page.text for page in pages] == [False, False, True]

    await dark.sends("/display", theme="auto")
    assert theme(await dark.reads(path)) == "auto"


@pytest.mark.parametrize("path", PAGES)
async def test_a_visitors_language_stays_while_browsing(running_site, alice, path):
    reader, other = Browser(running_site), Browser(running_site)
    await reader.sends("/display", language="fr")

    for _twice in range(2):
        assert language(await reader.reads(path)) == "fr"
        assert language(await other.reads(path)) == "en"
        assert language(await reader.reads(f"{path}?lang=en")) == "en"


async def test_browsers_with_the_same_choices_share_a_cached_page(running_site, alice):
    if running_site.site.db.dialect != "sqlite":
        pytest.skip("only on SQLite can a process detect every commit, and so cache responses that used a query")
    page = await Browser(running_site).reads("/local")
    token = page.cookies["csrf"]

    async def body(**cookies):
        cookies = "; ".join(f"{name}={value}" for name, value in ({"csrf": token} | cookies).items())
        return (await running_site.client(Cookie=cookies).get("/local")).text

    assert await body(theme="dark") == await body(theme="dark", other="x") != await body()
    assert await body(theme="x" * 200, language="xx") == await body()


async def test_the_language_of_the_settings_counts_first(running_site, alices_browser):
    await alices_browser.sends("/display", language="fr")
    assert language(await alices_browser.reads("/")) == "fr"

    await alices_browser.sends(
        "/settings/account", part="preferences", interface_language="en", default_visibility="public", default_language=""
    )

    assert language(await alices_browser.reads("/")) == "en"


async def test_one_returns_to_the_page_one_was_on_in_the_chosen_language(visitor):
    visitor.client.headers["referer"] = "http://localhost:8000/search?q=caf%C3%A9&lang=fr"

    response = await visitor.sends("/display", language="en")

    assert leads_to(response) == "/search?q=caf%C3%A9"


@pytest.mark.parametrize("choice", [{"theme": "pink"}, {"language": "xx"}, {"theme": ""}])
async def test_an_unknown_choice_is_refused(visitor, choice):
    response = await visitor.sends("/display", **choice)

    assert response.status_code == 422
    assert not {"theme", "language"} & set(response.cookies)


async def test_the_choice_is_offered_to_visitors_at_the_foot_and_to_members_on_their_page(visitor, alices_browser):
    landing, me, settings = await visitor.reads("/"), await alices_browser.reads("/me"), await alices_browser.reads("/settings/account")

    assert [page.text.count('name="theme" value="dark"') for page in (landing, me, settings)] == [1, 1, 1]
    assert re.search(r'name="language" value="fr" lang="fr"[^>]*>Français<', landing.text)
    assert "Français</button>" not in text(me)


async def test_the_page_of_ones_own_things_is_for_members(visitor, alices_browser):
    page = await alices_browser.reads("/me")

    assert [href in page.text for href in ("/settings/profile", "/bookmarks", "/sign-out", "/about")] == [True] * 4
    assert (await visitor.reads("/me")).status_code in {303, 401}
