"""OAuth log-in of a web app of another origin, in a popup window that redirects back to it."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

APP = """<!doctype html><script>
const heard = []; addEventListener("message", event => heard.push(event.data));
if (location.pathname === "/back") { opener.postMessage(new URLSearchParams(location.search).get("code"), location.origin); close(); }
</script>"""


@pytest_asyncio.fixture(loop_scope="session")
async def app():
    """The address of a server that answers every request with one page."""

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        page = APP.encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(page) + page)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_the_popup_redirects_back_to_the_app_after_a_wrong_password_too(open_page, address, app):
    visitor = await open_page()
    form = {"client_name": "Phanpy", "redirect_uris": f"{app}/back", "scopes": "read write"}
    async with httpx.AsyncClient(base_url=address) as client:
        registered = (await client.post("/api/v1/apps", data=form)).json()
    parameters = {
        "response_type": "code",
        "client_id": registered["client_id"],
        "redirect_uri": f"{app}/back",
        "scope": "read write",
        "lang": "fr",
    }
    page = await visitor.visit(f"{app}/")

    async with page.expect_popup() as opening:
        await page.evaluate("address => { open(address, 'sign-in', 'popup') }", f"{address}/oauth/authorize?{urlencode(parameters)}")
    window = await opening.value
    for password in ("wrong", "village"):
        await window.fill("[name=login]", "cyrille")
        await window.fill("[name=password]", password)
        await window.click("form.form .button")
    await expect(window.locator("h1")).to_contain_text("Phanpy")
    assert await window.evaluate("Boolean(opener)")
    await window.click("[value=allow]")

    await page.wait_for_function("() => heard.length")
    code = json.loads(await page.evaluate("JSON.stringify(heard)"))[0]
    assert len(code) > 20
