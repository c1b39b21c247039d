"""A response that shared caches may store sets no cookie, for any viewer."""

import pytest

from tests.support.browser import Browser
from tests.support.crawler import OF_NOTHING, addresses
from tests.support.media import photo


@pytest.fixture
async def every_address(running_site, alice):
    shown = await alice.uploads(photo())
    status = await alice.posts("hello #there", media_ids=[shown["id"]])
    key = await running_site.site.blobs.put(b"RIFF", ".webp")
    values = OF_NOTHING | {
        "status_id": [status["id"]],
        "account_id": [alice.id],
        "attachment_id": [shown["id"]],
        "key": [key],
        "tag": ["there"],
        "hashtag": ["there"],
        "handle": ["@alice"],
        "name": ["there", "alice.svg", "alice.png", "192.png", "original.jpg"],
    }
    return [*addresses(running_site.app, "GET", values), "/none"]


def is_shared_by_caches(response):
    control = response.headers.get("cache-control", "")
    return not ("private" in control or "no-store" in control)


@pytest.mark.parametrize("cookies", [{}, {"csrf": "forged"}, {"flash": "forged", "session": "forged"}])
async def test_no_cache_gives_one_browsers_cookie_to_another(running_site, every_address, cookies):
    kept = []
    for address in every_address:
        browser = Browser(running_site)
        browser.client.cookies.update(cookies)
        response = await browser.client.get(address)
        if is_shared_by_caches(response):
            kept.append(address)
            assert "set-cookie" not in response.headers, address

    assert {one.split("/")[1] for one in kept} >= {"static", "media", "avatars", "headers", "icons", "favicon.ico", "robots.txt"}


async def test_a_page_sets_the_csrf_cookie(running_site):
    page = await Browser(running_site).reads("/sign-in")

    assert "csrf=" in page.headers["set-cookie"]
    assert page.headers["cache-control"].startswith("private")
