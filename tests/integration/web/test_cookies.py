"""A cookie is one browser's. What any cache may keep for all carries none, whoever asks for it and with whatever cookies."""

import pytest

from tests.support.browser import Browser
from tests.support.crawler import addresses


@pytest.fixture
async def everything(town, alice):
    said = await alice.posts("hello #there")
    key = await town.site.blobs.put(b"RIFF", ".webp")
    one = {"status_id": said["id"], "account_id": alice.id, "tag": "there", "hashtag": "there", "key": key, "path": "app.css"}
    one |= {"notification_id": "1", "group_key": "1", "token": "none"}
    names = ["there", "alice.svg", "alice.png", "192.png"]
    return [*addresses(town.app, "GET", {name: [value] for name, value in one.items()} | {"handle": ["@alice"], "name": names}), "/none"]


def is_for_all(answer):
    control = answer.headers.get("cache-control", "")
    return not ("private" in control or "no-store" in control)


@pytest.mark.parametrize("cookies", [{}, {"csrf": "forged"}, {"flash": "forged", "session": "forged"}])
async def test_no_cache_gives_one_browsers_cookie_to_another(town, everything, cookies):
    kept = []
    for address in everything:
        browser = Browser(town)
        browser.client.cookies.update(cookies)
        answer = await browser.client.get(address)
        if is_for_all(answer):
            kept.append(address)
            assert "set-cookie" not in answer.headers, address

    assert {one.split("/")[1] for one in kept} >= {"static", "media", "avatars", "headers", "icons", "favicon.ico", "robots.txt"}


async def test_a_page_sets_the_csrf_cookie(town):
    page = await Browser(town).reads("/sign-in")

    assert "csrf=" in page.headers["set-cookie"]
    assert page.headers["cache-control"].startswith("private")
