"""The traveller's story, told through the doors: he has ten followers and says where he is; three strangers who track the town answer; one
of them accepts a coffee, and its photo follows; he thanks twenty people; a blog shows it, and a reader of the blog answers. He recommends
those he met. And a newcomer whose hello is answered.
"""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.media import photo
from tests.support.page import read, value_of
from tests.support.people import PASSWORD, words
from tests.support.stays import BUDAPEST, lives

ARRIVED = "À Budapest pour deux jours. Quelqu’un pour un café\xa0?"
ANSWERS = ("au New York à dix heures", "je finis à midi, les bains ensuite", "venez voir le marché")
CROWD = 17
"""With the three who answer, twenty people take part."""


class Traveller:
    """Cyrille in a browser, his ten followers and three strangers who live in Budapest with apps."""

    def __init__(self, running_site):
        self.running_site = running_site

    async def arrives(self):
        self.cyrille = await self._person("cyrille")
        self.followers = [await self._person(f"follower{number}") for number in range(10)]
        self.strangers = [await self._person(name) for name in ("marie", "nico", "zsofi")]
        self.crowd = [await self._person(f"reader{number}") for number in range(CROWD)]
        for one in self.followers:
            await one.follows(self.cyrille)
        for one in self.strangers:
            await one.post("/api/gazouillis/v1/tracks", query="Budapest")
            await lives(one, BUDAPEST)
        self.browser = await self.browser_of(self.cyrille)
        answer = await self.browser.sends("/statuses", status=ARRIVED, language="fr")
        self.after_posting = await self.browser.reads(leads_to(answer))
        self.status = (await self.cyrille.get(f"/api/v1/accounts/{self.cyrille.id}/statuses"))[0]

    async def browser_of(self, person):
        browser = Browser(self.running_site, "fr")
        await browser.was_signed_in(person.name)
        return browser

    async def reads(self, person, path):
        await self.running_site.run_until_idle()
        return text(await (await self.browser_of(person)).reads(path))

    async def _person(self, name):
        return await self.running_site.person(name)


@pytest.fixture
async def story(running_site):
    traveller = Traveller(running_site)
    await traveller.arrives()
    return traveller


async def test_strangers_answer_a_coffee_follows_twenty_are_thanked_and_a_blog_shows_it(story):
    answer = await _strangers_who_track_the_town_answer(story)
    shown = await _one_of_them_accepts_a_coffee_and_its_photo_follows(story, answer)
    await _he_thanks_twenty_people_and_each_is_told_once(story)
    await _a_blog_shows_the_photo_and_a_reader_of_it_answers(story, shown)


async def test_he_announces_the_stay_that_was_proposed_and_is_in_town_for_those_who_live_there(story):
    assert "annoncer ce séjour" in text(story.after_posting)
    assert 'class="card in-town"' not in await story.reads(story.strangers[0], "/")
    form = await story.browser.reads(f"/places/{BUDAPEST}?from=2026-03-06&to=2026-03-07")
    days = {"from": value_of(form, "from"), "to": value_of(form, "to")}
    assert (await story.browser.sends(f"/places/{BUDAPEST}/stay", **days, audience="everyone")).status_code == 303

    for one in story.strangers:
        home = await story.reads(one, "/")
        assert 'class="card in-town"' in home
        assert 'href="/@cyrille" title="cyrille"' in home
    assert "cyrille" in await story.reads(story.strangers[0], f"/places/{BUDAPEST}")
    assert 'class="card in-town"' not in await story.reads(story.followers[0], "/")


async def test_those_he_met_are_recommended_to_his_followers_and_followed_with_one_tap(story):
    follower, met = story.followers[0], story.strangers
    status = await story.cyrille.posts(f"#FF {' '.join(f'@{one.name}' for one in met)} qui répondent toujours")

    home = await story.reads(follower, "/")
    assert 'class="card of-the-week"' in home
    assert f'href="/recommendations/{status["id"]}">cyrille recommande' in home
    await follower.post(f"/api/gazouillis/v1/recommendations/{status['id']}/follow", account_ids=[one.id for one in met])

    assert 'class="card of-the-week"' not in await story.reads(follower, "/")
    assert "par cyrille" in await story.reads(follower, "/@follower0/following")


async def test_a_newcomer_tracks_follows_five_people_says_hello_and_is_answered(story):
    for one in (*story.strangers, *story.followers[:2]):
        await one.posts("Il fait beau à Pest")
    story.running_site.clock.advance(minutes=11)
    nina = await story.running_site.person("nina")
    browser = await story.browser_of(nina)
    assert leads_to(await browser.sends("/tracks?next=/start?step=people", query="Budapest")) == "/start?step=people"
    await story.running_site.run_until_idle()
    page = await browser.reads("/start?step=people")
    offered = [part.partition('"')[0] for part in page.text.split('name="follow_')[1:]]
    assert len(offered) == 5
    await browser.sends("/start/people", **{f"follow_{one}": "1" for one in offered})
    hello = await browser.reads("/start?step=hello")
    await browser.sends("/statuses", status=value_of(hello, "status"), idempotency_key=value_of(hello, "idempotency_key"))

    marie = story.strangers[0]
    said = (await marie.get("/api/v1/timelines/public", local=True))[0]
    assert words(said).startswith("Bonjour")
    await marie.replies(said, "@nina bienvenue")

    assert [words(one["status"]) for one in await nina.notifications(types=["mention"])] == ["@nina bienvenue"]
    assert "@nina bienvenue" in read(await browser.reads(f"/@nina/{said['id']}"))


async def _strangers_who_track_the_town_answer(story):
    replies = []
    assert story.status["account"]["followers_count"] == 10
    for one in story.strangers:
        assert "<bdi>Budapest</bdi></a> <small>1 gazouillis" in await story.reads(one, "/")
    for one, answer in zip(story.strangers, ANSWERS, strict=True):
        track = (await one.get("/api/gazouillis/v1/tracks"))[0]
        found = await one.get(f"/api/gazouillis/v1/tracks/{track['id']}/timeline")
        assert [words(each) for each in found] == [ARRIVED]
        replies.append(await one.replies(found[0], f"@cyrille {answer}"))

    mentions = [words(one["status"]) for one in await story.cyrille.notifications(types=["mention"])]
    assert sorted(mentions) == sorted(f"@cyrille {one}" for one in ANSWERS)
    assert (await story.cyrille.thread(story.status))[1] == [f"@cyrille {one}" for one in ANSWERS]
    return replies[0]


async def _one_of_them_accepts_a_coffee_and_its_photo_follows(story, answer):
    marie, cyrille = story.strangers[0], story.cyrille
    fields = {"with": "marie", "place": "Budapest", "starts_at": "2026-03-07T10:00", "minutes": "60", "spot": "New York", "about": "Trains"}
    coffee = leads_to(await story.browser.sends("/meetings/coffee", **fields))
    assert "vous propose un café" in await story.reads(marie, "/notifications")
    assert leads_to(await (await story.browser_of(marie)).sends(f"{coffee}/answer", answer="yes")) == coffee
    assert "a accepté" in await story.reads(cyrille, "/notifications")

    story.running_site.clock.advance(hours=16)
    taken = await cyrille.uploads(photo(), description="Deux cafés et un train en papier")
    shown = await cyrille.replies(answer, "@marie au New York", media_ids=[taken["id"]], place_id=BUDAPEST)
    assert shown["place"]["id"] == BUDAPEST
    assert [words(one["status"]) for one in await marie.notifications(types=["mention"])] == ["@marie au New York"]
    return shown


async def _he_thanks_twenty_people_and_each_is_told_once(story):
    for number, one in enumerate(story.crowd):
        await (one.reblogs if number % 2 else one.favourites)(story.status)
    await story.running_site.run_until_idle()
    twenty = [*story.strangers, *story.crowd]
    page = await story.browser.reads(f"/statuses/{story.status['id']}/thanks")
    assert all(f"@{one.name}" in page.text for one in twenty)

    path = f"/api/gazouillis/v1/statuses/{story.status['id']}/thanks"
    fields = {"status": "Merci à vous, " + "x" * 126, "account_ids": [one.id for one in twenty]}
    await story.cyrille.post(path, **fields, lines={story.strangers[0].id: "pour la chaise de plus"})
    await story.cyrille.post(path, **fields)

    for one in twenty:
        told = await one.notifications(types=["thanks"])
        assert [each["account"]["username"] for each in told] == ["cyrille"]
    assert await story.followers[0].notifications(types=["thanks"]) == []
    assert (await story.cyrille.client.post(path, json=fields | {"account_ids": [story.followers[0].id]})).status_code == 422
    assert "remercie 20 personnes" in await story.reads(story.followers[0], "/")


async def _a_blog_shows_the_photo_and_a_reader_of_it_answers(story, shown):
    visitor = Browser(story.running_site, "fr")
    embedded = (await visitor.reads(f"/api/oembed?url={shown['url']}")).json()
    blog = f"<!doctype html><title>Mon carnet</title>{embedded['html']}"
    frame = await visitor.reads(_one(r'<iframe src="([^"]+)"', blog))
    assert "au New York" in text(frame)
    assert (await visitor.reads(_one(r'<img class="[^"]*" src="([^"]+)"', frame.text))).headers["content-type"].startswith("image/")
    door = leads_to(await visitor.reads(_one(r'href="(/compose[^"]+)"', frame.text)))
    composing = leads_to(
        await visitor.sends("/sign-in", login="reader0", password=PASSWORD, next=value_of(await visitor.reads(door), "next"))
    )
    form = await visitor.reads(composing)
    await visitor.sends("/statuses", status="@cyrille la table du fond", in_reply_to_id=shown["id"], via=value_of(form, "via"))

    heard = await story.cyrille.notifications(types=["mention"])
    assert words(heard[0]["status"]) == "@cyrille la table du fond"
    reach = text(await story.browser.reads(f"/statuses/{shown['id']}/reach"))
    assert "<span>Un blog qui le montre</span> <b>1</b>" in reach


def _one(pattern, html):
    """What the pattern finds first, with its entities decoded."""
    found = re.search(pattern, html)
    assert found is not None, pattern
    return unescape(found[1])
