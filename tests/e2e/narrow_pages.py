"""Whether a page fits the narrowest screens."""

from __future__ import annotations

from playwright.async_api import Page

AT_200_PERCENT = (640, 450)
"""The width that 1,280 pixels leave when everything is twice as large."""
NARROWEST = (320, 640)
NARROWEST_COLUMN = (880, 800)
"""From here on, the side column stands beside the page."""
CUT = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one);
  const isClipped = ["hidden", "clip"].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1 && one.innerText?.trim();
  const meant = ".visually-hidden, .invisible, [hidden], .skip, .actions, .suggestions, .excerpt, .replying > summary";
  const isMeantTo = one.closest(meant) || style.clipPath !== "none";
  const isScrolled = ["auto", "scroll"].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1 && one.innerText?.trim();
  return ((isClipped && !isMeantTo) || (isScrolled && !one.closest(".emoji-picker"))) && one.getClientRects().length;
}).map((one) => one.outerHTML.slice(0, 120))"""


async def too_wide_or_cut(page: Page) -> list[str]:
    """How wide the page is when it scrolls sideways, and each element whose text is cut, or is reached only by scrolling it sideways.

    At 320 px, at 200 %, and where the column is the narrowest beside the side column.
    """
    found = []
    for width, height in (NARROWEST, AT_200_PERCENT, NARROWEST_COLUMN):
        await page.set_viewport_size({"width": width, "height": height})
        actual = await page.evaluate("document.documentElement.scrollWidth")
        found += [f"{width}: {actual} pixels wide"] if actual > width else []
        found += [f"{width}: {one}" for one in await page.evaluate(CUT)]
    return found
