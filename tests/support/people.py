"""The people of a test: Alice, Bob and Carol, and Mallory, who attacks. Everything they do goes through the API, as from an app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from gazouillis.infra.basics.ids import AccountId
from gazouillis.text.cleaning import plain

if TYPE_CHECKING:
    from tests.support.site import RunningSite

PASSWORD = "correct horse battery"

Entity = dict[str, Any]


class Refused(AssertionError):
    """An error status where a test expected success. A test of a refusal uses `person.client`, which returns every response."""


class Person:
    """An account with an access token. Methods return the entities of the API."""

    def __init__(self, running_site: RunningSite, name: str, account_id: str, token: str) -> None:
        self.running_site = running_site
        self.name = name
        self.id = account_id
        self.token = token
        self.client = running_site.client(Authorization=f"Bearer {token}")

    @property
    def account_id(self) -> AccountId:
        return AccountId(int(self.id))

    async def get(self, path: str, **parameters: Any) -> Any:
        """After all reactions to earlier requests are done."""
        await self.running_site.run_until_idle()
        return _answer(await self.client.get(path, params=parameters))

    async def post(self, path: str, **fields: Any) -> Any:
        return _answer(await self.client.post(path, json=fields))

    # Statuses

    async def posts(self, text: str, **options: Any) -> Entity:
        status: Entity = await self.post("/api/v1/statuses", status=text, **options)
        return status

    async def uploads(self, content: bytes, name: str = "photo.jpg", **fields: str) -> Entity:
        """A file, as apps upload it; processed when this returns."""
        response = await self.client.post("/api/v2/media", files={"file": (name, content)}, data=fields)
        attachment: Entity = _answer(response)
        if response.status_code == 202:
            attachment = await self.get(f"/api/v1/media/{attachment['id']}")
        return attachment

    async def replies(self, to: Entity, text: str, **options: Any) -> Entity:
        return await self.posts(text, in_reply_to_id=to["id"], **options)

    async def reblogs(self, status: Entity) -> Entity:
        return await self._does(status, "reblog")

    async def unreblogs(self, status: Entity) -> Entity:
        return await self._does(status, "unreblog")

    async def favourites(self, status: Entity) -> Entity:
        return await self._does(status, "favourite")

    async def bookmarks(self, status: Entity) -> Entity:
        return await self._does(status, "bookmark")

    async def edits(self, status: Entity, text: str, **options: Any) -> Entity:
        edited: Entity = _answer(await self.client.put(f"/api/v1/statuses/{status['id']}", json={"status": text, **options}))
        return edited

    async def deletes(self, status: Entity) -> Entity:
        deleted: Entity = _answer(await self.client.delete(f"/api/v1/statuses/{status['id']}"))
        return deleted

    async def narrows(self, status: Entity, visibility: str, **options: Any) -> Entity:
        narrowed: Entity = await self.post(f"/api/v1/statuses/{status['id']}/narrow", visibility=visibility, **options)
        return narrowed

    # Relations to others

    async def has_circle(self, *members: Person, name: str = "family") -> str:
        """Makes a circle of these people; returns its id."""
        circle = await self.post("/api/v1/circles", title=name)
        if members:
            await self.post(f"/api/v1/circles/{circle['id']}/accounts", account_ids=[one.id for one in members])
        return str(circle["id"])

    async def follows(self, *others: Person, **options: Any) -> None:
        for other in others:
            await self.post(f"/api/v1/accounts/{other.id}/follow", **options)

    async def unfollows(self, other: Person) -> None:
        await self.post(f"/api/v1/accounts/{other.id}/unfollow")

    async def blocks(self, other: Person) -> None:
        await self.post(f"/api/v1/accounts/{other.id}/block")

    async def mutes(self, other: Person, **options: Any) -> None:
        await self.post(f"/api/v1/accounts/{other.id}/mute", **options)

    async def locks(self) -> None:
        _answer(await self.client.patch("/api/v1/accounts/update_credentials", json={"locked": True}))

    # Timelines: the texts of statuses, newest first. `window`: `max_id`, `since_id`, `min_id`, `limit`

    async def home(self, **window: Any) -> list[str]:
        return [words(one) for one in await self.get("/api/v1/timelines/home", **window)]

    async def local(self, **window: Any) -> list[str]:
        return [words(one) for one in await self.get("/api/v1/timelines/public", local=True, **window)]

    async def profile(self, other: Person, **choice: Any) -> list[str]:
        return [words(one) for one in await self.get(f"/api/v1/accounts/{other.id}/statuses", **choice)]

    async def thread(self, status: Entity) -> tuple[list[str], list[str]]:
        context = await self.get(f"/api/v1/statuses/{status['id']}/context")
        return [words(one) for one in context["ancestors"]], [words(one) for one in context["descendants"]]

    async def notifications(self, **choice: Any) -> list[Entity]:
        found: list[Entity] = await self.get("/api/v1/notifications", **choice)
        return found

    async def notified_of(self) -> list[str]:
        """Their notifications in one line each, newest first: `"mention by bob"`."""
        return [f"{one['type']} by {one['account']['username']}" for one in await self.notifications()]

    async def _does(self, status: Entity, verb: str) -> Entity:
        shown: Entity = await self.post(f"/api/v1/statuses/{status['id']}/{verb}")
        return shown


def words(status: Entity) -> str:
    """The text of a status: `"hello"`, or `"RT alice: hello"` for a reblog."""
    if status["reblog"]:
        return f"RT {status['reblog']['account']['username']}: {plain(status['reblog']['content'])}"
    return plain(status["content"])


def _answer(response: httpx.Response) -> Any:
    if not response.is_success:
        raise Refused(f"{response.request.method} {response.request.url}: {response.status_code} {response.text[:500]}")
    return response.json()
