"""Property test: in any graph of follows, blocks, mutes and circles, with any limits, each page and each request of an app lets through
whom the reference model does. To be invited to a group has no door yet.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import timedelta
from itertools import permutations
from random import Random
from typing import Any, TypeAlias

import httpx
import sqlalchemy as sa
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.accounts.boundaries import CHOICES, Act
from gazouillis.accounts.events import ProfileChanged
from gazouillis.accounts.tables import accounts
from gazouillis.conversations.models import MessagePolicy
from gazouillis.statuses.models import ReplyPolicy
from tests.support.browser import Browser, text
from tests.support.limits_model import Limits, LimitsModel, Pair
from tests.support.people import Person
from tests.support.random_stories import fresh_site, stories
from tests.support.site import RunningSite

PEOPLE = ("annick", "benoit", "camille", "dominik")
REMOTE, DOMAIN = "dominik", "there.test"
HERE = tuple(one for one in PEOPLE if one != REMOTE)
WORDS = ("", "crypto", "nft")
PAIRS = tuple(permutations(PEOPLE, 2))
OUTCOMES = {"shown": 200, "waits": 200, "hidden": 404, "refused": 422, "open": 200, "request": 200, "nothing": 200, "added": 200}


def _pairs(most: int, among: tuple[Pair, ...] = PAIRS) -> st.SearchStrategy[set[Pair]]:
    return st.sets(st.sampled_from(among), max_size=most)


def _of_act(act: Act) -> st.SearchStrategy[str]:
    return st.sampled_from([one.value for one in CHOICES[act]])


LIMITS = st.builds(
    Limits,
    who_may_reply=st.sampled_from([one.word for one in ReplyPolicy]),
    holds_strangers=st.booleans(),
    who_may_mention=_of_act(Act.MENTION),
    who_may_write=st.sampled_from([one.word for one in MessagePolicy]),
    who_may_find=_of_act(Act.FIND),
    who_may_see_town=_of_act(Act.TOWN),
    who_may_list=_of_act(Act.LIST),
    unwanted_words=st.sampled_from([(), ("crypto",), ("crypto", "nft")]),
    is_quiet=st.booleans(),
)
GRAPHS = st.fixed_dictionaries(
    {
        "follows": _pairs(9),
        "circles": _pairs(4, tuple(one for one in PAIRS if one[0] != REMOTE)),
        "mutes": _pairs(2, tuple(one for one in PAIRS if one[0] != REMOTE)),
        "distant": _pairs(2, tuple(one for one in PAIRS if one[0] != REMOTE)),
        "blocks": _pairs(2),
        "domain_blocks": st.sets(st.sampled_from(HERE), max_size=1),
    }
)
Graph: TypeAlias = dict[str, Any]


class Scenario:
    """`chance` chooses whether an act goes through a page or an app. Who is on another server has no pages here."""

    def __init__(self, running_site: RunningSite, people: dict[str, Person], model: LimitsModel, chance: Random) -> None:
        self.running_site, self.people, self.model, self.chance = running_site, people, model, chance
        self.browsers: dict[str, Browser] = {}
        self.circles: dict[str, str] = {}

    async def begin(self, graph: Graph) -> None:
        for name in HERE:
            self.browsers[name] = Browser(self.running_site)
            await self.browsers[name].was_signed_in(name)
            self.circles[name] = await self.people[name].has_circle()
            sent = {"location": f"Town{name}"}
            assert (await self.people[name].client.patch("/api/v1/accounts/update_credentials", json=sent)).is_success
        async with self.running_site.site.db.write() as tx:
            moved = {"domain": DOMAIN, "handle": f"{REMOTE}@{DOMAIN}"}
            await tx.run(sa.update(accounts).where(accounts.c.id == self.people[REMOTE].account_id).values(moved))
            await tx.emit(ProfileChanged(self.people[REMOTE].account_id))
        await self._relate(graph)
        for name in HERE:
            await self._limit(name, self.model.limits[name])
        await self.running_site.run_until_idle()

    async def _relate(self, graph: Graph) -> None:
        model, people = self.model, self.people
        for one, other in sorted(graph["follows"]):
            await people[one].follows(people[other])
        for one, other in sorted(graph["circles"]):
            await people[one].post(f"/api/v1/circles/{self.circles[one]}/accounts", account_ids=[people[other].id])
        for one, other in sorted(graph["mutes"]):
            await people[one].mutes(people[other])
        for one, other in sorted(graph["distant"]):
            await people[one].post(f"/api/v1/accounts/{people[other].id}/limit")
        model.follows, model.circles, model.mutes, model.distant = (set(graph[one]) for one in ("follows", "circles", "mutes", "distant"))
        for one, other in sorted(graph["blocks"]):
            await people[one].blocks(people[other])
            model.block(one, other)
        for one in sorted(graph["domain_blocks"]):
            await people[one].post("/api/v1/domain_blocks", domain=DOMAIN)
            model.block(one, REMOTE)
        await self.running_site.run_until_idle()

    async def _limit(self, name: str, chosen: Limits) -> None:
        sent = asdict(chosen)
        now = self.running_site.clock()
        hours = [f"{now + timedelta(hours=by):%H:%M}" for by in ((-1, 1) if sent.pop("is_quiet") else (2, 3))]
        quiet = {"quiet_from": hours[0], "quiet_to": hours[1], "time_zone": "UTC"}
        if not self._by_page():
            saved = await self.people[name].client.patch("/api/gazouillis/v1/limits", json=sent | quiet)
            assert saved.is_success, saved.text
            return
        form = {
            "default_reply_policy": sent["who_may_reply"],
            **({"holds_strangers": "1"} if sent["holds_strangers"] else {}),
            **{f"who_may_{act}": sent[f"who_may_{act}"] for act in ("mention", "find", "list")},
            "who_may_town": sent["who_may_see_town"],
            "unwanted_words": "\n".join(sent["unwanted_words"]),
        }
        assert (await self.browsers[name].sends("/settings/limits", **form, **quiet)).status_code == 303
        assert (await self.browsers[name].sends("/settings/limits/messages", who_may_write=sent["who_may_write"])).status_code == 303

    # What somebody does to somebody

    async def mention(self, one: str, other: str, word: str) -> None:
        mark = f"mention-{one}-{other}"
        assert await self._publish(one, f"@{_acct(other)} {mark} {word}") == 200
        if other == REMOTE:
            return
        expected = self.model.is_notified(other, one, word)
        assert (mark in await self._notifications(other)) == expected, mark
        await self._check_counts(other)
        is_listed = self.model.may_mention(one, other) and (other, one) not in self.model.mutes
        assert (mark in text(await self.browsers[other].reads("/mentions"))) == is_listed, mark

    async def reply(self, one: str, other: str, word: str, named: str) -> None:
        """To what the other says, who names one of the people in it."""
        asked = await self.people[other].posts(f"@{_acct(named)} a question")
        mark = f"reply-{one}-{other}"
        expected = self.model.reply(one, other, word, {named})
        if one in self.browsers:
            page = await self.browsers[one].reads(f"/compose?reply_to={asked['id']}")
            assert page.status_code == {404: 404, 422: 403, 200: 200}[OUTCOMES[expected]], (mark, expected)
        answered = await self._publish(one, f"@{_acct(other)} {mark} {word}", in_reply_to_id=asked["id"])
        assert answered in {OUTCOMES[expected], 422 if expected == "hidden" else 0}, (mark, expected)  # a page keeps what was typed
        await self.running_site.run_until_idle()
        shown = (await self.running_site.client().get(f"/api/v1/statuses/{asked['id']}/context")).text
        assert (mark in shown) == (expected == "shown"), (mark, expected)
        page = text(await Browser(self.running_site).reads(f"/@{_acct(other)}/{asked['id']}"))
        assert (mark in page) == (expected == "shown"), (mark, expected)
        if other != REMOTE:
            is_notified = expected == "shown" and self.model.is_notified(other, one, word, was_named=one == named)
            assert (mark in await self._notifications(other)) == is_notified, (mark, expected)
            waiting = text(await self.browsers[other].reads("/settings/held-replies"))
            assert (mark in waiting) == (expected == "waits"), (mark, expected)

    async def write(self, one: str, other: str) -> None:
        mark = f"message-{one}-{other}"
        if self._by_page() and one in self.browsers:
            sent = await self.browsers[one].sends("/messages", to=f"@{_acct(other)}", status=mark)
        else:
            sent = await self.people[one].client.post(
                "/api/v1/statuses", json={"status": f"@{_acct(other)} {mark}", "visibility": "direct"}
            )
        expected = self.model.write(one, other)
        assert _status_code(sent) == OUTCOMES[expected], (mark, expected)
        is_muted = (other, one) in self.model.mutes
        listed = await self.people[other].get("/api/v1/conversations")
        pages = [text(await self.browsers[other].reads(path)) for path in ("/messages", "/messages/requests")]
        assert (mark in str(listed)) == (expected == "open" and not is_muted), (mark, expected)
        assert [mark in page for page in pages] == [expected == state and not is_muted for state in ("open", "request")], (mark, expected)
        if expected != "open":
            assert mark not in await self._notifications(other), (mark, expected)

    async def add_to_circle(self, one: str, other: str) -> None:
        expected = self.model.add_to_circle(one, other)
        if not self._by_page():
            sent = await self.people[one].client.post(
                f"/api/v1/circles/{self.circles[one]}/accounts", json={"account_ids": [self.people[other].id]}
            )
        else:
            sent = await self.browsers[one].sends(f"/settings/circles/{self.circles[one]}", part="add", handle=f"@{_acct(other)}")
        assert _status_code(sent) == OUTCOMES[expected], (one, other, expected)
        members = await self.people[one].get(f"/api/v1/circles/{self.circles[one]}/accounts")
        assert (self.people[other].id in [each["id"] for each in members]) == ((one, other) in self.model.circles), (one, other, expected)

    async def find(self, one: str, other: str) -> None:
        """`one` is empty for a visitor."""
        await self.running_site.run_until_idle()
        client = self.people[one].client if one else self.running_site.client()
        browser = self.browsers[one] if one else Browser(self.running_site)
        begun, is_found = other[:3], self.model.may_find(one, other)
        lists = [f"/api/v2/search?q={begun}&type=accounts"] if one else []
        lists += [f"/api/v1/accounts/search?q={begun}"] if one else []
        pages = [f"/search?q={begun}", f"/search?q={begun}&type=accounts", *([f"/compose/complete?q=%40{begun}"] if one else [])]
        found = {path: f'"acct":"{_acct(other)}"' in (await client.get(path)).text for path in lists}
        found |= {path: f"@{_acct(other)}" in _main(await browser.reads(path)) for path in pages}
        assert set(found.values()) == {is_found}, (one, other, found)
        is_listed = (
            is_found and other != REMOTE and self.model.limits[other].who_may_find == "everyone" and (one, other) not in self.model.mutes
        )
        assert (f'"acct":"{_acct(other)}"' in (await client.get("/api/v1/directory?limit=80")).text) == is_listed, (one, other)
        assert (f'href="/@{_acct(other)}"' in _main(await browser.reads("/directory"))) == is_listed, (one, other)
        for path in ("/api/v1/suggestions?limit=80", "/api/v2/suggestions?limit=80") if one else ():
            assert f'"acct":"{_acct(other)}"' not in (await client.get(path)).text or is_found, (one, other, path)
        if not self.model.are_apart(one, other):
            assert (await client.get(f"/api/v1/accounts/lookup?acct={_acct(other)}")).status_code == 200

    async def read_town(self, one: str, other: str) -> None:
        await self.running_site.run_until_idle()
        client = self.people[one].client if one else self.running_site.client()
        browser = self.browsers[one] if one else Browser(self.running_site)
        town, is_read = f"Town{other}", self.model.may_read_town(one, other)
        assert (town in text(await browser.reads(f"/@{other}"))) == is_read, (one, other)
        for path in (
            "/directory",
            "/suggestions",
            "/notifications",
            f"/@{other}/card",
            f"/@{other}/followers",
            f"/@{one or other}/following",
            f"/search?q={other}",
        ):
            assert town not in text(await browser.reads(path)) or is_read, (one, other, path)
        for path in (f"/api/v1/accounts/{self.people[other].id}", f"/api/v1/accounts/lookup?acct={other}"):
            assert town not in (await client.get(path)).text, (one, other, path)
        if one:
            everybody = self.model.may_find(one, other) and self.model.limits[other].who_may_see_town == "everyone"
            assert (f'"acct":"{other}"' in (await client.get(f"/api/v2/search?q={town}&type=accounts")).text) == everybody, (one, other)

    def _by_page(self) -> bool:
        return self.chance.random() < 0.5

    async def _publish(self, one: str, said: str, **options: str) -> int:
        if self._by_page() and one in self.browsers:
            return _status_code(await self.browsers[one].sends("/statuses", status=said, **options))
        return (await self.people[one].client.post("/api/v1/statuses", json={"status": said} | options)).status_code

    async def _notifications(self, name: str) -> str:
        grouped = str(await self.people[name].get("/api/v2/notifications", limit=80))
        listed = str(await self.people[name].get("/api/v1/notifications", limit=80))
        assert {one for one in grouped.split() if "-" in one} >= {one for one in listed.split() if one.startswith(("mention-", "reply-"))}
        return listed

    async def _check_counts(self, name: str) -> None:
        read = (await self.people[name].get("/api/v1/markers", **{"timeline[]": "notifications"})).get("notifications")
        listed = await self.people[name].get("/api/v1/notifications", limit=80)
        unread = [one for one in listed if int(one["id"]) > (int(read["last_read_id"]) if read else 0)]
        expected = 0 if self.model.limits[name].is_quiet else len(unread)
        assert (await self.people[name].get("/api/v1/notifications/unread_count"))["count"] == expected, name


def _acct(name: str) -> str:
    return f"{name}@{DOMAIN}" if name == REMOTE else name


def _main(page: httpx.Response) -> str:
    """Without the column at the side, which suggests people."""
    return text(page).partition("</main>")[0]


def _status_code(response: httpx.Response) -> int:
    """Of what was sent: pages answer success by a redirect."""
    return 200 if response.is_redirect else response.status_code


@given(graph=GRAPHS, chosen=st.tuples(LIMITS, LIMITS, LIMITS), seed=st.integers(0, 2**32))
@stories(few=2, many=9)
def test_limits_let_through_whom_the_model_does(database_kind: str, graph: Graph, chosen: tuple[Limits, ...], seed: int) -> None:
    note(f"{graph}\n{chosen}\n{seed}")
    asyncio.run(_run(database_kind, graph, dict(zip(HERE, chosen, strict=True)), Random(seed)))


async def _run(kind: str, graph: Graph, chosen: dict[str, Limits], chance: Random) -> None:
    async with fresh_site(kind) as running_site:
        people = {name: await running_site.person(name) for name in PEOPLE}
        scenario = Scenario(running_site, people, LimitsModel(chosen | {REMOTE: Limits()}), chance)
        await scenario.begin(graph)
        for one, other in PAIRS:
            if one != REMOTE and other != REMOTE:
                await scenario.read_town(one, other)
            if one != REMOTE:
                await scenario.find(one, other)
                await scenario.add_to_circle(one, other)
            await scenario.mention(one, other, chance.choice(WORDS))
            named = chance.choice([name for name in PEOPLE if name != other])
            await scenario.reply(one, other, chance.choice(WORDS), named)
            if other != REMOTE:
                await scenario.write(one, other)
        for other in HERE:
            await scenario.find("", other)
            await scenario.read_town("", other)
