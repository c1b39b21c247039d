"""Polls: what may be asked, who may vote and how often, what is shown to whom, and who hears of the end."""

import asyncio

from gazouillis.accounts import queries as accounts
from gazouillis.statuses.erase import erase
from tests.support.people import words
from tests.support.query_count import recorded_queries

STATUSES, HOME = "/api/v1/statuses", "/api/v1/timelines/home"
DAY = 86_400


async def asks(person, *options, text="Où dîner ?", **more):
    """A poll of a day; `poll`: more about it."""
    about = {"expires_in": DAY} | more.pop("poll", {})
    return await person.posts(text, poll={"options": list(options or ("pho", "goulash", "tajine")), **about}, **more)


async def votes(person, status, *choices):
    return await person.post(f"/api/v1/polls/{status['id']}/votes", choices=list(choices))


async def poll_of(person, status):
    return await person.get(f"/api/v1/polls/{status['id']}")


async def refusal(person, status, *choices):
    response = await person.client.post(f"/api/v1/polls/{status['id']}/votes", json={"choices": list(choices)})
    return response.status_code, response.json().get("error", "")


def tally(poll):
    return [one["votes_count"] for one in poll["options"]]


async def test_people_vote_once_and_see_numbers_and_their_own_vote(alice, bob, carol):
    status = await asks(alice)
    poll = status["poll"]

    assert (poll["id"], poll["multiple"], poll["expired"], poll["voted"], poll["own_votes"]) == (status["id"], False, False, True, [])
    assert tally(await votes(bob, status, 1)) == [0, 1, 0]
    await votes(carol, status, "1")  # as forms send it

    seen = [(await poll_of(one, status)) for one in (alice, bob, carol)]
    assert [(tally(one), one["votes_count"], one["voters_count"], one["own_votes"]) for one in seen] == [
        ([0, 2, 0], 2, 2, []),
        ([0, 2, 0], 2, 2, [1]),
        ([0, 2, 0], 2, 2, [1]),
    ]
    shown = [await bob.get(f"{STATUSES}/{status['id']}"), *(await bob.get("/api/v1/timelines/public"))]
    assert [one["poll"] for one in shown] == [seen[1], seen[1]]
    assert (await bob.reblogs(status))["reblog"]["poll"]["own_votes"] == [1]
    assert await refusal(bob, status, 0) == (422, "You have already voted on this poll")
    assert await refusal(alice, status, 0) == (422, "You cannot vote in your own poll")
    assert (await bob.get(f"{STATUSES}/{(await bob.posts('rien'))['id']}"))["poll"] is None


async def test_a_vote_must_be_for_options_that_there_are(alice, bob, running_site):
    single, multiple = await asks(alice), await asks(alice, poll={"multiple": True})

    assert await refusal(bob, single, 3) == await refusal(bob, single, -1) == (422, "The chosen vote option does not exist")
    assert (await refusal(bob, single, 0, 1))[0] == (await refusal(bob, single))[0] == (await refusal(bob, single, "pho"))[0] == 422
    assert tally(await votes(bob, multiple, 0, 0, 2)) == [1, 0, 1]
    assert await refusal(bob, multiple, 1, 2) == (422, "You have already voted on this poll")
    assert (tally(await votes(bob, multiple, 1)), (await poll_of(bob, multiple))["voters_count"]) == ([1, 1, 1], 1)
    assert (await running_site.client().post(f"/api/v1/polls/{single['id']}/votes", json={"choices": [0]})).status_code == 401
    assert "voted" not in (await running_site.client().get(f"/api/v1/polls/{single['id']}")).json()


WRONG = {
    "one option": ({"options": ["pho"]}, "poll.options"),
    "nine options": ({"options": list("abcdefghi")}, "poll.options"),
    "a blank option": ({"options": ["pho", " \u200b"]}, "poll.options"),
    "the same twice": ({"options": ["pho", "goulash", " pho "]}, "poll.options"),
    "a long option": ({"options": ["pho", "x" * 51]}, "poll.options"),
    "a huge option": ({"options": ["pho", "x" * 60_000]}, "poll.options"),
    "no list": ({"options": {"a": "b"}}, "poll.options"),
    "not a poll": ("pho", "poll"),
    "results at an end that never comes": ({"options": ["pho", "goulash"], "hide_totals": True, "expires_in": None}, "poll.expires_in"),
    "too short": ({"options": ["pho", "goulash"], "expires_in": 299}, "poll.expires_in"),
    "in the past": ({"options": ["pho", "goulash"], "expires_in": -DAY}, "poll.expires_in"),
    "too long": ({"options": ["pho", "goulash"], "expires_in": 40 * DAY}, "poll.expires_in"),
    "not a number": ({"options": ["pho", "goulash"], "expires_in": "soon"}, "poll.expires_in"),
}


async def test_a_poll_that_cannot_be_is_refused_and_nothing_is_published(alice, bob):
    good = await asks(alice)
    for about, (poll, field) in WRONG.items():
        for send, path in ((alice.client.post, STATUSES), (alice.client.put, f"{STATUSES}/{good['id']}")):
            answer = await send(path, json={"status": "Où dîner ?", "poll": poll}, headers={"Accept-Language": "fr"})
            assert (answer.status_code, answer.json()["field"]) == (422, field), about
    picture = {"media_ids": ["12"], "poll": {"options": ["pho", "goulash"]}}
    assert (await alice.client.post(STATUSES, json={"status": "Où dîner ?", **picture})).json()["field"] == "poll"
    assert len(await alice.profile(alice)) == 1


async def test_apps_send_polls_as_forms_with_brackets(alice):
    form = {
        "status": "Où ?",
        "poll[options][]": ["pho", "goulash"],
        "poll[multiple]": "true",
        "poll[hide_totals]": "1",
        "poll[expires_in]": "3600",
    }

    poll = (await alice.client.post(STATUSES, data=form)).json()["poll"]
    open_ended = (await alice.posts("Et ?", poll={"options": ["a", "b"]}))["poll"]

    assert ([one["title"] for one in poll["options"]], poll["multiple"], tally(poll)) == (["pho", "goulash"], True, [None, None])
    assert (open_ended["expires_at"], open_ended["expired"]) == (None, False)


async def test_hidden_totals_are_shown_at_the_end_and_then_nobody_votes(alice, bob, clock):
    status = await asks(alice, poll={"hide_totals": True, "expires_in": 300})
    await votes(bob, status, 0)
    hidden = [await poll_of(one, status) for one in (alice, bob)]

    clock.advance(seconds=301)

    assert [(tally(one), one["votes_count"]) for one in hidden] == [([None] * 3, 1)] * 2
    shown = await poll_of(bob, status)
    assert (tally(shown), shown["expired"], shown["own_votes"]) == ([1, 0, 0], True, [0])
    assert await refusal(bob, status, 1) == (422, "This poll has ended")


async def test_the_end_is_told_once_to_voters_and_to_the_author(alice, bob, carol, mallory, clock, running_site):
    status = await asks(alice, poll={"multiple": True})
    for one in (bob, carol, mallory):
        await votes(one, status, 0, 1)
    await mallory.blocks(alice)
    await alice.edits(status, "Où ?", poll={"options": ["pho", "goulash", "tajine"], "multiple": True, "expires_in": DAY})

    clock.advance(days=2)
    told = [await one.notified_of() for one in (alice, bob, carol, mallory)]
    await bob.post("/api/v1/notifications/clear")
    await alice.edits(status, "Où ?", poll={"options": ["pho", "goulash", "tajine"], "multiple": True, "expires_in": 300})
    assert not (await poll_of(bob, status))["expired"]
    clock.advance(days=2)

    assert told == [["poll by alice"], ["poll by alice"], ["poll by alice"], []]
    assert (await bob.notified_of(), await alice.notified_of()) == ([], ["poll by alice"])
    (one,) = await carol.notifications(**{"types[]": "poll"})
    assert (one["status"]["id"], one["status"]["poll"]["own_votes"], one["status"]["poll"]["expired"]) == (status["id"], [0, 1], True)


async def test_only_changed_options_or_several_choices_take_votes_back(alice, bob):
    status = await asks(alice, "pho", "goulash")
    await votes(bob, status, 0)
    same = {"options": ["pho", "goulash"], "expires_in": 2 * DAY}

    texts = await alice.edits(status, "Où aller ?")
    longer = await alice.edits(status, "Où aller ?", poll=same)
    assert [tally(one["poll"]) for one in (texts, longer)] == [[1, 0]] * 2
    assert longer["poll"]["expires_at"] > status["poll"]["expires_at"]

    changed = await alice.edits(status, "Où aller ?", poll=same | {"options": ["pho", "goulash", "tajine"]})
    assert (tally(changed["poll"]), changed["poll"]["voters_count"]) == ([0, 0, 0], 0)
    assert (await poll_of(bob, status))["own_votes"] == []
    await votes(bob, status, 2)
    assert (
        tally((await alice.edits(status, "Où ?", poll=same | {"options": ["pho", "goulash", "tajine"], "multiple": True}))["poll"])
        == [0] * 3
    )
    assert (await alice.edits(status, "Où ?", poll=None))["poll"] is None
    assert (await bob.client.get(f"/api/v1/polls/{status['id']}")).status_code == 404

    history = await bob.get(f"{STATUSES}/{status['id']}/history")
    asked = [[option["title"] for option in one.get("poll", {"options": []})["options"]] for one in history]
    assert [asked[0], asked[2], asked[3], asked[-1]] == [["pho", "goulash"], ["pho", "goulash"], ["pho", "goulash", "tajine"], []]
    deleted = await alice.deletes(await asks(alice))
    assert [one["title"] for one in deleted["poll"]["options"]] == ["pho", "goulash", "tajine"]


async def test_who_cannot_see_the_status_finds_no_poll(alice, bob, carol, mallory, running_site):
    await bob.follows(alice)
    private, public = await asks(alice, visibility="private"), await asks(alice)
    await alice.blocks(mallory)
    gone = await asks(alice)
    await alice.deletes(gone)

    for person, status in ((carol, private), (mallory, public), (bob, gone), (bob, {"id": "12"}), (bob, await alice.posts("rien"))):
        assert (await person.client.get(f"/api/v1/polls/{status['id']}")).status_code == 404
        assert (await refusal(person, status, 0))[0] == 404
    assert tally(await votes(bob, private, 0)) == [1, 0, 0]


async def test_two_votes_at_once_count_once(alice, bob):
    status = await asks(alice)

    answers = await asyncio.gather(
        *(bob.client.post(f"/api/v1/polls/{status['id']}/votes", json={"choices": [one]}) for one in (0, 1, 2, 0))
    )

    assert sorted(one.status_code for one in answers) == [200, 422, 422, 422]
    poll = await poll_of(alice, status)
    assert (sum(tally(poll)), poll["voters_count"]) == (1, 1)


async def test_options_are_found_and_votes_go_with_their_account(alice, bob, running_site):
    status = await asks(alice, "pho", "goulash")
    await votes(bob, status, 1)

    assert [words(one) for one in (await bob.get("/api/v2/search", q="goulash"))["statuses"]] == ["Où dîner\u00a0?"]
    async with running_site.site.db.write() as tx:
        account = await accounts.by_id(tx, bob.account_id)
        assert account is not None
        while await erase(tx, account):
            pass
    poll = await poll_of(alice, status)
    assert (tally(poll), poll["voters_count"]) == ([0, 0], 0)


async def test_polls_take_two_queries_of_a_page_however_many_and_none_of_a_page_without(alice, bob, running_site, monkeypatch):
    async def counted():
        await bob.get("/api/v1/accounts/verify_credentials")
        running_site.site.db.cache.clear()
        with recorded_queries(running_site.site, monkeypatch) as queries:
            listed = await bob.get("/api/v1/timelines/public", limit=40)
        return len(queries), sum(one["poll"] is not None for one in listed)

    await alice.posts("rien")
    without, _none = await counted()
    asked = []
    for _ in range(2):
        asked += [await asks(alice) for _ in range(1 + 7 * len(asked))]
        await votes(bob, asked[0] if len(asked) == 1 else asked[5], 0)
        assert await counted() == (without + 2, len(asked))
