"""Random stories of two strangers who write to each other.

What somebody declined or blocked writes reaches its recipient nowhere; and nothing that the sender reads differs by what became of it.
"""

import random
import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.support.browser import Browser
from tests.support.streams import open_stream

CONVERSATIONS = "/api/v1/conversations"
REQUESTS = "/api/v1/notifications/requests"
STEPS = 25
THOROUGH = pytest.mark.thorough
WORD = re.compile(r"word\d+x")


class Story:
    """Mallory writes, Alice answers; what she may read of it is computed here, too."""

    def __init__(self, running_site, alice, mallory, carol, chance):
        self.running_site, self.alice, self.mallory, self.carol, self.chance = running_site, alice, mallory, carol, chance
        self.state, self.follows, self.blocks, self.sent = "none", False, False, 0
        self.messages = {}
        """By word: the id of the message, and whether Alice may ever read it."""

    async def writes(self):
        word = f"word{self.sent}x"
        self.sent += 1
        answer = await self.mallory.client.post("/api/v1/statuses", json={"status": f"@alice {word}", "visibility": "direct"})
        assert answer.status_code in {200, 422}
        if answer.status_code == 200:
            if self.state in {"none", "request"}:
                self.state = "open" if self.follows else "request"
            elif self.state == "declined" and self.follows:
                self.state = "open"
            self.messages[word] = [answer.json()["id"], self.state != "declined" and not self.blocks]

    async def edits(self):
        if self.messages:
            word = self.chance.choice(sorted(self.messages))
            await self.mallory.client.put(f"/api/v1/statuses/{self.messages[word][0]}", json={"status": f"@alice {word} again"})

    async def deletes(self):
        if self.messages:
            word = self.chance.choice(sorted(self.messages))
            await self.mallory.client.delete(f"/api/v1/statuses/{self.messages.pop(word)[0]}")
            self.messages[word] = ["1", False]

    async def accepts(self):
        for one in await self.alice.get(REQUESTS):
            await self.alice.post(f"{REQUESTS}/{one['id']}/accept")
            self.state = "open"

    async def declines(self):
        for one in await self.alice.get(REQUESTS):
            await self.alice.post(f"{REQUESTS}/{one['id']}/dismiss")
            self.state = "declined"
            self.messages = {word: [identifier, False] for word, (identifier, _) in self.messages.items()}

    async def replies(self):
        answer = await self.alice.client.post("/api/v1/statuses", json={"status": "@mallory well", "visibility": "direct"})
        assert answer.status_code in {200, 422}
        self.state = "open" if answer.status_code == 200 else self.state

    async def follows_her(self):
        if not self.blocks:
            await self.alice.follows(self.mallory)
            await self.running_site.run_until_idle()
            self.follows, self.state = True, "open" if self.state == "request" else self.state

    async def unfollows_her(self):
        await self.alice.unfollows(self.mallory)
        self.follows = False

    async def blocks_her(self):
        await self.alice.blocks(self.mallory)
        self.blocks, self.follows = True, False

    async def unblocks_her(self):
        await self.alice.post(f"/api/v1/accounts/{self.mallory.id}/unblock")
        self.blocks = False

    @property
    def never(self):
        return {word for word, (_, is_readable) in self.messages.items() if not is_readable}

    async def what_alice_reads(self, browser):
        """The words that any door shows her now."""
        paths = [CONVERSATIONS, REQUESTS, "/api/v1/timelines/direct", "/api/v1/timelines/home", "/api/v1/notifications"]
        paths += [f"/api/v1/statuses/{identifier}{more}" for identifier, _ in self.messages.values() for more in ("", "/context")]
        found = [(await self.alice.client.get(one)).text for one in paths]
        pages = ["/messages", "/messages/requests", "/notifications", "/messages?q=word", "/"]
        conversation = await self.mallory.get(CONVERSATIONS)
        pages += [f"/messages/{one['id']}" for one in conversation]
        found += [(await browser.reads(one)).text.partition("<main")[2] for one in pages]
        return set(WORD.findall("\n".join(found)))


ACTS = [
    *([Story.writes] * 6),
    *(Story.edits, Story.deletes, Story.accepts, Story.declines, Story.declines, Story.replies),
    *(Story.follows_her, Story.unfollows_her, Story.blocks_her, Story.unblocks_her, Story.unblocks_her),
]


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(one, marks=THOROUGH) for one in range(3, 40))])
async def test_what_somebody_declined_or_blocked_writes_arrives_nowhere(running_site, alice, mallory, carol, seed):
    chance, browser = random.Random(seed), Browser(running_site)
    await browser.was_signed_in("alice")
    story = Story(running_site, alice, mallory, carol, chance)
    heard = ""
    async with (
        open_stream(running_site, "/api/v1/streaming/direct", alice.token) as direct,
        open_stream(running_site, "/api/v1/streaming/user", alice.token) as user,
    ):
        for _step in range(STEPS):
            act = chance.choice(ACTS)
            unreadable = story.never
            await act(story)
            await running_site.run_until_idle()
            for stream in (direct, user):
                heard = await _heard(stream)
                assert not set(WORD.findall(heard)) & (unreadable | _unheard(story)), act.__name__
            read = await story.what_alice_reads(browser)
            assert not read & story.never, act.__name__
            if story.blocks:
                assert not read, act.__name__

    await story.unblocks_her()
    if story.state in {"open", "request"}:
        readable = {word for word, (_, is_readable) in story.messages.items() if is_readable}
        assert readable <= await story.what_alice_reads(browser)
    await browser.reads("/settings/export")
    archive = await browser.sends("/settings/export")
    with ZipFile(BytesIO(archive.content)) as bundle:
        everything = b"".join(bundle.read(one) for one in bundle.namelist())
    assert not WORD.findall(everything.decode(errors="replace"))


def _unheard(story):
    """While it is a request, no stream tells of it."""
    return set(story.messages) if story.state in {"request", "declined", "none"} else story.never


async def _heard(stream):
    found = []
    while not stream._connection.received.empty():
        found.append((await stream.line()) or "")
    return "\n".join(found)


async def unread(_recipient, _request):
    pass


async def read(recipient, request):
    await recipient.post(f"{CONVERSATIONS}/{request['id']}/read")
    await recipient.get(f"/api/v1/statuses/{request['last_status']['id']}/context")


async def accepted(recipient, request):
    await recipient.post(f"{REQUESTS}/{request['id']}/accept")


async def declined(recipient, request):
    await recipient.post(f"{REQUESTS}/{request['id']}/dismiss")


async def deleted(recipient, request):
    await recipient.client.delete(f"{CONVERSATIONS}/{request['id']}")


@pytest.mark.parametrize("seed", [1, *(pytest.param(one, marks=THOROUGH) for one in range(2, 12))])
async def test_nothing_that_the_sender_reads_tells_what_became_of_a_request(running_site, mallory, seed):
    """Four people get the same from the same sender; each does something else with it. All that the sender is answered is the same."""
    fates = [unread, read, accepted, declined, deleted]
    chance = random.Random(seed)
    acts = [chance.choice(["writes", "edits", "deletes", "looks", "forgets"]) for _ in range(12)]
    answers = []
    for number, fate in enumerate(fates):
        recipient = await running_site.person(f"person{number}")
        answers.append([one async for one in _answers(running_site, mallory, recipient, fate, acts)])

    for one in answers[1:]:
        assert one == answers[0]


async def _answers(running_site, sender, recipient, fate, acts):
    """What the sender is answered, with the names and numbers of this recipient taken out."""
    browser = Browser(running_site)
    await browser.was_signed_in(sender.name)

    def plainly(response):
        text = re.sub(rf"{recipient.name}|{recipient.id}|\d{{15,}}", "…", response.text.partition("<main")[2] or response.text)
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "…", text)
        text = re.sub(r'name="(?:idempotency_key|_csrf_token)" value="[^"]*"', "", text)
        return response.status_code, response.headers.get("retry-after"), text

    async def write():
        return await sender.client.post("/api/v1/statuses", json={"status": f"@{recipient.name} hello", "visibility": "direct"})

    first = await write()
    yield plainly(first)
    await running_site.run_until_idle()
    [request] = await recipient.get(REQUESTS)
    await fate(recipient, request)
    last = first.json()["id"]
    for act in acts:
        match act:
            case "writes":
                response = await write()
                last = response.json().get("id", last)
            case "edits":
                response = await sender.client.put(f"/api/v1/statuses/{last}", json={"status": f"@{recipient.name} again"})
            case "deletes":
                response = await sender.client.delete(f"/api/v1/statuses/{last}")
            case "forgets":
                response = await sender.client.delete(f"{CONVERSATIONS}/{request['id']}")
            case _:
                response = await sender.client.get(f"/api/v1/statuses/{last}/context")
        yield plainly(response)
        await running_site.run_until_idle()
        mine = [one for one in (await sender.client.get(CONVERSATIONS)).json() if one["id"] == request["id"]]
        yield [(one["unread"], one["last_status"] and one["last_status"]["content"].replace(recipient.name, "…")) for one in mine]
        yield plainly(await browser.reads(f"/messages/{request['id']}"))
        [relation] = (await sender.client.get("/api/v1/accounts/relationships", params={"id[]": recipient.id})).json()
        yield relation | {"id": "…"}
