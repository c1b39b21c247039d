"""A page that lists people makes as many queries for many of them as for a few, whether the process has cached something or nothing."""

import re

import pytest

from gazouillis.accounts.models import Role
from tests.support.browser import Browser
from tests.support.query_count import recorded_queries

FEW, MANY = 2, 14
FULL_WITH = {"/notifications": 6, "/settings/reports": 8}
"""How many people make several entries each, and so nearly a full page. Only a full page asks whether there is another one."""
PASSWORD = "un merle dans le lilas"
LINK = re.compile(r'value="http://localhost:8000(/invite/[\w-]+)"')


class Crowd:
    """Whoever the page of `olive`, the owner, is to list. Each method makes more people, and leads them onto a page."""

    def __init__(self, running_site, olive, browser):
        self.running_site, self.olive, self.browser, self.names = running_site, olive, browser, []

    async def people(self, count):
        names = [f"person{len(self.names) + number}" for number in range(count)]
        self.names += names
        return [await self.running_site.person(name) for name in names]

    async def listed(self, count):
        for one in await self.people(count):
            await one.posts("hello")

    async def who_favourited(self, count):
        for one in await self.people(count):
            await one.favourites(self.status)

    async def who_reblogged(self, count):
        for one in await self.people(count):
            await one.reblogs(self.status)

    async def suggested(self, count):
        """Followed by people whom olive follows: two for each, since the reason names them."""
        for one in await self.people(count):
            for number in range(2):
                friend = await self.running_site.person(f"friend{number}_of_{one.name}")
                await self.olive.follows(friend)
                await friend.follows(one)

    async def followers(self, count):
        for one in await self.people(count):
            await one.follows(self.olive)

    async def followed(self, count):
        await self.olive.follows(*await self.people(count))

    async def who_ask(self, count):
        await self.olive.locks()
        await self.followers(count)

    async def muted(self, count):
        for one in await self.people(count):
            await self.olive.mutes(one, duration=3600)

    async def blocked(self, count):
        for one in await self.people(count):
            await self.olive.blocks(one)

    async def notifying(self, count):
        """Of each kind: those who favourite the same are one row, the others a row each."""
        for one in await self.people(count):
            await one.follows(self.olive)
            await one.favourites(self.status)
            await one.favourites(await self.olive.posts(f"for {one.name}"))
            await one.posts(f"@olive hello from {one.name}")

    async def guests(self, count):
        """Each by a link of their own."""
        for number in range(count):
            await self.browser.sends("/invite", expires_in="604800", follows_inviter="1")
            link = LINK.search((await self.browser.reads("/invite")).text)[1]
            name = f"guest{len(self.names) + number}"
            await Browser(self.running_site).sends(link, username=name, email=f"{name}@example.org", password=PASSWORD)
        self.names += [f"guest{len(self.names) + number}" for number in range(count)]

    async def applicants(self, count):
        names = [f"applicant{len(self.names) + number}" for number in range(count)]
        for name in names:
            details = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, "reason": "I live here"}
            await Browser(self.running_site).sends("/sign-up", **details)
        self.names += names

    async def without_password(self, count):
        names = [f"newcomer{len(self.names) + number}" for number in range(count)]
        await self.browser.sends("/settings/site/people", people="\n".join(f"@{name} {name}@example.org" for name in names))
        self.names += names

    async def reported(self, count):
        for one in await self.people(count):
            status = await one.posts("buy this")
            await one.post("/api/v1/reports", account_id=self.olive.id, comment="look at this")
            await self.olive.post("/api/v1/reports", account_id=one.id, status_ids=[status["id"]], comment="again")


PAGES = {
    "/directory": Crowd.listed,
    "/directory?order=new": Crowd.listed,
    "/suggestions": Crowd.suggested,
    "/@olive/followers": Crowd.followers,
    "/@olive/following": Crowd.followed,
    "/follow-requests": Crowd.who_ask,
    "/settings/mutes": Crowd.muted,
    "/settings/blocks": Crowd.blocked,
    "/@olive/{status}/favourites": Crowd.who_favourited,
    "/@olive/{status}/reblogs": Crowd.who_reblogged,
    "/search?q=person": Crowd.listed,
    "/search?q=person&type=accounts": Crowd.listed,
    "/notifications": Crowd.notifying,
    "/invite": Crowd.guests,
    "/settings/site/sign-ups": Crowd.applicants,
    "/settings/site/people": Crowd.without_password,
    "/settings/reports": Crowd.reported,
}
SHOWN_IN_PART = {"/search?q=person": 3, "/suggestions": 6, "/notifications": 6, "/invite": 8, "/settings/reports": 8}
"""Pages that show so many of the crowd at least, and not all."""


@pytest.fixture
async def crowd(running_site, set_site_options):
    olive, browser = await running_site.person("olive", role=Role.OWNER), Browser(running_site)
    await browser.was_signed_in("olive")
    crowd = Crowd(running_site, olive, browser)
    crowd.status = await olive.posts("good morning")
    friend, friends_friend = await running_site.person("friend"), await running_site.person("friends_friend")
    await olive.follows(friend)  # so that the side column always names somebody whom the page does not list
    await friend.follows(friends_friend)
    await friends_friend.posts("hello")  # so that the line of what one could answer always reads an author whom the page does not list
    await browser.reads("/about")
    return crowd


@pytest.mark.parametrize("path", PAGES)
async def test_many_people_cost_as_many_queries_as_a_few(crowd, set_site_options, monkeypatch, path):
    address = path.format(status=crowd.status["id"])
    if path.endswith("/sign-ups"):
        await set_site_options(registrations="approval")

    await PAGES[path](crowd, FEW)
    few = await _queries(crowd, address, monkeypatch)
    await PAGES[path](crowd, FULL_WITH.get(path, MANY) - FEW)
    many = await _queries(crowd, address, monkeypatch)

    page = (await crowd.browser.reads(address)).text.partition("<main")[2]
    assert sum(f"@{name}" in page for name in crowd.names) >= SHOWN_IN_PART.get(path, MANY)
    assert many == few


async def _queries(crowd, address, monkeypatch):
    """How many queries the page makes when nothing is cached, and then again."""
    await crowd.running_site.run_until_idle()
    await crowd.browser.reads(address)
    counts, joint = [], "&" if "?" in address else "?"
    crowd.running_site.site.db.cache.clear()
    for time in ("first", "second"):
        with recorded_queries(crowd.running_site.site, monkeypatch) as queries:
            page = await crowd.browser.reads(f"{address}{joint}{time}_time={len(crowd.names)}")
        assert page.status_code == 200
        counts.append(len(queries))
    return counts
