"""Property test: after any sequence of actions, a page from the caches equals one rendered without them.

Only suggestions, and the discovery part of the side column, may be some minutes old (`infra/cache/expiring.py`); they have tests of
their own.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any

import msgspec
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.accounts import options
from tests.support.browser import Browser
from tests.support.people import Entity, Person, Refused
from tests.support.random_stories import fresh_site, stories
from tests.support.site import RunningSite

PEOPLE = ("ann", "ben", "cam")
NAMES = ("", "Ann & Ben", "<b>Cam</b>", "Zsófi 🐦")
WORDS = ("hello", "a day at the *baths* #baths", "@ann what do you say? https://here.test/a?b=c&d", "été – « oui » ✓")
PAGES = (
    *"/ /local /@ann /@ben/with_replies /mentions /favourites /bookmarks /notifications /tags/baths /search?q=day".split(),
    "/places/2996944/said",
)
IDEMPOTENCY_KEY = re.compile(r'name="idempotency_key" value="[^"]+"')
MAY_BE_OLD = re.compile(
    r'\s*(<div class="discover">.*?</div>)?\s*</aside>|\s*(<section class="suggested-people">.*?</section>)?\s*</main>', re.S
)

Action = tuple[str, int, int, int]


class Scenario:
    def __init__(self, running_site: RunningSite, people: list[Person], browsers: list[Browser]) -> None:
        self.running_site, self.people, self.browsers = running_site, people, browsers
        self.statuses: list[Entity] = []

    async def act(self, action: str, one: int, other: int, which: int) -> None:
        await getattr(self, f"_{action}")(self.people[one], self.people[other], which)

    async def check(self) -> None:
        await self.running_site.run_until_idle()
        threads = [f"/@{status['account']['acct']}/{status['id']}" for status in self.statuses[-2:]]
        for browser in self.browsers:
            await _read_page(browser, "/notifications")  # what is new there is marked, but only once
            for path in (*PAGES, *threads):
                first, repeated, fresh = (
                    await _read_page(browser, path),
                    await _read_page(browser, path),
                    await self._read_uncached(browser, path),
                )
                assert first == repeated, path
                assert MAY_BE_OLD.sub("", repeated) == MAY_BE_OLD.sub("", fresh), path

    async def _read_uncached(self, browser: Browser, path: str) -> str:
        database = self.running_site.site.db
        cache, database.cache = database.cache, None
        try:
            return await _read_page(browser, path)
        finally:
            database.cache = cache

    async def _post(self, one: Person, _other: Person, which: int) -> None:
        warning = {"spoiler_text": "careful & slow"} if which % 5 == 4 else {"place_id": "2996944"}
        self.statuses.append(await one.posts(WORDS[which % len(WORDS)], visibility=["public", "unlisted", "private"][which % 3], **warning))

    async def _reply(self, one: Person, _other: Person, which: int) -> None:
        self.statuses.append(await one.replies(self._pick(which), "because"))

    async def _reblog(self, one: Person, _other: Person, which: int) -> None:
        await one.reblogs(self._pick(which))

    async def _unreblog(self, one: Person, _other: Person, which: int) -> None:
        await one.unreblogs(self._pick(which))

    async def _favourite_or_bookmark(self, one: Person, _other: Person, which: int) -> None:
        await (one.favourites if which % 2 else one.bookmarks)(self._pick(which))

    async def _unfavourite_or_unbookmark(self, one: Person, _other: Person, which: int) -> None:
        await one.post(f"/api/v1/statuses/{self._pick(which)['id']}/{'unfavourite' if which % 2 else 'unbookmark'}")

    async def _pin_or_unpin(self, one: Person, _other: Person, which: int) -> None:
        await one.post(f"/api/v1/statuses/{self._pick(which)['id']}/{'pin' if which % 3 else 'unpin'}")

    async def _edit(self, one: Person, _other: Person, which: int) -> None:
        await one.edits(self._pick(which), f"better words {which}")

    async def _delete(self, one: Person, _other: Person, which: int) -> None:
        await one.deletes(self._pick(which))

    async def _follow(self, one: Person, other: Person, which: int) -> None:
        await one.follows(other, reblogs=bool(which % 3))

    async def _end_relation(self, one: Person, other: Person, which: int) -> None:
        await [one.unfollows, one.mutes, one.blocks][which % 3](other)

    async def _rename(self, one: Person, _other: Person, which: int) -> None:
        await one.client.patch("/api/v1/accounts/update_credentials", json={"display_name": NAMES[which % len(NAMES)], "bot": which % 2})

    async def _rename_site(self, _one: Person, _other: Person, which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            changes = {"name": f"Place {which}", "max_characters": 140 + which}
            await options.change(tx, msgspec.structs.replace(await options.read(tx), **changes))

    async def _wait(self, _one: Person, _other: Person, which: int) -> None:
        self.running_site.clock.advance(**[{"seconds": 20}, {"minutes": which}, {"hours": which}, {"days": which}][which % 4])

    async def _read(self, _one: Person, _other: Person, which: int) -> None:
        for browser in self.browsers:
            await _read_page(browser, PAGES[which % len(PAGES)])

    def _pick(self, which: int) -> Entity:
        if not self.statuses:
            raise Refused
        return self.statuses[-1 - which % len(self.statuses)]


async def _read_page(browser: Browser, path: str) -> str:
    return IDEMPOTENCY_KEY.sub("", (await browser.reads(path)).text)


ACTIONS = [
    *(["post"] * 4 + ["reply", "reblog", "reblog", "unreblog", "edit", "delete"]),
    *("favourite_or_bookmark", "favourite_or_bookmark", "unfavourite_or_unbookmark", "pin_or_unpin", "pin_or_unpin"),
    *("follow", "follow", "end_relation", "rename", "rename_site"),
]
ACTION = st.tuples(st.sampled_from([*ACTIONS, "wait", "wait", "read"]), st.integers(0, 2), st.integers(0, 2), st.integers(0, 30))
STORY = st.lists(ACTION, min_size=8, max_size=24)


@given(story=STORY)
@stories(few=3, many=6)
def test_a_page_from_the_caches_equals_one_rendered_without_them(database_kind: str, story: list[Action]) -> None:
    note(f"{story}")
    asyncio.run(_run_story(database_kind, story))


async def _run_story(kind: str, story: list[Action]) -> None:
    async with fresh_site(kind, homes=4) as running_site:
        people = [await running_site.person(name) for name in PEOPLE]
        scenario = Scenario(
            running_site,
            people,
            [
                Browser(running_site),
                Browser(running_site, language="fr"),
                await _signed_in(running_site, "ann"),
                await _signed_in(running_site, "ben"),
            ],
        )
        for number, action in enumerate(story):
            with suppress(Refused):
                await scenario.act(*action)
            if number % 8 == 7:
                await scenario.check()
        await scenario.check()


async def _signed_in(running_site: RunningSite, name: str) -> Browser:
    browser: Any = Browser(running_site)
    await browser.was_signed_in(name)
    return browser
