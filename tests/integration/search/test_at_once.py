"""Search right after writing, with the worker running: what was posted is found by the next request."""

import asyncio
import time

import pytest

from gazouillis.infra.event_log import wait_for_worker
from gazouillis.worker import Loops
from tests.support.browser import Browser
from tests.support.page import read
from tests.support.people import words

SEARCH = "/api/v2/search"


@pytest.fixture
async def running(running_site):
    await running_site.site.the(Loops).start()
    yield running_site
    await running_site.site.the(Loops).stop()


async def search(person, text):
    return (await person.client.get(SEARCH, params={"q": text})).json()


async def test_a_search_after_a_post_was_answered_finds_its_words_and_its_hashtag(running, alice):
    for number in range(5):
        await alice.posts(f"parapluie{number} #averse{number}")

        assert [words(one) for one in (await search(alice, f"parapluie{number}"))["statuses"]] == [f"parapluie{number} #averse{number}"]
        await alice.posts(f"encore #orage{number}")
        assert [one["name"] for one in (await search(alice, f"#orage{number}"))["hashtags"]] == [f"orage{number}"]


async def test_the_search_page_finds_an_edited_status_and_a_changed_name_at_once(running, alice):
    status = await alice.posts("parapluie")
    await alice.edits(status, "ombrelle")
    assert read(await Browser(running).reads("/search?q=ombrelle")) == ["ombrelle"]
    assert (await search(alice, "parapluie"))["statuses"] == []

    await alice.client.patch("/api/v1/accounts/update_credentials", json={"display_name": "Pluviose"})
    found = await alice.client.get("/api/v1/accounts/search", params={"q": "pluvi"})
    assert [one["acct"] for one in found.json()] == ["alice"]


async def test_a_search_does_not_wait_for_statuses_posted_after_it_began(running, alice, bob):
    async def posts_forever():
        while True:
            await bob.posts("hello")

    posting = asyncio.create_task(posts_forever())
    await alice.posts("parapluie")
    started = time.monotonic()

    found = await search(alice, "parapluie")

    posting.cancel()
    assert [words(one) for one in found["statuses"]] == ["parapluie"]
    assert time.monotonic() - started < wait_for_worker.LONGEST_WAIT


async def test_without_a_worker_a_search_answers_from_what_is_indexed(running_site, alice, monkeypatch):
    monkeypatch.setattr(wait_for_worker, "LONGEST_WAIT", 0.1)
    await alice.posts("parapluie")

    assert (await search(alice, "parapluie"))["statuses"] == []


async def test_a_worker_that_is_stopped_delays_one_search_and_not_each(running_site, alice, monkeypatch):
    await alice.posts("parapluie")
    await search(alice, "parapluie")
    monkeypatch.setattr(wait_for_worker, "LONGEST_WAIT", 60)

    async with asyncio.timeout(20):
        assert (await search(alice, "parapluie"))["statuses"] == []
        await running_site.run_until_idle()
        assert [words(one) for one in (await search(alice, "parapluie"))["statuses"]] == ["parapluie"]
