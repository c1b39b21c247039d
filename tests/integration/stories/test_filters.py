"""Filters: what they may be, what they match, in which lists and streams that is told, and that they cost nothing to who has none."""

import pytest

from tests.support.media import photo
from tests.support.query_count import recorded_queries
from tests.support.streams import open_stream, open_websocket

V1, V2, STATUSES = "/api/v1/filters", "/api/v2/filters", "/api/v1/statuses"
HOUR = 3600


async def filters(person, *keywords, **more):
    """A filter of these whole words everywhere, unless `more` says otherwise."""
    words = [{"keyword": one, "whole_word": True} for one in keywords]
    everywhere = ["home", "notifications", "public", "thread", "account"]
    return await person.post(V2, **{"title": "no", "context": everywhere, "keywords_attributes": words, **more})


async def filtered(person, status):
    """What the status matches, by the titles of the filters."""
    seen = await person.get(f"{STATUSES}/{status['id']}")
    return [(one["filter"]["title"], one["keyword_matches"], one["status_matches"]) for one in seen["filtered"]]


async def refusal(person, method, path, **form):
    response = await person.client.request(method, path, json=form)
    return response.status_code, sorted(response.json().get("details", {}))


async def test_a_filter_is_made_read_changed_and_deleted(alice):
    made = await filters(alice, "chat", "chien", title=" bêtes ", context=["public", "home"], filter_action="hide")
    first, second = made["keywords"]

    assert {**made, "keywords": [], "id": ""} == {
        **{"id": "", "title": "bêtes", "context": ["home", "public"], "filter_action": "hide"},
        **{"expires_at": None, "keywords": [], "statuses": []},
    }
    assert await alice.get(V2) == [made] == [await alice.get(f"{V2}/{made['id']}")]
    assert await alice.get(f"{V2}/{made['id']}/keywords") == [first, second] == [{**first, "keyword": "chat"}, second]
    form = {
        **{"title": "animaux", "filter_action": "blur", "keywords_attributes[0][id]": first["id"]},
        **{"keywords_attributes[0][_destroy]": "true", "keywords_attributes[1][keyword]": "loup"},
        **{"keywords_attributes[1][whole_word]": "false", "keywords_attributes[2][id]": second["id"]},
        **{"keywords_attributes[2][keyword]": "chiens"},
    }
    changed = (await alice.client.put(f"{V2}/{made['id']}", data=form)).json()
    assert (changed["title"], changed["filter_action"], changed["context"]) == ("animaux", "blur", ["home", "public"])
    assert [(one["keyword"], one["whole_word"]) for one in changed["keywords"]] == [("chiens", True), ("loup", False)]
    assert changed == await alice.get(f"{V2}/{made['id']}")
    emptied = [{"id": one["id"], "_destroy": True} for one in changed["keywords"]]
    assert (await alice.client.put(f"{V2}/{made['id']}", json={"keywords_attributes": emptied})).json()["keywords"] == []
    assert (await alice.client.delete(f"{V2}/{made['id']}")).json() == {}
    assert await alice.get(V2) == []


async def test_keywords_and_statuses_are_parts_of_their_own(alice, bob):
    one, status = await filters(alice), await bob.posts("hello")

    word = await alice.post(f"{V2}/{one['id']}/keywords", keyword="cat")
    there = await alice.post(f"{V2}/{one['id']}/statuses", status_id=status["id"])

    assert word["whole_word"] is True
    assert await alice.post(f"{V2}/{one['id']}/statuses", status_id=status["id"]) == there
    assert await alice.get(f"{V2}/statuses/{there['id']}") == there == {"id": there["id"], "status_id": status["id"]}
    assert (await alice.client.put(f"{V2}/keywords/{word['id']}", json={"whole_word": False})).json() == {**word, "whole_word": False}
    assert (await alice.get(f"{V2}/{one['id']}"))["statuses"] == await alice.get(f"{V2}/{one['id']}/statuses") == [there]
    assert await filtered(alice, status) == [("no", None, [status["id"]])]
    for path, answer in ((f"keywords/{word['id']}", {}), (f"statuses/{there['id']}", there)):
        assert (await alice.client.delete(f"{V2}/{path}")).json() == answer
        assert (await alice.client.get(f"{V2}/{path}")).status_code == 404
    assert await filtered(alice, status) == []


WRONG = {
    "no title": ({"title": " \u200b"}, "title"),
    "a long title": ({"title": "x" * 257}, "title"),
    "no context": ({"context": []}, "context"),
    "a context that there is not": ({"context": ["home", "kitchen"]}, "context"),
    "an action that there is not": ({"filter_action": "burn"}, "filter_action"),
    "an end that is no number": ({"expires_in": "tomorrow"}, "expires_in"),
    "an end before now": ({"expires_in": -1}, "expires_in"),
    "an end that never comes": ({"expires_in": 10**18}, "expires_in"),
    "a blank keyword": ({"keywords_attributes": [{"keyword": " "}]}, "keywords_attributes"),
    "a long keyword": ({"keywords_attributes": [{"keyword": "x" * 201}]}, "keywords_attributes"),
    "more keywords than a filter has": ({"keywords_attributes": [{"keyword": str(one)} for one in range(101)]}, "keywords_attributes"),
    "a keyword that is none": ({"keywords_attributes": ["cat"]}, "keywords_attributes"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_filter_that_cannot_be_names_its_field(alice, wrong):
    form, field = WRONG[wrong]
    made = await filters(alice, "cat")

    assert await refusal(alice, "POST", V2, **{"title": "no", "context": ["home"], **form}) == (422, [field])
    assert await refusal(alice, "PUT", f"{V2}/{made['id']}", **form) == (422, [field])
    assert await alice.get(V2) == [made]


async def test_the_filters_of_others_are_not_there(alice, bob, running_site):
    theirs, hidden = await filters(bob, "cat"), await bob.posts("hidden", visibility="private")
    status = await alice.posts("hi")
    there = await bob.post(f"{V2}/{theirs['id']}/statuses", status_id=status["id"])
    own = await filters(alice)

    paths = (theirs["id"], f"keywords/{theirs['keywords'][0]['id']}", f"statuses/{there['id']}", "1", "x", "99999999999999999999")
    for path in paths:
        for method in ("GET", "DELETE"):
            assert (await alice.client.request(method, f"{V2}/{path}")).status_code == 404, (method, path)
    for path in (theirs["id"], f"keywords/{theirs['keywords'][0]['id']}"):
        assert (await alice.client.put(f"{V2}/{path}", json={"title": "x", "keyword": "x"})).status_code == 404
    for part, form in (("keywords", {"keyword": "x"}), ("statuses", {"status_id": status["id"]})):
        assert (await alice.client.post(f"{V2}/{theirs['id']}/{part}", json=form)).status_code == 404
    taken = {"keywords_attributes": [{"id": theirs["keywords"][0]["id"], "_destroy": True}]}
    assert (await alice.client.put(f"{V2}/{own['id']}", json=taken)).status_code == 404
    assert (await alice.client.post(f"{V2}/{own['id']}/statuses", json={"status_id": hidden["id"]})).status_code == 404
    assert await refusal(alice, "POST", f"{V2}/{own['id']}/statuses") == (422, ["status_id"])
    assert await refusal(alice, "POST", f"{V2}/{own['id']}/keywords", keyword="") == (422, ["keyword"])
    assert len((await bob.get(V2))[0]["keywords"]) == 1
    assert (await running_site.client().get(V2)).status_code == 401


async def test_an_end_is_cleared_kept_or_counted_from_now_and_comes_by_the_clock(alice, bob, running_site):
    made = await filters(alice, "cat", expires_in=HOUR)
    status, path = await bob.posts("a cat"), f"{V2}/{made['id']}"
    await alice.follows(bob)

    async def ends(form):
        return (await alice.client.put(path, **form)).json()["expires_at"]

    assert await ends({"json": {"title": "kept"}}) == made["expires_at"]
    assert [
        await ends({"json": {"expires_in": None}}),
        await ends({"json": {"expires_in": ""}}),
        await ends({"data": {"expires_in": ""}}),
    ] == [None] * 3
    running_site.clock.advance(minutes=10)
    assert await ends({"data": {"expires_in": str(HOUR)}}) > made["expires_at"]
    assert await filtered(alice, status) == [("kept", ["cat"], None)]
    assert (await alice.get("/api/v1/timelines/home"))[0]["filtered"]
    running_site.clock.advance(minutes=60)
    assert await filtered(alice, status) == []
    assert (await alice.get("/api/v1/timelines/home"))[0]["filtered"] == []
    assert len(await alice.get(V2)) == 1


async def test_a_filter_reads_all_that_the_author_wrote(alice, bob):
    await filters(alice, "cat", "#lune")
    picture = await bob.uploads(photo(size=(4, 4)), description="my Cat asleep")
    matching = [
        await bob.posts("a CAT"),
        await bob.posts("hello", spoiler_text="cat"),
        await bob.posts("which?", poll={"options": ["dog", "cat"], "expires_in": HOUR}),
        await bob.posts("look", media_ids=[picture["id"]]),
        await bob.posts("une #Lune"),
    ]
    others = [await bob.posts("cats"), await bob.posts("https://cats.example/cat_s")]

    assert [await filtered(alice, one) for one in matching] == [[("no", ["cat"], None)]] * 4 + [[("no", ["#lune"], None)]]
    assert [await filtered(alice, one) for one in others] == [[], []]
    edited = await bob.edits(others[0], "one cat")
    assert await filtered(alice, edited) == [("no", ["cat"], None)]


async def test_a_reblog_and_its_original_match_alike_and_own_statuses_match_nothing(alice, bob, carol):
    await filters(alice, "cat")
    mine, theirs = await alice.posts("my cat"), await carol.posts("their cat")
    of_mine, of_theirs, own = await bob.reblogs(mine), await bob.reblogs(theirs), await alice.reblogs(theirs)

    async def both(status):
        seen = await alice.get(f"{STATUSES}/{status['id']}")
        return len(seen["filtered"]), len(seen["reblog"]["filtered"])

    assert await filtered(alice, mine) == []
    assert [await both(one) for one in (of_mine, of_theirs, own)] == [(0, 0), (1, 1), (0, 1)]
    assert (await bob.get(f"{STATUSES}/{of_theirs['id']}"))["reblog"]["filtered"] == []


async def test_filtered_is_in_every_list_and_never_names_words_of_the_filter(alice, bob, running_site):
    await filters(alice, "chat", "chien")
    await alice.follows(bob)
    status = await bob.posts("@alice un chat #bête")
    await alice.bookmarks(status)
    await running_site.run_until_idle()

    paths = ("timelines/home", "timelines/public", "timelines/tag/bête", "bookmarks", f"accounts/{bob.id}/statuses", "notifications")
    lists = [(await alice.get(f"/api/v1/{path}"))[0] for path in paths]
    lists += (await alice.get("/api/v2/search", q="chat"))["statuses"]
    found = [one.get("status", one)["filtered"] for one in lists]
    assert [[each["keyword_matches"] for each in one] for one in found] == [[["chat"]]] * 7
    assert sorted(found[0][0]["filter"]) == ["context", "expires_at", "filter_action", "id", "title"]
    assert (await bob.get(f"{STATUSES}/{status['id']}"))["filtered"] == []
    assert "filtered" not in (await running_site.client().get(f"{STATUSES}/{status['id']}")).json()


async def test_a_deleted_status_leaves_filters(alice, bob):
    one, status = await filters(alice), await bob.posts("hello")
    await alice.post(f"{V2}/{one['id']}/statuses", status_id=status["id"])

    await bob.deletes(status)

    assert (await alice.get(V2))[0]["statuses"] == []


async def test_older_apps_see_single_keywords(alice, bob):
    made = await filters(alice, "cat", "dog", filter_action="hide", context=["home"])
    old = await alice.post(V1, phrase="wolf", context=["home"], expires_in=HOUR)
    cat = next(one for one in await alice.get(V1) if one["phrase"] == "cat")

    assert (cat["id"], cat["irreversible"], cat["whole_word"]) == (made["keywords"][0]["id"], True, True)
    assert (old["irreversible"], old["whole_word"], bool(old["expires_at"])) == (False, False, True)
    assert await filtered(alice, await bob.posts("wolves wolfs")) == [("wolf", ["wolf"], None)]
    assert await refusal(alice, "PUT", f"{V1}/{cat['id']}", phrase="cat", context=["public"]) == (422, ["context"])
    kept = {"phrase": "cats", "context": ["home"], "irreversible": True, "whole_word": True}
    assert (await alice.client.put(f"{V1}/{cat['id']}", json=kept)).json()["phrase"] == "cats"
    changed = (await alice.client.put(f"{V1}/{old['id']}", json={"phrase": "fox", "context": ["public"], "expires_in": ""})).json()
    assert (changed["phrase"], changed["context"], changed["expires_at"]) == ("fox", ["public"], None)
    assert await alice.get(f"{V1}/{old['id']}") == changed
    assert await refusal(alice, "POST", V1, phrase=" ", context=["home"]) == (422, ["phrase"])
    for one in (old, cat):
        assert (await alice.client.delete(f"{V1}/{one['id']}")).json() == {}
    assert [[each["keyword"] for each in one["keywords"]] for one in await alice.get(V2)] == [["dog"]]


async def test_streams_tell_each_listener_what_they_filter_and_that_filters_changed(alice, bob, carol, running_site):
    for one in (alice, carol):
        await one.follows(bob)
    made = await filters(alice, "cat")
    await running_site.run_until_idle()
    path = "/api/v1/streaming/user"
    async with open_stream(running_site, path, alice.token) as mine, open_stream(running_site, path, carol.token) as theirs:
        status = await bob.posts("a cat")
        await running_site.run_until_idle()
        assert [(await one.event())[1]["filtered"] != [] for one in (mine, theirs)] == [True, False]
        word = await alice.post(f"{V2}/{made['id']}/keywords", keyword="dog")
        there = await alice.post(f"{V2}/{made['id']}/statuses", status_id=status["id"])
        await alice.client.delete(f"{V2}/statuses/{there['id']}")
        await alice.client.delete(f"{V2}/keywords/{word['id']}")
        await running_site.run_until_idle()
        assert await mine.unread_events() == ["event: filters_changed\ndata: \n\n"] * 4
        assert await theirs.has_no_events()


async def test_a_reblog_in_a_stream_tells_nothing_of_what_its_author_filters(alice, bob, carol, running_site):
    await alice.follows(bob)
    await filters(bob, "cat", title="secret")
    status = await carol.posts("a cat")
    await running_site.run_until_idle()
    async with open_stream(running_site, "/api/v1/streaming/user", alice.token) as mine:
        await bob.reblogs(status)
        await running_site.run_until_idle()
        update = (await mine.event())[1]
    assert (update["filtered"], update["reblog"]["filtered"]) == ([], [])


async def test_a_websocket_hears_of_filters_without_a_payload(alice, running_site):
    async with open_websocket(running_site, "/api/v1/streaming?stream=user", alice.token) as socket:
        await filters(alice, "cat")
        await running_site.run_until_idle()
        assert await socket.receive() == {"stream": ["user"], "event": "filters_changed"}


async def test_filters_cost_one_fixed_number_of_queries_and_nothing_to_who_has_none(alice, bob, running_site, monkeypatch):
    for number in range(20):
        await bob.posts(f"cat {number}")
    await running_site.run_until_idle()
    limits = iter(range(1, 20))  # no response is asked for twice

    async def queries():
        with recorded_queries(running_site.site, monkeypatch) as asked:
            found = await alice.get("/api/v1/timelines/public", limit=next(limits))
        return len(asked), {len(one["filtered"]) for one in found}

    await alice.get("/api/v1/timelines/public", limit=30)
    without, _none = await queries()
    with_one = without
    for number in range(1, 11):
        await filters(alice, "cat", "dog", title=str(number))
        first, of_first = await queries()
        assert of_first == {number}
        with_one = first if number == 1 else with_one
        assert first == with_one  # also reads the log, and the viewer flags
    assert await queries() == (without, {10})


async def test_as_many_filters_as_one_can_have(alice, monkeypatch):
    monkeypatch.setattr("gazouillis.filters.change.MOST_FILTERS", 2)
    monkeypatch.setattr("gazouillis.filters.change.MOST_KEYWORDS_TOGETHER", 3)
    await filters(alice, "a", "b")

    assert await refusal(alice, "POST", V2, title="x", context=["home"], keywords_attributes=[{"keyword": "c"}, {"keyword": "d"}]) == (
        422,
        ["keywords_attributes"],
    )
    await filters(alice, "c")
    assert await refusal(alice, "POST", V2, title="x", context=["home"]) == (422, ["title"])
