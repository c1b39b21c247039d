"""Whatever happens, in whatever order: a page made of kept pieces is, to the letter, the page that is rendered afresh."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.accounts import options
from gazouillis.infra.settings import Settings
from tests.support.browser import Browser
from tests.support.clock import MovingClock
from tests.support.databases import fresh_database_url
from tests.support.people import Entity, Person, Refused
from tests.support.random_stories import stories
from tests.support.site import Town, running

PEOPLE = ("ann", "ben", "cam")
NAMES = ("", "Ann & Ben", "<b>Cam</b>", "Zsófi 🐦")
WORDS = ("hello", "a day at the *baths* #baths", "@ann what do you say? https://here.test/a?b=c&d", "été – « oui » ✓")
PAGES = tuple("/ /local /@ann /@ben/with_replies /mentions /favourites /bookmarks /notifications /tags/baths /search?q=day".split())
DRAFT_KEY = re.compile(r'name="idempotency_key" value="[^"]+"')

Gesture = tuple[str, int, int, int]


class Play:
    def __init__(self, town: Town, people: list[Person], browsers: list[Browser]) -> None:
        self.town, self.people, self.browsers = town, people, browsers
        self.said: list[Entity] = []

    async def make(self, gesture: str, one: int, other: int, which: int) -> None:
        await getattr(self, f"_{gesture}")(self.people[one], self.people[other], which)

    async def check(self) -> None:
        await self.town.settle()
        threads = [f"/@{said['account']['acct']}/{said['id']}" for said in self.said[-2:]]
        for browser in self.browsers:
            for path in (*PAGES, *threads):
                first, kept = await _reads(browser, path), await _reads(browser, path)
                assert first == kept == await self._reads_afresh(browser, path), path

    async def _reads_afresh(self, browser: Browser, path: str) -> str:
        database = self.town.site.db
        cache, database.cache = database.cache, None
        try:
            return await _reads(browser, path)
        finally:
            database.cache = cache

    async def _post(self, one: Person, _other: Person, which: int) -> None:
        warning = {"spoiler_text": "careful & slow"} if which % 5 == 4 else {}
        self.said.append(await one.posts(WORDS[which % len(WORDS)], visibility=["public", "unlisted", "private"][which % 3], **warning))

    async def _reply(self, one: Person, _other: Person, which: int) -> None:
        self.said.append(await one.replies(self._pick(which), "because"))

    async def _reblog(self, one: Person, _other: Person, which: int) -> None:
        await one.reblogs(self._pick(which))

    async def _unreblog(self, one: Person, _other: Person, which: int) -> None:
        await one.unreblogs(self._pick(which))

    async def _mark(self, one: Person, _other: Person, which: int) -> None:
        await (one.favourites if which % 2 else one.bookmarks)(self._pick(which))

    async def _unmark(self, one: Person, _other: Person, which: int) -> None:
        await one.post(f"/api/v1/statuses/{self._pick(which)['id']}/{'unfavourite' if which % 2 else 'unbookmark'}")

    async def _edit(self, one: Person, _other: Person, which: int) -> None:
        await one.edits(self._pick(which), f"better words {which}")

    async def _delete(self, one: Person, _other: Person, which: int) -> None:
        await one.deletes(self._pick(which))

    async def _follow(self, one: Person, other: Person, which: int) -> None:
        await one.follows(other, reblogs=bool(which % 3))

    async def _turn_away(self, one: Person, other: Person, which: int) -> None:
        await [one.unfollows, one.mutes, one.blocks][which % 3](other)

    async def _rename(self, one: Person, _other: Person, which: int) -> None:
        await one.client.patch("/api/v1/accounts/update_credentials", json={"display_name": NAMES[which % len(NAMES)], "bot": which % 2})

    async def _rename_the_place(self, _one: Person, _other: Person, which: int) -> None:
        async with self.town.site.db.write() as tx:
            chosen = {"name": f"Place {which}", "max_characters": 140 + which}
            await options.change(tx, msgspec.structs.replace(await options.read(tx), **chosen))

    async def _wait(self, _one: Person, _other: Person, which: int) -> None:
        self.town.clock.advance(**[{"seconds": 20}, {"minutes": which}, {"hours": which}, {"days": which}][which % 4])

    async def _look(self, _one: Person, _other: Person, which: int) -> None:
        for browser in self.browsers:
            await _reads(browser, PAGES[which % len(PAGES)])

    def _pick(self, which: int) -> Entity:
        if not self.said:
            raise Refused
        return self.said[-1 - which % len(self.said)]


async def _reads(browser: Browser, path: str) -> str:
    return DRAFT_KEY.sub("", (await browser.reads(path)).text)


GESTURES = [
    "post"
] * 4 + "reply reblog reblog unreblog mark mark unmark edit delete follow follow turn_away rename rename_the_place".split()
GESTURE = st.tuples(st.sampled_from([*GESTURES, "wait", "wait", "look"]), st.integers(0, 2), st.integers(0, 2), st.integers(0, 30))
STORY = st.lists(GESTURE, min_size=8, max_size=24)


@given(story=STORY)
@stories(6)
def test_a_page_from_the_caches_equals_one_rendered_without_them(database_kind: str, story: list[Gesture]) -> None:
    note(f"{story}")
    asyncio.run(_play(database_kind, story))


async def _play(kind: str, story: list[Gesture]) -> None:
    with TemporaryDirectory() as folder:
        async with fresh_database_url(kind) as url:
            chosen = Settings(data=Path(folder), database=url, homes=4, rate_limits="off")
            async with running(chosen, MovingClock()) as town:
                people = [await town.person(name) for name in PEOPLE]
                play = Play(town, people, [Browser(town), Browser(town, language="fr"), await _own(town, "ann"), await _own(town, "ben")])
                for number, gesture in enumerate(story):
                    with suppress(Refused):
                        await play.make(*gesture)
                    if number % 8 == 7:
                        await play.check()
                await play.check()


async def _own(town: Town, name: str) -> Browser:
    browser: Any = Browser(town)
    await browser.was_signed_in(name)
    return browser
