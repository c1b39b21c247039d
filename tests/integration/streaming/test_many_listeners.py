import pytest

from gazouillis.api import streams
from gazouillis.statuses.audience import seen_by
from gazouillis.statuses.views import views
from tests.integration.streaming.listening import listening
from tests.support.people import words

USER = "/api/v1/streaming/user"
PUBLIC = "/api/v1/streaming/public"


async def test_who_muted_the_author_hears_nothing_while_the_others_do(town, alice, bob, carol, mallory):
    await alice.mutes(mallory)
    async with (
        listening(town, PUBLIC, alice.token) as hers,
        listening(town, PUBLIC, bob.token) as his,
        listening(town, PUBLIC) as a_visitors,
    ):
        await mallory.posts("buy my watches")
        await carol.posts("good morning")
        await town.settle()

        assert words((await hers.event())[1]) == "good morning"
        for stream in (his, a_visitors):
            assert [words((await stream.event())[1]) for _ in range(2)] == ["buy my watches", "good morning"]


async def test_a_letter_is_not_told_to_followers_when_it_is_edited(town, alice, bob, carol):
    await bob.follows(alice)
    await carol.follows(alice)
    letter = await alice.posts("@bob between us", visibility="direct")
    await town.settle()
    async with listening(town, USER, bob.token) as his, listening(town, USER, carol.token) as hers:
        await alice.edits(letter, "@bob between us two")
        await town.settle()

        assert words((await his.event())[1]) == "@bob between us two"
        assert await hers.hears_nothing()


async def test_a_message_is_rendered_once_for_all_who_see_the_same(town, alice, bob, carol, mallory, monkeypatch):
    rendered = []
    rendered_message = streams.RenderedMessage
    monkeypatch.setattr(streams, "RenderedMessage", lambda *given: rendered.append(1) or rendered_message(*given))
    for one in (bob, carol, mallory):
        await one.follows(alice)
    await town.settle()
    async with (
        listening(town, USER, alice.token) as her_own,
        listening(town, USER, bob.token) as one,
        listening(town, USER, carol.token) as another,
        listening(town, USER, mallory.token) as third,
    ):
        await alice.posts("hello")
        await town.settle()
        heard = [(await stream.event())[1] for stream in (one, another, third)]
        own = (await her_own.event())[1]

    assert heard[0] == heard[1] == heard[2]
    assert ("pinned" in heard[0], "pinned" in own) == (False, True)
    assert len(rendered) == 2


async def test_each_hears_what_they_did_with_a_status_themselves(town, alice, bob, carol):
    await bob.follows(alice)
    await carol.follows(alice)
    said = await alice.posts("helo")
    await bob.favourites(said)
    await town.settle()
    async with listening(town, USER, bob.token) as his, listening(town, USER, carol.token) as hers:
        await alice.edits(said, "hello")
        await town.settle()

        assert (await his.event())[1]["favourited"] is True
        assert (await hers.event())[1]["favourited"] is False


async def test_who_watches_keeps_their_home_when_it_is_read_afresh(town, alice, bob, carol):
    await carol.follows(alice, bob)
    stranger = await town.person("dora")
    said = await stranger.posts("repeat this")
    first = await alice.reblogs(said)
    await town.settle()
    async with listening(town, USER, carol.token) as hers:
        await bob.reblogs(said)
        await town.settle()
        await alice.unreblogs(said)
        await town.settle()
        await alice.posts("still there?")
        await town.settle()

        assert await hers.event() == ("delete", first["id"])
        assert words((await hers.event())[1]) == "still there?"


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct"])
async def test_many_hear_what_each_would_read(town, alice, bob, carol, mallory, visibility):
    """Whatever stands between them and the author."""
    follower, muting, blocking = [await town.person(name) for name in ("fay", "mia", "ben")]
    for one in (bob, follower, muting):
        await one.follows(alice)
    await muting.mutes(alice)
    await blocking.blocks(alice)
    await alice.blocks(mallory)
    said = await alice.posts("hello @carol and @mallory #lyon", visibility=visibility)
    if visibility != "direct":
        await follower.favourites(said)
        await bob.bookmarks(said)
    told = [int(said["id"])]
    if visibility in {"public", "unlisted"}:
        told.append(int((await bob.reblogs(said))["id"]))
    everybody = [None, *(one.account_id for one in (alice, bob, carol, mallory, follower, muting, blocking))]

    async with town.site.db.read() as reader:
        for one in told:
            alone = {viewer: await views(reader, [one], viewer, hides_muted=True) for viewer in everybody}
            assert await seen_by(reader, one, everybody) == {viewer: seen[0] for viewer, seen in alone.items() if seen}
