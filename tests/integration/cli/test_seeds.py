"""What `gazouillis seed village` and `gazouillis seed load` leave in the database."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import numpy as np
import pytest
import sqlalchemy as sa

from gazouillis.accounts import options, queries
from gazouillis.accounts.tables import accounts
from gazouillis.app import open_site
from gazouillis.encounters.reach.models import Road
from gazouillis.encounters.reach.queries import provenance
from gazouillis.encounters.recommendations.of_the_week import of_the_week
from gazouillis.encounters.shelf import queries as shelf
from gazouillis.encounters.visits.in_town import in_town
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.ids import moment_of
from gazouillis.infra.database.paging import Window
from gazouillis.infra.database.tables import jobs
from gazouillis.infra.settings import Settings
from gazouillis.notifications.tables import notifications
from gazouillis.places import gazetteer
from gazouillis.places.meetings import lists as meetings
from gazouillis.places.meetings.lists import MeetingsWindow
from gazouillis.search import index
from gazouillis.search import queries as search
from gazouillis.search.tables import searched_tags
from gazouillis.search.tracks import queries as tracks
from gazouillis.search.tracks.queries import met
from gazouillis.seeds import crowd, load, village
from gazouillis.seeds.crowd import Crowd
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses.tables import favourites, status_tags, statuses
from tests.support.databases import KINDS, chosen_kinds, fresh_database_url

SMALL = Crowd(accounts=300, follows=12, statuses=1500)


class NoProgress:
    def begin(self, what, total):
        pass

    def advance_by(self, steps):
        pass


@pytest.fixture(scope="module", params=KINDS)
def village_settings(request, tmp_path_factory):
    """Of a database with the village, seeded once; the tests only read."""
    yield from seeded(request.param, tmp_path_factory.mktemp("village"), seed_village)


@pytest.fixture(scope="module", params=KINDS)
def crowd_settings(request, tmp_path_factory):
    """Of a database with the synthetic population, loaded once; the tests only read."""
    yield from seeded(request.param, tmp_path_factory.mktemp("crowd"), seed_crowd)


def seeded(kind, folder, fill):
    if kind not in chosen_kinds():
        pytest.skip("other databases were asked for")
    database = fresh_database_url(kind)
    with asyncio.Runner() as runner:
        settings = Settings(data=folder, database=runner.run(database.__aenter__()))
        runner.run(fill(settings))
        yield settings
        runner.run(database.__aexit__(None, None, None))


async def seed_village(settings):
    clock = village.StoryClock()
    async with open_site(settings, clock) as site:
        assert await village.seed(site, clock)


async def seed_crowd(settings):
    async with open_site(settings) as site:
        await load.load(site, SMALL, NoProgress())


@pytest.fixture
async def played(village_settings):
    clock = village.StoryClock()
    async with open_site(village_settings, clock) as site:
        yield site, clock


@pytest.fixture
async def loaded(crowd_settings):
    async with open_site(crowd_settings) as site:
        yield site


async def rows(site, statement):
    async with site.db.read() as reader:
        return await reader.all(statement)


# The village


async def test_every_status_of_the_story_is_published_at_its_time(played):
    site, clock = played
    story = village.story()
    published = await rows(site, sa.select(statuses).where(statuses.c.reblog_of_id.is_(None)))

    assert len(published) == len(story.statuses) + len(story.thanks)
    assert all(one.created_at <= clock.now and abs(moment_of(one.id) - one.created_at).total_seconds() < 1 for one in published)
    assert sum(one.deleted_at is not None for one in published) == 1
    assert any(one.edited_at for one in published)
    assert {one.visibility for one in published} == {0, 2, 3}
    assert not await rows(site, sa.select(jobs))


async def test_notifications_have_the_time_of_the_story(played):
    site, clock = played
    created = await rows(site, sa.select(notifications.c.created_at, notifications.c.kind))

    assert {"mention", "favourite", "reblog", "follow"} <= {one.kind for one in created}
    assert all(one.created_at <= clock.now for one in created)
    assert len({one.created_at.date() for one in created}) > 4


async def test_people_of_the_village_track_a_town(played):
    site, _clock = played
    async with site.db.read() as reader:
        marie = (await queries.by_handles(reader, ["marievh"], ""))["marievh"]
        (track,) = await tracks.of_account(reader, marie.id)
        found = await tracks.timeline(reader, track, Window(20))

    assert track.query == "Budapest"
    assert len(found.items) > 3


async def test_a_newcomer_of_the_village_tracks_follows_five_people_and_is_answered(played):
    site, _clock = played
    async with site.db.read() as reader:
        lucie = (await queries.by_handles(reader, ["lucie_m"], ""))["lucie_m"]
        tracked = [one.query for one in await tracks.of_account(reader, lucie.id)]
        answers = await reader.value(sa.select(sa.func.count()).where(statuses.c.in_reply_to_account_id == lucie.id))

    assert (tracked, lucie.following_count, lucie.statuses_count) == (["reliure"], 5, 2)
    assert answers == 2


async def test_the_traveller_of_the_village_is_in_town_and_has_thanked_all_who_took_part(played):
    site, _clock = played
    async with site.db.read() as reader:
        people = await queries.by_handles(reader, ["cyrille", "marievh"], "")
        found = await in_town(reader, people["marievh"].id)
        (thanked_count,) = await reader.values(sa.select(statuses.c.thanked_count).where(statuses.c.thanked_count > 0))

    assert {one.username for one in found.people} == {"cyrille", "LaPriss"}
    assert people["cyrille"].followers_count == 12
    assert thanked_count == 13


async def test_the_rooms_of_the_village_are_lived_in(played):
    site, _clock = played
    async with site.db.read() as reader:
        people = await queries.by_handles(reader, ["cyrille", "marievh"], "")
        why = {}
        for name, account in people.items():
            user = await queries.user(reader, account.id)
            why[name] = {
                one.view.account.username: {each.kind.value for each in one.reasons} for one in await shelf.shelf(reader, user, met)
            }
            assert len((await of_the_week(reader, account.id))[0].people) > 2
        asked = await reader.value(sa.select(statuses.c.id).where(statuses.c.text.like("Me voilà à Budapest%")))
        answers = await provenance(reader, people["cyrille"], asked, "Europe/Paris")

    assert why["cyrille"].keys() == {"balint", "garance", "olive", "tom_w", "schistrou"}
    assert (why["cyrille"]["balint"], why["cyrille"]["garance"]) == ({"town"}, {"track", "language"})
    assert why["marievh"]["tom_w"] == {"town", "track"}
    assert {Road.FOLLOW, Road.REBLOG, Road.TRACK, Road.LINK} <= {one.road for one in answers.roads}
    assert len(answers.waves) > 4


async def test_the_village_has_a_twunch_with_a_line_and_a_coffee_that_is_accepted(played):
    site, _clock = played
    async with site.db.read() as reader:
        people = await queries.by_handles(reader, ["cyrille"], "")
        town = (await meetings.in_place(reader, None, gazetteer.by_id(3054643), MeetingsWindow(10))).meetings
        agreed, asked, tram = (await meetings.own(reader, people["cyrille"].id, MeetingsWindow(10))).meetings

    assert [(one.counts.coming, one.counts.waiting) for one in town] == [(3, 0), (3, 1)]
    assert (agreed.meeting.is_agreed, agreed.account.username) == (True, "Marievh")
    assert (asked.waits_for_viewer, tram.answer.value) == (True, "yes")


async def test_the_village_is_indexed_for_search_and_has_an_owner(played):
    site, _clock = played
    async with site.db.long_read() as reader:
        assert len(await search.statuses(reader, "budapest", None, Window())) > 3
        assert await search.accounts(reader, "cyr", None, 5)
    async with site.db.read() as reader:
        assert (await queries.owner(reader)).username == village.OWNER
        assert (await options.read(reader)).is_set_up


async def test_seeding_the_village_again_changes_nothing(played):
    site, clock = played

    assert not await village.seed(site, clock)


async def test_the_village_is_refused_on_a_server_in_use(running_site, alice):
    with pytest.raises(Conflict, match="People live here"):
        await village.seed(running_site.site, village.StoryClock())


# The crowd


def test_the_same_seed_generates_the_same_crowd():
    first, second = ([one[1].tolist() for one in crowd.follows(SMALL)] for _ in range(2))

    assert first == second
    assert first != [one[1].tolist() for one in crowd.follows(Crowd(300, 12, 1500, seed=2))]


def test_followers_have_a_heavy_tail():
    wanted = Crowd(accounts=20_000, follows=20, statuses=0)
    followed = np.concatenate([one[1] for one in crowd.follows(wanted)])
    counts = np.sort(np.bincount(followed, minlength=wanted.accounts))[::-1]

    assert 18 < len(followed) / wanted.accounts < 22
    assert counts[0] > 100 * np.median(counts)
    assert counts[: wanted.accounts // 100].sum() > 0.25 * len(followed)


async def test_the_counts_of_every_account_are_right(loaded):
    following = Counter(one.follower_id for one in await rows(loaded, sa.select(follows.c.follower_id)))
    followers = Counter(one.followed_id for one in await rows(loaded, sa.select(follows.c.followed_id)))
    posted = Counter(one.account_id for one in await rows(loaded, sa.select(statuses.c.account_id)))

    people = await rows(loaded, sa.select(accounts))
    assert len(people) == SMALL.accounts
    assert [(one.following_count, one.followers_count, one.statuses_count) for one in people] == [
        (following[one.id], followers[one.id], posted[one.id]) for one in people
    ]


async def test_the_counts_of_every_status_are_right(loaded):
    published = await rows(loaded, sa.select(statuses))
    replies, reblogs = Counter(one.in_reply_to_id for one in published), Counter(one.reblog_of_id for one in published)
    favourited = Counter(one.status_id for one in await rows(loaded, sa.select(favourites.c.status_id)))

    assert len(published) == SMALL.statuses
    assert [(one.replies_count, one.reblogs_count, one.favourites_count) for one in published] == [
        (replies[one.id], reblogs[one.id], favourited[one.id]) for one in published
    ]


async def test_replies_belong_to_the_conversation_of_their_parent(loaded):
    known = {one.id: one for one in await rows(loaded, sa.select(statuses))}
    replies = [one for one in known.values() if one.in_reply_to_id]

    assert len(replies) > SMALL.statuses / 5
    assert all(one.conversation_id == known[one.in_reply_to_id].conversation_id for one in replies)
    assert all(one.in_reply_to_account_id == known[one.in_reply_to_id].account_id for one in replies)


async def test_loaded_statuses_are_indexed_as_published_ones_are(loaded):
    """For some statuses: a search for the words that publishing would index finds them."""
    some = random.Random(1).sample([one.id for one in await rows(loaded, sa.select(statuses.c.id).where(statuses.c.text != ""))], 40)
    async with loaded.db.long_read() as reader:
        for one in (await cached_statuses.by_ids(reader, some)).values():
            phrase = '"' + " ".join(index.words_of_status(one.status)) + '"'
            assert one.status.id in await search.statuses(reader, phrase, None, Window(limit=80))


async def test_tags_are_counted(loaded):
    used = Counter(one.tag for one in await rows(loaded, sa.select(status_tags.c.tag)))

    assert {one.tag: one.uses for one in await rows(loaded, sa.select(searched_tags))} == dict(used)


async def test_indexes_and_foreign_keys_are_restored(loaded):
    def compare(connection):
        inspector = sa.inspect(connection)
        assert {one["name"] for one in inspector.get_indexes("follows")} == {one.name for one in follows.indexes}
        assert len(inspector.get_foreign_keys("follows")) == 2

    await loaded.db.run_sync(compare)


async def test_a_second_load_is_refused(loaded):
    with pytest.raises(Conflict, match="fresh database"):
        await load.load(loaded, SMALL, NoProgress())
