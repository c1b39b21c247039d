"""How much the pages weigh, and how soon the first of them is painted over a slow line."""

import pytest

from tests.e2e.browser_page import DESKTOP, PHONE
from tests.e2e.screenshots import busiest_thread

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

IN_SECOND_PART = [
    pytest.param(path, marks=pytest.mark.thorough) for path in ("/local", "/notifications", "/@Marievh", "/compose", "/search?q=budapest")
]
LATENCY, BYTES_PER_MS = 100, 50
"""400 kbit/s."""
SLOW = {"offline": False, "latency": LATENCY, "downloadThroughput": 1_000 * BYTES_PER_MS, "uploadThroughput": 1_000 * BYTES_PER_MS}
WATCH = """window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.moved += one.value }))
  .observe({ type: "layout-shift", buffered: true })"""
BLOCKING = """performance.getEntriesByType("resource").filter((one) => one.renderBlockingStatus === "blocking").map((one) => one.name)"""
FIRST_PAINT = 1_000
"""Milliseconds on the slow line: one round trip for the page, one for its style, and their bytes."""


class Line:
    """The line of a page: what it brings, and how long it takes for it."""

    def __init__(self, devtools):
        self._devtools, self._addresses, self._sizes = devtools, {}, {}
        devtools.on("Network.responseReceived", lambda event: self._addresses.update({event["requestId"]: event["response"]["url"]}))
        devtools.on("Network.loadingFinished", lambda event: self._sizes.update({event["requestId"]: event["encodedDataLength"]}))

    @classmethod
    async def of(cls, page, conditions=None):
        devtools = await page.context.new_cdp_session(page)
        line = cls(devtools)
        await devtools.send("Network.enable")
        if conditions:
            await devtools.send("Network.emulateNetworkConditions", conditions)
        return line

    @property
    def loaded(self):
        """The bytes on the line, headers among them, by path."""
        return {self._addresses[one].partition("?")[0].split("/", 3)[3]: size for one, size in self._sizes.items()}


@pytest.mark.parametrize(
    ("name", "size", "most"),
    [("", PHONE, 50_000), pytest.param("", DESKTOP, 50_000, marks=pytest.mark.thorough), ("cyrille", PHONE, 72_000)],
)
async def test_a_first_visit_over_a_slow_line_is_light_and_nothing_moves(open_page, name, size, most):
    """With the typeface, the scripts, the faces and the headers of all of them; photos of posts apart, which load when they come near."""
    visitor = await open_page(name, size=size)
    line = await Line.of(visitor.page, SLOW)
    await visitor.page.add_init_script(WATCH)

    await visitor.visit("/")
    await visitor.page.wait_for_timeout(1_000)

    loaded = line.loaded
    assert 10_000 < sum(size for path, size in loaded.items() if path.endswith(".woff2")) < 16_000
    assert sum(size for path, size in loaded.items() if not path.startswith("media/")) < most, loaded
    assert await visitor.page.evaluate("window.moved") < 0.01


@pytest.mark.parametrize("name", ["", pytest.param("cyrille", marks=pytest.mark.thorough)])
async def test_the_first_paint_needs_the_page_and_one_style_which_a_slow_line_brings_in_a_second(open_page, name):
    """Computed from bytes and round trips, not timed: how long a browser takes to paint depends on how busy the machine is."""
    visitor = await open_page(name, size=PHONE)
    line = await Line.of(visitor.page)

    await visitor.visit("/")

    assert [one.partition("?")[0].rpartition("/")[2] for one in await visitor.page.evaluate(BLOCKING)] == ["app.css"]
    assert 2 * LATENCY + (line.loaded[""] + line.loaded["static/app.css"]) / BYTES_PER_MS < FIRST_PAINT


@pytest.mark.parametrize("path", ["/", "thread", *IN_SECOND_PART])
async def test_core_pages_weigh_less_than_30_kilobytes(open_page, path):
    """Documents and stylesheets, compressed."""
    member = await open_page("cyrille")
    sizes: list[int] = []

    async def add_size(request):
        if request.resource_type in {"document", "stylesheet"}:
            sizes.append((await request.sizes())["responseBodySize"])

    path = await busiest_thread(member.page.context) if path == "thread" else path
    member.page.on("requestfinished", add_size)
    await member.visit(path)
    await member.page.wait_for_timeout(100)

    assert len(sizes) >= 2
    assert sum(sizes) < 30_000
