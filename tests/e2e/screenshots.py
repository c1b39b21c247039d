"""The ten main pages on a phone and on a desktop, into docs/screenshots: `python -m tests.e2e.screenshots [FOLDER]`."""

from __future__ import annotations

import asyncio
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page

from tests.e2e.serving import chromium, served_village

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
COLOURS = 192

READER, PASSWORD = "cyrille", "village"
VISITED = {"landing": "/", "sign-in": "/sign-in"}
READ = {
    "home": "/",
    "local": "/local",
    "thread": "",
    "profile": "/@Marievh",
    "notifications": "/notifications",
    "compose": "/compose",
    "search": "/search?q=parapluie",
    "settings": "/settings/profile",
}
COUNTED = "all => all.map(one => [one.querySelector('.when').pathname, Number(one.querySelector('.reply').innerText.match(/\\d+/) ?? 0)])"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=FOLDER)
def main(folder: Path) -> None:
    """Draw the pages again."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, served_village(Path(data)) as address:
        asyncio.run(draw(address, folder))


async def draw(address: str, folder: Path) -> None:
    async with chromium() as browser:
        for name, size in SIZES.items():
            context = await opened(browser, address, size=size)
            await _draw_pages(context, VISITED, folder, name)
            await sign_in(await context.new_page(), READER)
            await _draw_pages(context, READ | {"thread": await busiest_thread(context)}, folder, name)
            await context.close()


async def opened(browser: Browser, address: str, *, size: tuple[int, int] = (1280, 900), **choices: Any) -> BrowserContext:
    """A browser of its own, in French."""
    width, height = size
    choices = {"locale": "fr-FR", "timezone_id": "Europe/Paris"} | choices
    return await browser.new_context(base_url=address, viewport={"width": width, "height": height}, **choices)


async def sign_in(page: Page, name: str) -> None:
    await page.goto("/sign-in")
    await page.fill("#login", name)
    await page.fill("#password", PASSWORD)
    await page.click("form[action='/sign-in'] button")
    await page.wait_for_selector("#status")


async def busiest_thread(context: BrowserContext) -> str:
    """The question that drew the most answers."""
    page = await context.new_page()
    await page.goto("/search?q=Budapest&type=statuses")
    counted = await page.eval_on_selector_all("article.status", COUNTED)
    await page.close()
    return str(max(counted, key=lambda pair: pair[1])[0])


async def _draw_pages(context: BrowserContext, pages: dict[str, str], folder: Path, size: str) -> None:
    page = await context.new_page()
    for name, path in pages.items():
        await page.goto(path)
        await page.wait_for_load_state("load")
        await page.wait_for_timeout(200)
        (folder / f"{name}-{size}.png").write_bytes(_light(await page.screenshot()))
    await page.close()


def _light(png: bytes) -> bytes:
    written = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
