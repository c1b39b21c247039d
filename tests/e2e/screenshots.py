"""The main pages and their states on a phone and on a desktop, into docs/screenshots: `python -m tests.e2e.screenshots [FOLDER]`.

Light in French; the landing page, the invitation and the main pages of a member also dark, in English.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any, Literal, NamedTuple

import click
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page

from gazouillis.seeds.village import PASSWORD
from tests.e2e.pictured_village import NEWCOMER, NEWCOMERS_PASSWORD, READER, PicturedVillage
from tests.e2e.village_server import chromium, served_village

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
LANGUAGES: Mapping[Literal["light", "dark"], str] = {"light": "fr", "dark": "en"}
"""By colour scheme."""
QUALITY = 70
A_SUNFLOWER = "1f33b"

ARE_PICTURES_SHOWN = """() => [...document.images].every((one) => {
  const { top, bottom } = one.getBoundingClientRect();
  return one.complete || bottom < 0 || top > innerHeight || !one.checkVisibility();
})"""
COUNT_REPLIES = """all => all.map((one) => [
  one.querySelector(".permalink").pathname,
  Number(one.querySelector(".reply").innerText.match(/\\d+/) ?? 0),
])"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=FOLDER)
@click.option("--only", "names", multiple=True, help="The name of a page or state, `home`. Several may be given; none: all.")
@click.option("--dark", "all_dark", is_flag=True, help="All pages in the dark too, not only those that are kept in the repository.")
def main(folder: Path, names: tuple[str, ...], *, all_dark: bool) -> None:
    """Take the screenshots again."""
    if not can_draw_emoji():
        raise click.ClickException(
            "No font here draws emoji: they would be boxes. Install one (Debian: apt install fonts-noto-color-emoji)."
        )
    if unknown := set(names) - SHOTS.keys():
        raise click.BadParameter(f"{', '.join(sorted(unknown))}: no such page. There are: {', '.join(SHOTS)}")
    folder.mkdir(parents=True, exist_ok=True)
    shots = {name: shot for name, shot in SHOTS.items() if not names or name in names}
    with tempfile.TemporaryDirectory() as data, served_village(Path(data)) as address:
        asyncio.run(take_screenshots(PicturedVillage(address, Path(data)), folder, shots, all_dark=all_dark))


def can_draw_emoji() -> bool:
    """Whether fontconfig knows a coloured font with emoji. True without fontconfig: other systems bring such a font along."""
    if not shutil.which("fc-list"):
        return True
    found = subprocess.run(["fc-list", f":charset={A_SUNFLOWER}:color=true", "family"], check=True, capture_output=True)
    return bool(found.stdout.strip())


async def take_screenshots(village: PicturedVillage, folder: Path, shots: Mapping[str, Shot], *, all_dark: bool) -> None:
    await village.settle_in()
    async with chromium() as browser:
        for (scheme, language), (size_name, size) in product(LANGUAGES.items(), SIZES.items()):
            suffix = f"{size_name}.webp" if scheme == "light" else f"{size_name}-dark.webp"
            contexts: dict[str, BrowserContext] = {}
            for name, shot in shots.items():
                if (scheme == "dark" and not (all_dark or shot.dark)) or (size_name == "phone" and shot.desktop_only):
                    continue
                if shot.who not in contexts:
                    contexts[shot.who] = await new_context(browser, village.address, size=size, color_scheme=scheme, locale=language)
                    await _sign_in_as(contexts[shot.who], shot.who, language)
                    village.paths["thread"] = await busiest_thread(contexts[shot.who])
                (folder / f"{name}-{suffix}").write_bytes(await _take(contexts[shot.who], shot, village.paths))
            for context in contexts.values():
                await context.close()


async def new_context(browser: Browser, address: str, *, size: tuple[int, int] = (1280, 900), **choices: Any) -> BrowserContext:
    """A separate browser context, in French."""
    width, height = size
    choices = {"locale": "fr-FR", "timezone_id": "Europe/Paris"} | choices
    return await browser.new_context(base_url=address, viewport={"width": width, "height": height}, **choices)


async def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    await page.goto("/sign-in")
    await page.fill("#login", name)
    await page.fill("#password", password)
    await page.click("form[action='/sign-in'] button")
    await page.wait_for_selector("#status")


async def _sign_in_as(context: BrowserContext, who: str, language: str) -> None:
    if not who:
        return
    page = await context.new_page()
    await sign_in(page, who, NEWCOMERS_PASSWORD if who == NEWCOMER else PASSWORD)
    await page.goto("/settings/account")
    await page.select_option("#interface_language", language)
    await page.locator("form[action='/settings/account'] .buttons .button").first.click()
    await page.wait_for_selector(f"html[lang={language}] .flash")
    await page.close()


async def busiest_thread(context: BrowserContext) -> str:
    """The path of the status with the most replies."""
    page = await context.new_page()
    await page.goto("/search?q=Budapest&type=statuses")
    counts = await page.eval_on_selector_all("article.status", COUNT_REPLIES)
    await page.close()
    return str(max(counts, key=lambda pair: pair[1])[0])


async def _open_menu(page: Page) -> None:
    await page.locator("article.status .more").nth(1).click()


async def _open_dialog(page: Page) -> None:
    await page.locator("article.status").filter(has=page.locator(".menu [formaction$='/delete']")).first.locator(".more").click()
    await page.locator(".menu:popover-open").locator("[formaction$='/delete']").click()


async def _rest_on_a_name(page: Page) -> None:
    await page.mouse.move(5, 5)
    await page.mouse.move(20, 20)
    await page.wait_for_timeout(300)
    await page.locator("article.status .author").nth(1).hover()
    await page.wait_for_selector(".hover-card")


async def _write(page: Page) -> None:
    await page.locator("#status").click()
    await page.locator("#status").press_sequentially("Il pleut sur le Danube, et le café est encore chaud. ☕")


async def _write_of_a_stay(page: Page) -> None:
    await page.locator("#status").fill("Je suis à Nancy pour deux jours. Qui est là ?")
    await page.locator(".stay-line input[type=checkbox]").check()


async def _stay(_page: Page) -> None:
    pass


class Shot(NamedTuple):
    path: str
    """It may name what `PicturedVillage.paths` knows: `{circle}`."""
    act: Callable[[Page], Awaitable[None]] = _stay
    """What brings the page into the state."""
    who: str = READER
    dark: bool = False
    desktop_only: bool = False


VISITOR = ""
SHOTS: Mapping[str, Shot] = {
    "landing": Shot("/", who=VISITOR, dark=True),
    "sign-in": Shot("/sign-in", who=VISITOR),
    "invitation": Shot("{invitation}", who=VISITOR, dark=True),
    "first-day": Shot("/", who=NEWCOMER),
    "start": Shot("/start", who=NEWCOMER),
    "home": Shot("/", dark=True),
    "local": Shot("/local"),
    "menu": Shot("/local", _open_menu),
    "card": Shot("/local", _rest_on_a_name, desktop_only=True),
    "thread": Shot("{thread}", dark=True),
    "profile": Shot("/@Marievh", dark=True),
    "dialog": Shot(f"/@{READER}", _open_dialog),
    "notifications": Shot("/notifications", dark=True),
    "messages": Shot("/messages", dark=True),
    "conversation": Shot("{conversation}"),
    "me": Shot("/me"),
    "compose": Shot("/compose"),
    "search": Shot("/search?q=parapluie"),
    "directory": Shot("/directory"),
    "suggestions": Shot("/suggestions"),
    "invitations": Shot("/invite"),
    "report": Shot("/report?account={account}"),
    "audience": Shot("/statuses/{circle post}/audience"),
    "settings": Shot("/settings/profile", dark=True),
    "limits": Shot("/settings/limits", dark=True),
    "protected": Shot("/settings/protected-people"),
    "circles": Shot("/settings/circles"),
    "circle": Shot("{circle}"),
    "tracks": Shot("/tracks"),
    "track": Shot("{track}", who="Marievh", dark=True),
    "town": Shot("/places/3054643", dark=True),
    "meetings": Shot("/meetings"),
    "meeting": Shot("{meeting}", who="Marievh"),
    "follow-friday": Shot("/recommendations"),
    "how-i-know": Shot("/@Marievh/how-i-know"),
    "shelf": Shot("/shelf", dark=True),
    "thanks": Shot("{thanked}"),
    "reach": Shot("{reach}", dark=True),
    "composing": Shot("/", _write),  # The last two: their draft is kept.
    "composing-stay": Shot("/", _write_of_a_stay),
}


async def _take(context: BrowserContext, shot: Shot, paths: Mapping[str, str]) -> bytes:
    page = await context.new_page()
    await page.goto(shot.path.format_map(paths))
    await page.wait_for_load_state("load")
    await shot.act(page)
    await page.wait_for_function(ARE_PICTURES_SHOWN)
    await page.wait_for_timeout(300)
    taken = _compressed(await page.screenshot())
    await page.close()
    return taken


def _compressed(png: bytes) -> bytes:
    """As WebP, which keeps the colours of photos and faces."""
    compressed = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        picture.convert("RGB").save(compressed, "WEBP", quality=QUALITY, method=6)
    return compressed.getvalue()


if __name__ == "__main__":
    main()
