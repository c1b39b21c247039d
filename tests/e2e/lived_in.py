"""The village after some weeks of use: every page has something to show, and every link that is sent by letter has been sent."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import httpx
import msgspec

from gazouillis.seeds.village import PASSWORD, PLACE
from tests.e2e.village_server import served_village
from tests.support.browser import Browser, leads_to
from tests.support.mailbox import sent_emails

READER, OWNER, NEWCOMER = "cyrille", "admin", "nouvelle"
"""A member with a full life, the owner, and a member who came a moment ago."""
NEWCOMERS_PASSWORD = "un merle dans le lilas"
"""Of whoever is no character of the village."""
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_LINK = re.compile(r'value="http://[^/"]+(/(?:invite|password)/[^"]+)"')
_ACCOUNT = re.compile(r"/accounts/(\d+)/(?:un)?follow\b")


class LivedIn:
    """`paths` are addresses that are known only now, by name."""

    def __init__(self, address: str, data: Path) -> None:
        self.address = address
        self.paths: dict[str, str] = {}
        self._data = data
        self._browsers: list[Browser] = []

    async def settle_in(self) -> None:
        try:
            owner, reader = await self._member(OWNER), await self._member(READER)
            await self._make_accounts(owner)
            await self._invite(owner, reader)
            await self._ask_to_join(owner)
            await self._relate(reader)
            await self._make_a_circle(reader)
            await self._filter(reader)
            await self._make_a_list(reader)
            await self._write_privately(reader)
            await self._post_and_report(reader)
            await self._let_an_app_in(reader)
            await self._write_letters(reader)
        finally:
            await self._close()

    async def _close(self) -> None:
        for browser in self._browsers:
            await browser.client.aclose()

    def visitor(self) -> Browser:
        browser = Browser(cast("Any", self), language="fr")
        self._browsers.append(browser)
        return browser

    def client(self, _address: str, /, **headers: str) -> httpx.AsyncClient:
        """For `Browser`, as a running site in the test process has one."""
        return httpx.AsyncClient(base_url=self.address, headers=headers, timeout=30)

    async def _member(self, name: str, password: str = PASSWORD) -> Browser:
        browser = self.visitor()
        await _send(browser, "/sign-in", login=name, password=password)
        return browser

    async def _make_accounts(self, owner: Browser) -> None:
        await _send(owner, "/settings/site/people", people="Jérôme Dupont, jerome@example.org\nZoé")
        page = await owner.reads("/settings/site/people")
        self.paths["first password"] = _LINK.findall(page.text)[0]

    async def _invite(self, owner: Browser, reader: Browser) -> None:
        """One invitation that is open, one that is used up, one that was taken back."""
        links = []
        for browser, terms in (
            (reader, {"max_uses": "5", "note": "Venez, il reste une chaise."}),
            (reader, {"max_uses": "1"}),
            (owner, {}),
        ):
            await _send(browser, "/invite", expires_in="604800", follows_inviter="1", **terms)
            page = await browser.reads("/invite")
            links.append(_LINK.findall(page.text)[0])
        self.paths |= dict(zip(("invitation", "used up", "taken back"), links, strict=True))
        for path, name in ((links[1], "invitee"), (links[2], NEWCOMER)):
            await _send(self.visitor(), path, **_details(name))
        revoke = re.search(r"/settings/invitations/\d+/revoke", (await owner.reads("/invite")).text)
        assert revoke is not None
        await _send(owner, revoke[0], confirmed="yes")

    async def _ask_to_join(self, owner: Browser) -> None:
        """One waits, one was let in, one was turned away."""
        await set_joining(owner, "approval")
        for name in ("waiting", "let_in", "turned_away"):
            answer = await _send(self.visitor(), "/sign-up", reason=f"J’habite rue Saint-Dizier. {LONG}", **_details(name))
            self.paths[name] = leads_to(answer)
        ids = {one: await self._account_id(owner, one) for one in ("waiting", "let_in", "turned_away")}
        await _send(owner, f"/settings/site/sign-ups/{ids['let_in']}/approve")
        await _send(owner, f"/settings/site/sign-ups/{ids['turned_away']}/reject", reason="Nous sommes complets.")
        self.paths["reject"] = f"/settings/site/sign-ups/{ids['waiting']}/reject"

    async def _account_id(self, owner: Browser, name: str) -> str:
        page = (await owner.reads("/settings/site/sign-ups")).text
        found = re.search(rf"@{name}\b.*?/settings/site/sign-ups/(\d+)/", page, re.DOTALL)
        assert found is not None, f"{name} does not wait"
        return found[1]

    async def _relate(self, reader: Browser) -> None:
        """The reader mutes and blocks somebody, and is asked by somebody since they look at each request."""
        ids = {name: await self._id_of(reader, name) for name in ("emma_c", "zsofi", "Marievh")}
        await _send(reader, f"/accounts/{ids['emma_c']}/mute", duration="604800")
        await _send(reader, f"/accounts/{ids['zsofi']}/block", confirmed="yes")
        await _send(reader, "/settings/profile", display_name="Cyrille Vasseur", is_locked="1", is_discoverable="1", language="fr")
        newcomer = await self._member("invitee", NEWCOMERS_PASSWORD)
        await _send(newcomer, f"/accounts/{await self._id_of(newcomer, READER)}/unfollow")
        await _send(newcomer, f"/accounts/{await self._id_of(newcomer, READER)}/follow")
        self.paths["account"] = ids["Marievh"]

    async def _filter(self, reader: Browser) -> None:
        await _send(reader, "/settings/filters", title="Sans meringues", whole_words="meringue", in_home="1", filter_action="warn")
        self.paths["filter"] = re.search(r'href="(/settings/filters/[0-9]+)"', (await reader.reads("/settings/filters")).text)[1]

    async def _make_a_list(self, reader: Browser) -> None:
        answer = await _send(reader, "/lists", title="Le chœur")
        path = leads_to(answer)
        self.paths["list"] = path.removesuffix("/edit")
        await _send(reader, path, part="add", handle="@olive")

    async def _make_a_circle(self, reader: Browser) -> None:
        answer = await _send(reader, "/settings/circles", title="Ceux du train")
        self.paths["circle"] = leads_to(answer)
        await _send(reader, self.paths["circle"], part="add", handle="@tom_w")

        await _send(reader, "/statuses", status="#FF @tom_w @Marievh @nico_pest pour la météo du quai")
        self.paths["recommendation"] = f"/recommendations/{(await _newest_post(reader, READER))[2]}"
        self.paths["track"] = leads_to(await _send(reader, "/tracks", query="train"))

        days = {"from": date.today().isoformat(), "to": (date.today() + timedelta(days=3)).isoformat(), "audience": "everyone"}
        await _send(reader, "/places/3054643/stay", **days)
        await _send(reader, "/places/2990969/residence", audience="mutuals", hears="1")
        self.paths["stay"] = re.search(r'href="(/stays/[0-9]+)"', (await reader.reads("/stays")).text)[1]

        await self._plan_meetings(reader)
        fields = {"kind": "phone", "value": "+33 3 83 00 00 00", "note": "le soir", "audience": "named", "readers": "@tom_w"}
        await _send(reader, "/settings/cards", **fields)
        self.paths["card"] = re.search(r'href="(/settings/cards/[0-9]+)"', (await reader.reads("/settings/cards")).text)[1]

    async def _plan_meetings(self, reader: Browser) -> None:
        when = {"place": "Budapest", "starts_at": f"{(date.today() + timedelta(days=9)).isoformat()}T12:30", "minutes": "60"}
        twunch = {**when, "title": "Twunch du Danube", "seats": "1", "spot": "Sous l’horloge", "audience": "everyone", "step": "publish"}
        self.paths["meeting"] = leads_to(await _send(reader, "/meetings/new", **twunch))
        for name in ("tom_w", "Marievh"):
            await _send(await self._member(name), f"{self.paths['meeting']}/answer", answer="yes")
        tom = await self._member("tom_w")
        await _send(tom, "/meetings/new", **twunch | {"title": "Pique-nique"})
        self.paths["coffee"] = leads_to(await _send(tom, "/meetings/coffee", **when, **{"with": READER}, about="On parle du train ?"))
        await _send(reader, "/meetings/feed")

    async def _write_privately(self, reader: Browser) -> None:
        answer = await _send(reader, "/messages", to="@tom_w", status=f"Le train, entre nous. {LONG[:60]}")
        self.paths["conversation"], _hash, message = leads_to(answer).partition("#s")
        self.paths["message id"] = message
        await _send(await self._member("tom_w"), self.paths["conversation"], status="J’y serai.")
        stranger = await self._member("invitee", NEWCOMERS_PASSWORD)
        asked = await _send(stranger, "/messages", to=f"@{READER}", status="Bonsoir ! Voyez https://example.org/train")
        self.paths["request"], _hash, _message = leads_to(asked).partition("#s")

    async def _id_of(self, browser: Browser, name: str) -> str:
        found = _ACCOUNT.search((await browser.reads(f"/@{name}")).text)
        assert found is not None, name
        return found[1]

    async def _post_and_report(self, reader: Browser) -> None:
        await _send(reader, "/statuses", status="Le train est à quai.")
        mine, theirs = await _newest_post(reader, READER), await _newest_post(reader, "Marievh")
        await _send(reader, f"/statuses/{mine[2]}/edit", status="Le train n’est plus à quai.", spoiler_text="Un train")
        for other in ("Marievh", "tom_w"):
            browser = await self._member(other)
            for action in ("favourite", "reblog"):
                await _send(browser, f"/statuses/{mine[2]}/{action}")
        thanked = await self._id_of(reader, "Marievh")
        thanks = {"status": "Merci d’avoir suivi ce train.", f"p{thanked}": "1", f"line_{thanked}": "Vous surtout."}
        self.paths["thanks"] = leads_to(await _send(reader, f"/statuses/{mine[2]}/thanks", **thanks))
        await _send(reader, f"/statuses/{theirs[2]}/bookmark")
        await _send(reader, f"/statuses/{theirs[2]}/favourite")
        await _send(reader, "/report", status=theirs[2], category="other", comment="Trop de café.")
        await _send(await self._member("tom_w"), "/report", account=self.paths["account"], category="spam", comment=LONG)
        owner = await self._member(OWNER)
        first = re.search(r"/settings/reports/\d+/resolve", (await owner.reads("/settings/reports")).text)
        assert first is not None
        await _send(owner, first[0])
        self.paths |= {"own post": mine[1], "post": theirs[1], "post id": theirs[2], "own post id": mine[2]}

    async def _let_an_app_in(self, reader: Browser) -> None:
        form = {"client_name": "Phanpy", "redirect_uris": OUT_OF_BAND, "scopes": "read write follow"}
        app = (await self.visitor().client.post("/api/v1/apps", data=form)).raise_for_status().json()
        asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": OUT_OF_BAND, "scope": "read write follow"}
        self.paths["authorize"] = f"/oauth/authorize?{urlencode(asked)}"
        page = await _send(reader, "/oauth/authorize", decision="allow", **asked)
        code = re.search(r'class="code"[^>]*value="([^"]+)"', page.text)
        assert code is not None
        grant = {"grant_type": "authorization_code", "code": code[1], "client_secret": app["client_secret"], **asked}
        (await self.visitor().client.post("/oauth/token", data=grant)).raise_for_status()

    async def _write_letters(self, reader: Browser) -> None:
        await _send(reader, "/settings/account", part="email", email="cyrille@example.net", password=PASSWORD)
        await _send(self.visitor(), "/password", email=f"{NEWCOMER}@example.org")
        self.paths["address"] = await self._linked_by_letter("address")
        self.paths["password"] = await self._linked_by_letter("password", to=f"{NEWCOMER}@example.org")

    async def _linked_by_letter(self, kind: str, to: str = "") -> str:
        """The newest link of this kind that was sent; the worker sends it a moment later."""
        for _wait in range(100):
            for letter in reversed(sent_emails(self._data)):
                found = re.search(rf"http://[^/\s]+(/{kind}/\S+)", letter.get_content())
                if found and to in letter["To"]:
                    return found[1]
            await asyncio.sleep(0.1)
        raise AssertionError(f"no letter with a link to /{kind}/")


@contextmanager
def served_lived_in(data: Path) -> Iterator[LivedIn]:
    with served_village(data) as address:
        yield LivedIn(address, data)


async def set_joining(owner: Browser, registrations: str) -> None:
    place = msgspec.to_builtins(PLACE) | {"registrations": registrations, "rules": "\n".join(PLACE.rules)}
    await _send(owner, "/settings/site", **{name: str(value) for name, value in place.items() if value is not None})


async def _send(browser: Browser, path: str, **fields: str) -> httpx.Response:
    answer = await browser.sends(path, **fields)
    assert answer.status_code < 400, f"{path}: {answer.status_code} {answer.text}"
    return answer


async def _newest_post(browser: Browser, name: str) -> re.Match[str]:
    """Its path, then its id."""
    found = re.search(rf'<a class="permalink" href="(/@{name}/(\d+))', (await browser.reads(f"/@{name}")).text)
    assert found is not None, f"{name} has posted nothing"
    return found


def _details(name: str) -> dict[str, str]:
    return {"username": name, "email": f"{name}@example.org", "password": NEWCOMERS_PASSWORD, "agreement": "1"}
