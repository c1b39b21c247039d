"""Opens the pages of one person by following links, and looks at each: is a link dead, does a button do nothing, has a field no label?

Of pages whose addresses differ only in names and numbers, the first few are opened; the addresses of the others are requested.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Error, Page, Response

from tests.e2e.browser_page import BrowserPage
from tests.e2e.screenshots import new_context

MOST_OF_A_KIND = 2
MOST_PAGES = 300
MOST_TRIED = 6
CLOSE_SECONDS = 10
NO_PAGES = ("/source.tar.gz", "/api", "/media", "/static", "/feeds")
FILES = (".ics",)
"""How paths end that a browser saves instead of showing."""
NARROW, WIDE = {"width": 320, "height": 700}, {"width": 1280, "height": 900}

Submit = tuple[str, str, str]
"""The kind of path that a form is sent to, the name of the button, and the names of the fields."""

FUNCTIONS = """
  const kindOf = (text) => text.replace(/\\d{3,}/g, "N");
  // Of the buttons, only the one that is pressed is sent. Those all over a page share the form #act, whose fields differ from page to page.
  const enteredInto = (form) => form.id === "act" ? [] : [...form.elements].filter((one) => one.type !== "submit");
  const fields = (form) => [...new Set(enteredInto(form).map((one) => one.name.replace(/\\d{3,}/, "N")))]
    .filter((one) => one && one !== "_csrf_token").sort().join();
  const methodOf = (one) => one.getAttribute("formmethod") ?? one.form.getAttribute("method");
  const isSubmit = (one) => one.form && one.type === "submit" && methodOf(one) !== "dialog";
  const actionOf = (one) => new URL(one.getAttribute("formaction") ?? one.form.getAttribute("action") ?? "", location.href).pathname;
  const isShown = (one) => one.checkVisibility({ visibilityProperty: true });
  const BUTTONS = "button, input[type=submit], input[type=button]";
  const keyOf = (one) => {
    const data = Object.keys(one.dataset).sort().join();
    const target = one.popoverTargetElement ? kindOf(one.popoverTargetElement.className + one.popoverTargetElement.id) : "";
    const sent = isSubmit(one) ? kindOf(actionOf(one)) + "?" + one.name : "";
    return [sent, data, target, sent || data || target ? "" : one.className + one.textContent.trim()].join("|");
  };
"""
LOOK = """() => {
  FUNCTIONS
  const links = [], buttons = [], typed = [];
  const collect = (within) => {
    const shown = (selector) => [...within.querySelectorAll(selector)].filter(isShown);
    links.push(...shown("a[href]").map((one) => one.getAttribute("href")));
    buttons.push(...shown(BUTTONS));
    typed.push(...shown("input:not([type=hidden], [type=submit]), textarea, select"));
  };
  for (const one of document.querySelectorAll("details")) one.open = true;
  collect(document.body);
  for (const one of document.querySelectorAll("[popover]")) { one.showPopover(); collect(one); one.hidePopover(); }
  const isDead = (one) => !(one.type === "submit" && one.form) && !one.popoverTargetElement;
  const isNameless = (one) => ![...(one.labels ?? [])].some((label) => label.textContent.trim()) && !one.ariaLabel
    && !one.getAttribute("aria-labelledby");
  const lost = links.filter((one) => one.length > 1 && one.startsWith("#") && !document.getElementById(one.slice(1)));
  return {
    links: [...new Set(links)],
    lost,
    dead: buttons.filter(isDead).map((one) => one.outerHTML.slice(0, 150)),
    nameless: typed.filter(isNameless).map((one) => one.outerHTML.slice(0, 150)),
    keys: buttons.map(keyOf),
    submits: buttons.filter(isSubmit).map((one) => [actionOf(one), one.name, fields(one.form)]),
  };
}""".replace("FUNCTIONS", FUNCTIONS)
SUBMIT = """([path, name, fieldNames, values]) => {
  FUNCTIONS
  const isSame = (one) =>
    isSubmit(one) && kindOf(actionOf(one)) === path && one.name === name && fields(one.form) === fieldNames;
  const button = [...document.querySelectorAll("button, input[type=submit]")].find(isSame);
  if (!button) return false;
  for (const field of button.form.elements) {
    if (!["INPUT", "TEXTAREA"].includes(field.tagName) || ["hidden", "file", "submit"].includes(field.type)) continue;
    if (field.type === "radio") { if (![...button.form.elements[field.name]].some((one) => one.checked)) field.checked = true; }
    else if (field.type === "checkbox") field.checked ||= field.required || field.name === "agreement" || /^m\\d+$/.test(field.name);
    else if (!field.value) field.value = values[field.name] ?? values[field.autocomplete] ?? values[field.type] ?? "Bonjour";
  }
  button.form.requestSubmit(button);
  return true;
}""".replace("FUNCTIONS", FUNCTIONS)
PRESS = """async (key) => {
  FUNCTIONS
  for (const one of document.querySelectorAll("details")) one.open = true;
  const button = [...document.querySelectorAll(BUTTONS)].find((one) => keyOf(one) === key && (isShown(one) || one.closest("[popover]")));
  if (!button) return "gone";
  button.closest("[popover]")?.showPopover();
  const pause = () => new Promise((done) => setTimeout(done, 50));
  let happened = "", quiet = 0;
  // Times count on by themselves, and that a button is busy says nothing of what comes of it.
  const isOfItself = ({ target, attributeName }) =>
    attributeName === "aria-busy" || (target.nodeType === 1 ? target : target.parentElement)?.closest("time");
  const watch = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver((changes) => changes.every(isOfItself) || (happened ||= "a change")).observe(document, watch);
  // A menu closes, and gives the focus back, whatever its button does.
  const kinds = button.closest("[popover]") ? ["invalid", "submit"] : ["invalid", "submit", "beforetoggle", "focusin"];
  for (const kind of kinds) addEventListener(kind, () => (happened ||= kind), true);
  for (let wait = 0; wait < 60 && quiet < 8; wait++, quiet = happened ? 0 : quiet + 1, happened = "") await pause();
  button.click();
  for (let wait = 0; wait < 40 && !happened; wait++) await pause();
  return happened;
}""".replace("FUNCTIONS", FUNCTIONS)


def kind_of(address: str) -> str:
    """What is alike of addresses: `/@alice/117` and `/@bob/118` are `/@/N`."""
    parts = urlsplit(address)
    path = re.sub(r"/@[^/]+", "/@", re.sub(r"\d{3,}", "N", parts.path))
    path = re.sub(r"^/(invite|password|address|tags)/.+", r"/\1/", path)
    return path + "?" + ",".join(sorted(one.partition("=")[0] for one in parts.query.split("&") if one))


class Findings:
    def __init__(self) -> None:
        self.faults: list[str] = []
        self.submits: dict[Submit, list[str]] = {}
        """By what is sent: pages that have such a form."""
        self.buttons: dict[str, list[str]] = {}
        """By what a button is: pages that have such a button."""


class Crawl:
    """`entrances` are paths to begin at that no page links to: what letters link to. `plausible` gives what is typed into fields."""

    def __init__(self, browser: Browser, address: str, storage: Any, *, with_scripts: bool, entrances: tuple[str, ...] = ()) -> None:
        self._browser, self._address, self._storage, self._with_scripts = browser, address, storage, with_scripts
        self._waiting = deque(("/", *entrances))
        self._known = set(self._waiting)
        self._opened = Counter[str]()
        self._entrances = entrances
        self._kept: BrowserContext | None = None
        self.found = Findings()

    async def run(self) -> Findings:
        context = await self._context()
        page = BrowserPage(await context.new_page())
        while self._waiting:
            await self._look_at(page.page, self._waiting.popleft())
        self.found.faults += page.faults
        await context.close()
        return self.found

    async def _look_at(self, page: Page, path: str) -> None:
        self._opened[kind_of(path)] += 1
        if (
            (self._opened[kind_of(path)] > MOST_OF_A_KIND and path not in self._entrances)
            or path.startswith(NO_PAGES)
            or path.endswith(FILES)
        ):
            answer: Any = await page.request.get(path)
            self.found.faults += [] if answer.ok or _is_answered_post(answer.status, path) else [f"{answer.status} {path}"]
            return
        assert sum(min(number, MOST_OF_A_KIND) for number in self._opened.values()) < MOST_PAGES
        answer = await page.goto(path)
        if not answer.ok:
            self.found.faults += [] if _is_answered_post(answer.status, path) else [f"{answer.status} {path}"]
            return
        seen = await page.evaluate(LOOK)
        self.found.faults += [f"{path}: {one}" for one in await self._faults(page, seen)]
        for action, name, fields in seen["submits"]:
            self.found.submits.setdefault((re.sub(r"\d{3,}", "N", action), name, fields), []).append(path)
        for key in seen["keys"]:
            self.found.buttons.setdefault(key, []).append(path)
        for link in (self._local(one, path) for one in seen["links"]):
            if link and link not in self._known:
                self._known.add(link)
                self._waiting.append(link)

    async def _faults(self, page: Page, seen: dict[str, Any]) -> Iterator[str]:
        faults = [f"leads nowhere: {one}" for one in seen["lost"]] + [f"has no label: {one}" for one in seen["nameless"]]
        faults += [] if self._with_scripts else [f"does nothing: {one}" for one in seen["dead"]]
        faults += [] if "/" in seen["links"] else ["has no way back"]
        await page.set_viewport_size(NARROW)
        width = await page.evaluate("document.documentElement.scrollWidth")
        await page.set_viewport_size(WIDE)
        return iter(faults + ([f"{width} pixels wide on a phone"] if width > NARROW["width"] else []))

    async def submits(self, submit: Submit, paths: list[str], values: dict[str, str], *, changes_session: bool) -> str:
        """What is wrong with the answer to this form; "gone" when none of the first pages that had it has it any more.

        All are sent by one browser, which keeps what it has loaded; those that may begin or end a session by a browser of their own.
        """
        for path in paths[:MOST_TRIED]:
            context = await self._context() if changes_session else await self._kept_context()
            fault = await self._submits_from(await context.new_page(), submit, path, values)
            if changes_session:
                await context.close()
            if fault != "gone":
                return fault
        return "gone"

    async def _submits_from(self, page: Page, submit: Submit, path: str, values: dict[str, str]) -> str:
        await page.goto(path)
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer) if answer.request.is_navigation_request() else None)
        loads: list[bool] = []
        page.on("load", lambda _page: loads.append(True))
        fault = "" if await page.evaluate(SUBMIT, [*submit, values]) else "gone"
        if not fault:
            fault = await _fault(page, answers, loads)
        if not fault and await page.locator("form.confirmation").count():
            answers.clear()
            loads.clear()
            await page.locator("form.confirmation button").first.click(no_wait_after=True)
            fault = await _fault(page, answers, loads)
        await self._close(page)
        return fault

    async def presses(self, key: str, paths: list[str]) -> str:
        """What happened when this button was pressed; "" for nothing, "gone" when the first pages that had it have it no more."""
        happened = "gone"
        for path in paths[:MOST_TRIED]:
            page = BrowserPage(await (await self._kept_context()).new_page())
            await page.page.goto(path)
            try:
                happened = await page.page.evaluate(PRESS, key)
            except Error:
                happened = "another page"
            await page.page.wait_for_timeout(100)
            await self._close(page.page)
            if happened != "gone":
                return "" if page.faults else happened
        return happened

    async def _close(self, page: Page) -> None:
        """Closes a page, or leaves it: Chromium may never tell that a page is closed which went to another one at that moment."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await page.close()
        except TimeoutError:
            self._kept = None

    async def close(self) -> None:
        if self._kept is not None:
            await self._kept.close()

    async def _kept_context(self) -> BrowserContext:
        self._kept = self._kept or await self._context()
        return self._kept

    async def _context(self) -> BrowserContext:
        permissions = {"permissions": ["clipboard-read", "clipboard-write"]} if self._with_scripts else {}
        return await new_context(
            self._browser, self._address, storage_state=self._storage, java_script_enabled=self._with_scripts, **permissions
        )

    def _local(self, href: str, path: str) -> str | None:
        parts = urlsplit(href)
        if parts.scheme not in {"", "http"} or (parts.netloc and parts.netloc != urlsplit(self._address).netloc) or href.startswith("#"):
            return None
        return parts._replace(scheme="", netloc="", fragment="", path=parts.path or urlsplit(path).path).geturl()


def _is_answered_post(status: int, path: str) -> bool:
    """A reply links to what it answers, which its author may have deleted, or may hide from the viewer."""
    return status in {404, 410} and kind_of(path) == "/@/N?"


async def _fault(page: Page, answers: list[Response], loads: list[bool]) -> str:
    """What is wrong with the answer to what was just sent: its status, and what the page says of it."""
    for _wait in range(400):
        is_file = bool(answers) and answers[-1].headers.get("content-disposition", "").startswith("attachment")
        if is_file or (loads and answers and answers[-1].status not in range(300, 400)):
            break
        await page.wait_for_timeout(50)
    else:
        return "no answer came"
    if is_file:
        return "" if answers[-1].ok else f"{answers[-1].status}"
    told = await page.locator(".wrong:visible, .flash.problem").all_inner_texts()
    return "" if answers[-1].ok and not told else f"{answers[-1].status} {told or await page.locator('h1').all_inner_texts()}"
