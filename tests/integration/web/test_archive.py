"""The archive of one's posts and data."""

import csv
import json
from io import BytesIO, StringIO
from zipfile import ZipFile

import msgspec
import pytest
from PIL import Image

from gazouillis.exports import queries
from gazouillis.exports.archive import archive
from tests.support.browser import Browser, leads_to, text
from tests.support.media import photo, video
from tests.support.meetings import answers, plans
from tests.support.site import account_of
from tests.support.stays import LYON, NANTES, lives, stays

PAGE = "/settings/export"


async def _archive(browser):
    response = await browser.sends(PAGE)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/zip"
    return ZipFile(BytesIO(response.content))


def _rows(bundle, name):
    return list(csv.reader(StringIO(bundle.read(name).decode())))


async def test_an_archive_holds_ones_posts_of_every_visibility_as_activities(alices_browser, alice, bob):
    public = await alice.posts("un merle dans le #lilas, @bob", spoiler_text="oiseau", language="fr")
    await alice.posts("entre nous, @bob", visibility="direct")
    await alice.posts("pour les miens", visibility="private")
    greeting = await bob.posts("bonjour")
    await alice.reblogs(greeting)
    await alice.deletes(await alice.posts("une erreur"))
    await bob.posts("pas le mien")

    bundle = await _archive(alices_browser)
    outbox, actor = json.loads(bundle.read("outbox.json")), json.loads(bundle.read("actor.json"))

    assert bundle.testzip() is None
    assert (actor["preferredUsername"], actor["type"]) == ("alice", "Person")
    assert outbox["totalItems"] == len(outbox["orderedItems"]) == 4
    kinds = [one["type"] for one in outbox["orderedItems"]]
    assert kinds == ["Announce", "Create", "Create", "Create"]
    assert outbox["orderedItems"][0]["object"].endswith(f"/users/{bob.id}/statuses/{greeting['id']}")
    note = outbox["orderedItems"][-1]["object"]
    assert (note["source"]["content"], note["summary"]) == ("un merle dans le #lilas, @bob", "oiseau")
    assert {one["name"] for one in note["tag"]} == {"@bob@localhost:8000", "#lilas"}
    assert note["url"].endswith(f"/@alice/{public['id']}")
    assert "https://www.w3.org/ns/activitystreams#Public" not in json.dumps(outbox["orderedItems"][1:3])


async def test_a_poll_is_a_question_with_the_numbers_that_its_author_sees(alices_browser, alice, bob):
    for hides in (False, True):
        status = await alice.posts("Où ?", poll={"options": ["pho", "goulash"], "multiple": hides, "hide_totals": hides, "expires_in": 300})
        await bob.post(f"/api/v1/polls/{status['id']}/votes", choices=[1])

    hidden, shown = (one["object"] for one in json.loads((await _archive(alices_browser)).read("outbox.json"))["orderedItems"])

    assert (hidden["type"], [sorted(one) for one in hidden["anyOf"]]) == ("Question", [["name", "type"]] * 2)
    assert [(one["name"], one["replies"]["totalItems"]) for one in shown["oneOf"]] == [("pho", 0), ("goulash", 1)]
    assert (shown["votersCount"], shown["endTime"] > shown["published"]) == (1, True)


async def test_lists_have_the_columns_of_mastodon(alices_browser, alice, bob, carol, mallory):
    await alice.follows(bob, reblogs=False)
    await carol.follows(alice)
    await alice.mutes(carol)
    await alice.blocks(mallory)
    post = await bob.posts("bonjour")
    await alice.bookmarks(post)
    await alice.favourites(post)

    bundle = await _archive(alices_browser)

    assert _rows(bundle, "following_accounts.csv") == [
        ["Account address", "Show boosts", "Notify on new posts", "Languages"],
        ["bob@localhost:8000", "false", "false", ""],
    ]
    assert _rows(bundle, "followers.csv")[1:] == [["carol@localhost:8000"]]
    assert _rows(bundle, "muted_accounts.csv")[1:] == [["carol@localhost:8000", "true"]]
    assert _rows(bundle, "blocked_accounts.csv") == [["mallory@localhost:8000"]]
    [[bookmarked]] = _rows(bundle, "bookmarks.csv")
    assert bookmarked.endswith(f"/statuses/{post['id']}")
    assert json.loads(bundle.read("likes.json"))["orderedItems"] == [bookmarked]


async def test_pinned_posts_are_a_collection_the_newest_pin_first(alices_browser, alice):
    posted = [await alice.posts(text) for text in ("un", "deux", "trois")]
    for one in (posted[2], posted[0]):
        await alice.post(f"/api/v1/statuses/{one['id']}/pin")

    bundle = await _archive(alices_browser)

    assert json.loads(bundle.read("actor.json"))["featured"] == "featured.json"
    found = json.loads(bundle.read("featured.json"))["orderedItems"]
    assert [one.rpartition("/")[2] for one in found] == [posted[0]["id"], posted[2]["id"]]


async def test_notes_about_people_and_endorsed_people_are_lists_too(alices_browser, alice, bob, carol):
    await alice.follows(bob, carol)
    await alice.post(f"/api/v1/accounts/{carol.id}/endorse")
    await alice.post(f"/api/v1/accounts/{bob.id}/note", comment="=à Lyon")
    await bob.post(f"/api/v1/accounts/{alice.id}/note", comment="not hers")

    bundle = await _archive(alices_browser)

    assert _rows(bundle, "endorsed_accounts.csv") == [["Account address"], ["carol@localhost:8000"]]
    assert _rows(bundle, "notes.csv") == [["Account address", "Note"], ["bob@localhost:8000", "'=à Lyon"]]


async def test_lists_of_people_are_a_file_as_on_mastodon(alices_browser, alice, bob, carol):
    await alice.follows(bob, carol)
    for title, members in (("Lyon", [bob, carol]), ("news, mostly", [bob])):
        one = await alice.post("/api/v1/lists", title=title)
        await alice.post(f"/api/v1/lists/{one['id']}/accounts", account_ids=[each.id for each in members])

    rows = _rows(await _archive(alices_browser), "lists.csv")

    assert sorted(rows) == [["Lyon", "bob@localhost:8000"], ["Lyon", "carol@localhost:8000"], ["news, mostly", "bob@localhost:8000"]]


async def test_circles_blocked_servers_and_limited_people_are_lists_too(alices_browser, alice, bob, carol):
    await alice.has_circle(bob, carol, name="family")
    await alice.has_circle(bob, name="work, mostly")
    await bob.has_circle(alice, name="not hers")
    await alice.post(f"/api/v1/accounts/{carol.id}/limit")
    for person, domain in ((alice, "there.test"), (alice, "münchen.test"), (bob, "elsewhere.test")):
        await person.post("/api/v1/domain_blocks", domain=domain)

    bundle = await _archive(alices_browser)

    members = [["work, mostly", "bob@localhost:8000"], ["family", "carol@localhost:8000"], ["family", "bob@localhost:8000"]]
    assert sorted(_rows(bundle, "circles.csv")) == sorted(members)
    assert _rows(bundle, "blocked_domains.csv") == [["xn--mnchen-3ya.test"], ["there.test"]]
    assert _rows(bundle, "limited_accounts.csv") == [["carol@localhost:8000"]]


async def test_thanks_are_in_the_archive_of_both(running_site, alices_browser, alice, bob):
    asked, answered = await alice.posts("que faire ?"), await bob.posts("rien")
    await bob.favourites(asked)
    await alice.favourites(answered)
    sent = await alice.post(
        f"/api/gazouillis/v1/statuses/{asked['id']}/thanks", status="merci", account_ids=[bob.id], lines={bob.id: "toi"}
    )
    got = await bob.post(f"/api/gazouillis/v1/statuses/{answered['id']}/thanks", status="merci", account_ids=[alice.id])

    bundle = await _archive(alices_browser)

    assert _rows(bundle, "thanked.csv")[1:] == [["bob@localhost:8000", sent["status"]["uri"], "toi"]]
    assert _rows(bundle, "thanks_received.csv")[1:] == [["bob@localhost:8000", got["status"]["uri"], ""]]


async def test_the_roads_that_one_took_are_in_the_archive(alices_browser, alice, bob):
    asked = await bob.posts("que faire ?")
    await alice.favourites(asked)
    await alice.replies(asked, "rien", via="link")
    await bob.favourites(await alice.posts("un autre"))

    rows = _rows(await _archive(alices_browser), "roads.csv")

    assert [one[:3] for one in rows[1:]] == [[asked["uri"], "reply", "link"], [asked["uri"], "favourite", "unknown"]]


async def test_settings_are_in_the_archive(alices_browser, alice, bob):
    family = await alice.has_circle(bob, name="family")
    await alice.has_circle(name="empty")
    limits = {"who_may_mention": "mutuals", "who_may_write": "nobody", "unwanted_words": ["crypto"], "quiet_from": "22:00"}
    await alice.client.patch("/api/gazouillis/v1/limits", json=limits | {"quiet_to": "07:00", "time_zone": "Europe/Paris"})
    await alices_browser.sends("/settings/protected-people", people="Rose, Rosa\nBruno", audience=f"circle:{family}")
    named = {"kind": "phone", "value": "+33 6 12 34 56 78", "audience": "named", "account_ids": [bob.id]}
    await stays(alice, LYON, "2026-03-06", "2026-03-08", audience="circle", circle_id=family)
    await lives(alice, NANTES, audience="mutuals", languages=["fr"])
    missed = await stays(bob, LYON, "2026-03-09", "2026-03-10")
    await alice.post("/api/gazouillis/v1/awaited_visits", stay_id=missed["id"])
    await plans(alice, title="mine", audience="circle", circle_id=family)
    await answers(alice, await plans(bob, title="theirs", seats=1), "maybe")
    await plans(bob, title="what bob plans")
    for card in (named, {"kind": "mail", "value": "alice@example.org", "audience": "circle", "circle_id": family}):
        await alice.post("/api/v1/contact_cards", **card)
    for track in ({"query": "orage -foot"}, {"query": "Budapest", "delivery": "notify"}):
        await alice.post("/api/gazouillis/v1/tracks", **track)
    await bob.post("/api/gazouillis/v1/tracks", query="what bob tracks")

    kept = json.loads((await _archive(alices_browser)).read("settings.json"))

    assert kept["limits"] == await alice.get("/api/gazouillis/v1/limits")
    assert kept["circles"] == ["family", "empty"]
    assert [(one["query"], one["delivery"], one["is_on"]) for one in kept["tracks"]] == [
        ("Budapest", "notify", True),
        ("orage -foot", "column", True),
    ]
    assert kept["protected_people"] == [["Rose", "Rosa"], ["Bruno"]]
    assert [(one["value"], one["circle"], one["readers"]) for one in kept["contact_cards"]] == [
        ("+33 6 12 34 56 78", None, ["bob@localhost:8000"]),
        ("alice@example.org", "family", []),
    ]
    assert kept["stays"] == [
        {"from": "2026-03-06", "to": "2026-03-08", "geonames_id": 2996944, "place": "Lyon", "country": "FR"}
        | {"audience": "circle", "circle": "family"}
    ]
    told = [(one["title"], one["spot"], one["starts_at"], one.get("answer"), one.get("circle")) for one in kept["meetings"]]
    assert told == [
        ("mine", "Café New York", "2026-03-11T11:30:00Z", None, "family"),
        ("theirs", "Café New York", "2026-03-11T11:30:00Z", "maybe", None),
    ]
    assert kept["residence"] == {"geonames_id": 2990969, "place": "Nantes", "country": "FR"} | {
        **{"audience": "mutuals", "circle": None, "hears": False}
    }
    assert kept["languages"] == ["fr"]
    assert kept["awaited_visits"] == [{"account": "bob@localhost:8000", "geonames_id": 2996944, "place": "Lyon", "country": "FR"}]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "your limits, the people you protect, your contact cards"),
        ("fr", "vos limites, les personnes que vous protégez, vos cartes de contact"),
    ],
)
async def test_the_page_says_that_settings_and_contact_cards_are_in_it(running_site, alice, language, words):
    browser = Browser(running_site, language)
    await browser.was_signed_in("alice")

    assert words in text(await browser.reads(PAGE))


async def test_an_archive_tells_nothing_of_the_settings_of_others(alices_browser, alice, bob):
    """Nor that somebody has one in a circle, limits one, or shows one a card."""
    await bob.has_circle(alice, name="marmots")
    await bob.post(f"/api/v1/accounts/{alice.id}/limit")
    await bob.post("/api/v1/contact_cards", kind="phone", value="+36 1 999 8877", audience="named", account_ids=[alice.id])
    await bob.client.patch("/api/gazouillis/v1/limits", json={"unwanted_words": ["marmots"]})

    bundle = await _archive(alices_browser)

    everything = b"".join(bundle.read(one) for one in bundle.namelist())
    assert b"marmots" not in everything
    assert b"9998877" not in everything.replace(b" ", b"")
    assert _rows(bundle, "limited_accounts.csv") == []


async def test_pictures_are_in_the_archive(alices_browser):
    drawn = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(drawn, "PNG")
    await alices_browser.sends("/settings/profile", files={"avatar": ("me.png", drawn.getvalue())})

    bundle = await _archive(alices_browser)

    assert Image.open(BytesIO(bundle.read("avatar.webp"))).format == "WEBP"
    assert "header.webp" not in bundle.namelist()


async def test_an_address_alone_downloads_nothing(running_site, alices_browser, visitor):
    page = await alices_browser.reads(PAGE)

    assert page.headers["content-type"].startswith("text/html")
    assert "Download the archive" in text(page)
    assert (await alices_browser.client.post(PAGE)).status_code == 403
    for response in (await visitor.reads(PAGE), await visitor.sends(PAGE)):
        assert leads_to(response).startswith("/sign-in")


async def test_a_long_archive_is_sent_in_parts(running_site, alice, monkeypatch):
    monkeypatch.setattr(queries, "_STATUSES", queries._STATUSES.limit(7))
    for number in range(20):
        await alice.posts(f"numéro {number}")

    parts = [part async for part in archive(running_site.site, await account_of(running_site.site, alice)) if part]
    outbox = json.loads(ZipFile(BytesIO(b"".join(parts))).read("outbox.json"))

    assert [one["object"]["source"]["content"] for one in outbox["orderedItems"]] == [f"numéro {number}" for number in range(19, -1, -1)]


class TestLimits:
    @pytest.fixture
    def settings(self, limited_settings):
        return msgspec.structs.replace(limited_settings, rate_limits="on")

    async def test_three_archives_can_be_made_in_six_hours(self, running_site, alice):
        browser = Browser(running_site)
        await browser.was_signed_in("alice")
        responses = [(await browser.sends(PAGE)).status_code for _ in range(4)]

        assert responses == [200, 200, 200, 429]


async def test_uploaded_media_is_in_the_archive(alices_browser, alice, bob):
    mine, film = await alice.uploads(photo(), description="un mur"), await alice.uploads(video(), "film.mp4")
    unused = await alice.uploads(photo("red"))
    theirs = await bob.uploads(photo("blue"))
    await alice.posts("@bob regarde", visibility="direct", media_ids=[mine["id"]])
    await alice.posts("", media_ids=[film["id"]])

    bundle = await _archive(alices_browser)

    assert bundle.testzip() is None
    documents = [one["object"]["attachment"][0] for one in json.loads(bundle.read("outbox.json"))["orderedItems"]]
    assert [(one["mediaType"], one["name"]) for one in documents] == [("video/mp4", None), ("image/jpeg", "un mur")]
    assert [one["url"] for one in documents] == [f"media_attachments/{film['id']}.mp4", f"media_attachments/{mine['id']}.jpg"]
    assert Image.open(BytesIO(bundle.read(documents[1]["url"]))).size == (documents[1]["width"], documents[1]["height"])
    assert bundle.read(documents[0]["url"]) == (await alice.client.get((await alice.get(f"/api/v1/media/{film['id']}"))["url"])).content
    kept = [one for one in bundle.namelist() if one.startswith("media_attachments/")]
    assert f"media_attachments/{unused['id']}.jpg" in kept
    assert not any(theirs["id"] in one for one in kept)
