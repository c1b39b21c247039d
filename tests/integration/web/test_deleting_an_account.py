"""Deletion of an account by its owner: hidden at once, back by signing in, gone after a week from every door and every table."""

from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
import sqlalchemy as sa
from PIL import Image

from gazouillis.accounts import deletion, suspend
from gazouillis.accounts.models import Role
from gazouillis.erasure import erase_batch
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.tables import metadata
from tests.support.browser import Browser, leads_to, text
from tests.support.mailbox import sent_emails
from tests.support.meetings import answers, plans, proposes
from tests.support.people import PASSWORD
from tests.support.stays import LYON, NANTES, PLACES, lives, stays

PAGE = "/settings/delete"
SECRET = "merle"

# Columns that may still name a deleted account: its own row, and what others did or wrote.
KEPT = {
    ("accounts", "id"),
    ("statuses", "account_id"),  # tombstones that somebody replied to
    ("statuses", "in_reply_to_account_id"),
    ("mentions", "account_id"),  # by others, who named it
    ("reports", "account_id"),  # by others, about it
}


async def _request_deletion(browser, password=PASSWORD):
    return await browser.sends(PAGE, password=password)


async def _change(running_site, command, person):
    async with running_site.site.db.write() as tx:
        await command(tx, person.account_id)


async def _advance_and_settle(running_site, **span):
    running_site.clock.advance(**span)
    await running_site.run_until_idle()


def _email_subjects(running_site, name):
    return [one["subject"] for one in sent_emails(running_site.site.settings.data) if f"{name}@" in one["to"]]


async def _post_and_interact(running_site, alice, bob, carol):
    """Alice does all that leaves a trace; returns the public post."""
    drawn = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(drawn, "PNG")
    await alice.client.patch(
        "/api/v1/accounts/update_credentials", data={"display_name": "Alice au merle"}, files={"avatar": ("me.png", drawn.getvalue())}
    )
    post = await alice.posts(f"un {SECRET} dans le #lilas, @bob")
    await bob.replies(post, "@alice où ça ?")
    await bob.favourites(post)
    await carol.reblogs(post)
    reply = await bob.posts("bonjour @alice")
    for does in (alice.favourites, alice.bookmarks, alice.reblogs):
        await does(reply)
    await carol.replies(reply, "bonjour", via=f"reblog:{alice.id}")
    await alice.follows(bob, carol)
    await bob.follows(alice)
    await alice.mutes(carol)
    mallory = await running_site.person("mallory")
    await alice.blocks(mallory)
    await alice.post("/api/v1/reports", account_id=mallory.id)
    await bob.post("/api/v1/reports", account_id=alice.id, status_ids=[post["id"]])
    await alice.post("/api/v1/markers", home={"last_read_id": "1"})
    await alice.posts("rien que pour toi, @bob", visibility="direct")
    await alice.post("/api/gazouillis/v1/tracks", query="orage", delivery="notify")
    await alice.posts(f"un {SECRET} pour demain", scheduled_at=(running_site.clock.now + timedelta(days=30)).isoformat())
    await bob.posts("un orage")
    await stays(alice, LYON, "2026-03-06", "2026-03-20")
    await lives(alice, NANTES, languages=["fr"])
    await answers(bob, await plans(alice, place_id=LYON), "yes")
    await answers(alice, await plans(bob, title="Pique-nique"), "yes")
    await proposes(alice, bob)
    await proposes(carol, alice)
    await running_site.run_until_idle()
    return post, reply


async def _public_pages(running_site, bob, post, reply):
    """Everything that a visitor and Bob can open, as one text."""
    visitor, bobs = Browser(running_site), Browser(running_site)
    await bobs.was_signed_in("bob")
    paths = (
        *("/local", "/tags/lilas", "/search?q=lilas", "/search?q=alice", "/@bob", "/@bob/followers", "/@carol"),
        f"/@bob/{reply['id']}",
    )
    pages = [await browser.reads(path) for browser in (visitor, bobs) for path in (*paths, f"/@alice/{post['id']}")]
    pages += [await bobs.reads(path) for path in ("/", "/notifications", "/mentions", "/favourites", "/meetings")]
    lists = ("timelines/home", "timelines/public", "timelines/tag/lilas", "notifications", "favourites")
    shown = [await bob.client.get(f"/api/v1/{path}") for path in lists]
    shown += [await bob.client.get(f"{PLACES}/{place_id}") for place_id in (LYON, NANTES)]
    shown += [await bob.client.get("/api/v2/search", params={"q": word}) for word in ("lilas", "alice")]
    shown += [await bob.client.get(f"/api/v1/statuses/{reply['id']}/{by}") for by in ("favourited_by", "reblogged_by", "context")]
    return "\n".join(unescape(one.text) for one in (*pages, *shown))


async def test_the_page_says_what_follows_and_asks_for_the_password(running_site, alices_browser):
    page = text(await alices_browser.reads(PAGE))
    refused = await _request_deletion(alices_browser, "a guess")

    assert "For 7 days" in page
    assert refused.status_code == 422
    assert 'id="password-error"' in refused.text
    assert (await alices_browser.reads("/@alice")).status_code == 200
    assert PAGE in (await alices_browser.reads("/settings/account")).text


async def test_at_once_the_account_is_seen_nowhere_and_signed_out_everywhere(running_site, alice, bob, carol, alices_browser):
    post, response = await _post_and_interact(running_site, alice, bob, carol)
    assert SECRET in await _public_pages(running_site, bob, post, response)

    gone = await _request_deletion(alices_browser)
    await running_site.run_until_idle()

    assert leads_to(gone) == "/"
    assert leads_to(await alices_browser.reads("/settings/profile")).startswith("/sign-in")
    assert (await alice.client.get("/api/v1/accounts/verify_credentials")).status_code == 401
    seen = await _public_pages(running_site, bob, post, response)
    assert SECRET not in seen
    assert "Alice au merle" not in seen
    assert (await Browser(running_site).reads("/@alice")).status_code == 404
    assert _email_subjects(running_site, "alice")[-1] == "Your account at Testville will be deleted"


async def test_signing_in_before_the_end_brings_everything_back(running_site, alice, bob, carol, alices_browser):
    post, response = await _post_and_interact(running_site, alice, bob, carol)
    before = await bob.home()
    await _request_deletion(alices_browser)
    await _advance_and_settle(running_site, days=6, hours=23)

    back = Browser(running_site)
    assert leads_to(await back.signs_in("alice")) == "/"

    assert "Welcome back" in text(await back.reads("/"))
    await _advance_and_settle(running_site, days=2)
    assert await bob.home() == before
    assert SECRET in await _public_pages(running_site, bob, post, response)
    assert (await back.reads("/settings/profile")).status_code == 200


async def test_a_wrong_password_brings_nothing_back(running_site, alice, alices_browser):
    await _request_deletion(alices_browser)

    assert (await Browser(running_site).signs_in("alice", "a guess")).status_code == 422

    assert (await Browser(running_site).reads("/@alice")).status_code == 404


async def test_after_a_week_every_trace_is_deleted(running_site, alice, bob, carol, alices_browser):
    post, response = await _post_and_interact(running_site, alice, bob, carol)
    picture = (await alice.get("/api/v1/accounts/verify_credentials"))["avatar"].rpartition("/media/")[2]
    assert (await Browser(running_site).reads(f"/media/{picture}")).status_code == 200
    await _request_deletion(alices_browser)

    await _advance_and_settle(running_site, days=7, minutes=1)

    seen = await _public_pages(running_site, bob, post, response)
    assert SECRET not in seen
    assert "Alice au merle" not in seen
    assert await _columns_with(running_site, alice.account_id) == set()
    assert (await Browser(running_site).reads(f"/media/{picture}")).status_code == 404
    bobs = await bob.get("/api/v1/accounts/verify_credentials")
    assert (bobs["followers_count"], bobs["following_count"]) == (0, 0)
    shown = await bob.get(f"/api/v1/statuses/{response['id']}")
    assert (shown["favourites_count"], shown["reblogs_count"]) == (0, 0)
    assert _email_subjects(running_site, "alice")[-1] == "Your account at Testville is deleted"
    assert (await Browser(running_site).signs_in("alice")).status_code == 422


async def test_answers_of_others_stay_under_a_tombstone(running_site, alice, bob, carol, alices_browser):
    await _post_and_interact(running_site, alice, bob, carol)
    await _request_deletion(alices_browser)
    await _advance_and_settle(running_site, days=8)

    [reply] = [one for one in await bob.get(f"/api/v1/accounts/{bob.id}/statuses") if "où ça" in one["content"]]
    page = text(await Browser(running_site).reads(f"/@bob/{reply['id']}"))

    assert "où ça" in page
    assert SECRET not in page


async def test_the_name_stays_taken_and_the_address_is_free(running_site, alice, alices_browser, set_site_options):
    await _request_deletion(alices_browser)
    await _advance_and_settle(running_site, days=8)
    await set_site_options(registrations="open")
    form = {"email": "alice@example.org", "password": "un merle dans le lilas", "language": "en"}

    taken = await Browser(running_site).sends("/sign-up", username="ALICE", **form)
    joined = await Browser(running_site).sends("/sign-up", username="alicia", **form)

    assert taken.status_code == 422
    assert joined.is_redirect


async def test_a_server_killed_in_the_middle_goes_on_where_it_was(running_site, alice, bob, alices_browser):
    for number in range(45):
        await alice.posts(f"{SECRET} {number}")
    await _request_deletion(alices_browser)
    running_site.clock.advance(days=8)

    assert await erase_batch(running_site.site)  # and here the server is killed: each batch is a transaction of its own
    async with running_site.site.db.read() as reader:
        left = await reader.value(sa.select(sa.func.count()).select_from(metadata.tables["statuses"]))
    assert 0 < left < 45
    assert (await Browser(running_site).signs_in("alice")).status_code == 422

    await running_site.run_until_idle()
    assert await _columns_with(running_site, alice.account_id) == set()
    assert not await erase_batch(running_site.site)


async def test_the_last_owner_names_another_first(running_site, set_site_options):
    await running_site.person("olive", role=Role.OWNER)
    browser = Browser(running_site)
    await browser.was_signed_in("olive")

    assert 'name="password"' not in (await browser.reads(PAGE)).text
    assert (await _request_deletion(browser)).status_code == 409

    await running_site.person("oscar", role=Role.OWNER)
    assert leads_to(await _request_deletion(browser)) == "/"


async def test_undoing_a_deletion_does_not_lift_a_suspension(running_site, alice, alices_browser):
    await _request_deletion(alices_browser)
    await _change(running_site, suspend.suspend, alice)

    assert "This account is suspended" in text(await Browser(running_site).signs_in("alice"))
    assert (await Browser(running_site).reads("/@alice")).status_code == 404


async def test_lifting_a_suspension_does_not_undo_a_deletion(running_site, alice, alices_browser):
    await _change(running_site, suspend.suspend, alice)
    async with running_site.site.db.write() as tx:
        await deletion.request(tx, alice.account_id, proof=None)
    await _change(running_site, suspend.unsuspend, alice)

    assert (await Browser(running_site).reads("/@alice")).status_code == 404
    assert leads_to(await Browser(running_site).signs_in("alice")) == "/"
    assert (await Browser(running_site).reads("/@alice")).status_code == 200


async def test_after_a_suspension_everything_is_as_before(running_site, alice, bob, alices_browser):
    status = await alice.posts(f"un {SECRET}")
    await _change(running_site, suspend.suspend, alice)
    assert (await Browser(running_site).reads(f"/@alice/{status['id']}")).status_code == 404
    assert leads_to(await alices_browser.reads("/settings/profile")).startswith("/sign-in")
    assert (await alice.client.get("/api/v1/accounts/verify_credentials")).status_code in {401, 403}

    await _change(running_site, suspend.unsuspend, alice)

    assert SECRET in (await Browser(running_site).reads(f"/@alice/{status['id']}")).text
    assert (await alices_browser.reads("/settings/profile")).status_code == 200


async def test_asking_twice_does_not_move_the_day(running_site, alice):
    days = []
    for _ in range(2):
        async with running_site.site.db.write() as tx:
            days.append(await deletion.request(tx, alice.account_id, proof=None))
        running_site.clock.advance(days=1)

    assert days[0] == days[1]


async def test_the_operator_deletes_at_once(running_site, alice, bob):
    async with running_site.site.db.write() as tx:
        await deletion.request(tx, alice.account_id, proof=None, waiting_time=timedelta(0))

    await _advance_and_settle(running_site, minutes=1)

    assert await _columns_with(running_site, alice.account_id) == set()


@pytest.mark.parametrize("path", [PAGE])
async def test_visitors_are_asked_to_sign_in(visitor, path):
    assert leads_to(await visitor.reads(path)).startswith("/sign-in")
    assert leads_to(await visitor.sends(path, password=PASSWORD)).startswith("/sign-in")


async def _columns_with(running_site, account_id: AccountId):
    """Columns of all tables in which the id of the account is found, but for those in `KEPT`. Events and jobs are read once and go."""
    columns = [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.BigInteger) and (table.name, column.name) not in KEPT
    ]
    async with running_site.site.db.read() as reader:
        names = [(one.table.name, one.name) for one in columns if await reader.value(sa.select(one).where(one == account_id).limit(1))]
    return set(names)
