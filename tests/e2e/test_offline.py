"""While the server cannot be reached, the browser shows our page instead of its own."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import BrowserPage
from tests.e2e.screenshots import new_context, sign_in
from tests.e2e.village_server import served_village

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KEPT = """caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(cache => cache.keys()))))
  .then(all => all.flat().map(request => request.url))"""


@pytest.fixture
def answering():
    """`async with await answering(port, "502 Bad Gateway")`: a proxy whose server is away."""

    async def start(port, status):
        async def answer(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            page = b"<h1>nginx</h1>"
            writer.write(
                b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (status.encode(), len(page))
                + page
            )
            await writer.drain()
            writer.close()

        return await asyncio.start_server(answer, "localhost", port)

    return start


async def test_our_page_is_shown_while_the_server_is_down_and_the_draft_is_there_afterwards(browser, tmp_path, seeded_village, answering):
    with served_village(tmp_path / "data", seeded_village) as address:
        context = await new_context(browser, address)
        member = BrowserPage(await context.new_page())
        page = member.page
        await sign_in(page, "cyrille")
        await page.evaluate("navigator.serviceWorker.ready.then(() => new Promise(done => setTimeout(done, 500)))")
        await page.fill("#status", "pas encore envoyé")
        await page.wait_for_timeout(500)

    await page.goto("/local")
    await expect(page.locator("h1")).to_have_text("Pas de connexion")
    await expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert await member.accessibility_violations() == []
    assert await page.evaluate("getComputedStyle(document.querySelector('.button')).borderRadius") != "0px"
    assert not [url for url in await page.evaluate(KEPT) if "/offline" not in url and "/static/" not in url]

    port = int(address.rpartition(":")[2])
    async with await answering(port, "502 Bad Gateway"):
        await page.goto("/local")
        await expect(page.locator("h1")).to_have_text("Pas de connexion")
    async with await answering(port, "200 OK"):
        await page.click("[data-again]")
        await expect(page.locator("h1")).to_have_text("nginx")
    await context.close()
