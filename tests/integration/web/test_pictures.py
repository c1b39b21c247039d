"""A file is there as long as somebody shows it."""

import asyncio
import os
import time
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image

from gazouillis.accounts import pictures, queries, roles
from gazouillis.accounts.profile import ProfileChange, change_profile
from tests.support.browser import Browser
from tests.support.site import account_of

PROFILE = "/settings/profile"
UPDATE = "/api/v1/accounts/update_credentials"


def drawn(colour):
    file = BytesIO()
    Image.new("RGB", (30, 20), colour).save(file, "PNG")
    return file.getvalue()


def files(town):
    return sorted(one.name for one in (town.site.settings.data / "media").glob("*/*"))


def age(town, name, *, hours):
    [path] = (town.site.settings.data / "media").glob(f"*/{name}")
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


@pytest.fixture
def shows(town):
    """`await shows(alice, avatar="teal")`: the address of the picture, which the app was given."""

    async def show(person, **colours):
        sent = {name: ("me.png", drawn(colour), "image/png") for name, colour in colours.items()}
        own = (await person.client.patch(UPDATE, files=sent)).json()
        await town.settle()
        return own[next(iter(colours))]

    return show


@pytest.fixture
def status(visitor):
    async def ask(address):
        return (await visitor.reads(address)).status_code

    return ask


@pytest.mark.parametrize("kind", ["avatar", "header"])
async def test_a_replaced_picture_is_gone(shows, status, town, alice, kind):
    former = await shows(alice, **{kind: "teal"})
    present = await shows(alice, **{kind: "gold"})

    assert (await status(former), await status(present)) == (404, 200)
    assert len(files(town)) == 1


@pytest.mark.parametrize("kind", ["avatar", "header"])
async def test_a_removed_picture_is_gone(shows, status, town, alice, kind):
    address = await shows(alice, **{kind: "teal"})
    await alice.client.delete(f"/api/v1/profile/{kind}")
    await town.settle()

    assert await status(address) == 404
    assert files(town) == []


async def test_a_picture_removed_on_the_page_is_gone(alices_browser, town):
    await alices_browser.sends(PROFILE, files={"avatar": ("me.png", drawn("teal")), "header": ("sky.png", drawn("gold"))})
    assert len(files(town)) == 2

    await alices_browser.sends(PROFILE, remove_avatar="1", remove_header="1")
    await town.settle()

    assert files(town) == []


async def test_a_picture_shared_by_two_stays_while_one_shows_it(shows, status, town, alice, bob):
    address = await shows(alice, avatar="teal")
    assert await shows(bob, avatar="teal") == address
    assert len(files(town)) == 1

    await shows(alice, avatar="gold")
    assert await status(address) == 200

    await shows(bob, avatar="gold")
    assert await status(address) == 404


async def test_the_same_picture_sent_again_stays(shows, status, alice):
    address = await shows(alice, avatar="teal")

    assert await shows(alice, avatar="teal") == address
    assert await status(address) == 200


@pytest.mark.parametrize(
    ("fields", "header"), [({"display_name": "a" * 300}, drawn("gold")), ({"language": "x" * 40}, b""), ({}, b"not a picture")]
)
async def test_a_refused_form_leaves_no_file(alices_browser, town, fields, header):
    refusal = await alices_browser.sends(PROFILE, **fields, files={"avatar": ("me.png", drawn("teal")), "header": ("sky.png", header)})

    assert refusal.status_code == 422
    assert files(town) == []


@pytest.mark.parametrize("fields", [{"display_name": "a" * 300}, {"source[privacy]": "everybody"}, {"source[language]": "x" * 40}])
async def test_a_refused_api_request_leaves_no_file(alice, town, fields):
    refusal = await alice.client.patch(UPDATE, data=fields, files={"avatar": ("me.png", drawn("teal"), "image/png")})

    assert refusal.status_code == 422
    assert files(town) == []


async def test_a_rejected_sign_up_leaves_no_file(set_site_options, town):
    await set_site_options(registrations="approval")
    await Browser(town).sends("/sign-up", username="dora", email="d@example.org", password="correct horse battery", reason="hello")
    async with town.site.db.write() as tx:
        dora = await queries.by_handle_even_unapproved(tx, "dora", "")
        given = pictures.picture(b"RIFF")
        await change_profile(tx, dora, ProfileChange(avatar=given.key, header=given.key), base_url="http://here.test")
        await pictures.store(tx, town.site.blobs, [given])
    assert files(town) == [given.key]

    async with town.site.db.write() as tx:
        await roles.reject(tx, None, dora.id)
    await town.settle()

    assert files(town) == []


async def test_a_file_of_a_failed_transaction_is_swept_and_the_shown_one_stays(shows, status, town, alice):
    address = await shows(alice, avatar="teal")
    given = pictures.picture(b"RIFF")
    with pytest.raises(ZeroDivisionError):
        await breaks_after_the_file(town, await account_of(town.site, alice), given)
    await town.settle()

    assert (await status(address), given.key in files(town)) == (200, True)
    age(town, given.key, hours=2)
    await pictures.sweep(town.site)
    assert (await status(address), given.key in files(town)) == (200, False)


async def breaks_after_the_file(town, account, given):
    async with town.site.db.write() as tx:
        await change_profile(tx, account, ProfileChange(avatar=given.key), base_url="http://here.test")
        await pictures.store(tx, town.site.blobs, [given])
        raise ZeroDivisionError


async def test_the_worker_sweeps_old_files_that_nobody_shows(shows, town, alice, clock):
    shown = (await shows(alice, avatar="teal")).rpartition("/")[2]
    old, young = await town.site.blobs.put(b"old", ".webp"), await town.site.blobs.put(b"young", ".webp")
    draft = town.site.settings.data / "media" / old[:2] / f".{old}.0123"
    draft.write_bytes(b"ol")
    for name in (shown, old, draft.name):
        age(town, name, hours=2)

    clock.advance(hours=2)
    await town.settle()

    assert files(town) == sorted([shown, young])


async def test_a_picture_removed_while_it_is_uploaded_again_is_there(town, alice, bob, status):
    """Whoever is first, who shows a picture has it."""
    teal = ("me.png", drawn("teal"), "image/png")

    async def changes_their_mind(person):
        for _ in range(6):
            await person.client.patch(UPDATE, files={"avatar": teal})
            await person.client.delete("/api/v1/profile/avatar")
        return (await person.client.patch(UPDATE, files={"avatar": teal})).json()["avatar"]

    async def removes():
        key = pictures.picture(await teal_file(town, alice)).key
        for _ in range(40):
            await pictures.remove_unless_shown(town.site, key)
            await asyncio.sleep(0)

    addresses = await asyncio.gather(changes_their_mind(alice), changes_their_mind(bob), removes())
    await town.settle()

    assert [await status(one) for one in addresses[:2]] == [200, 200]


async def teal_file(town, person):
    own = (await person.client.patch(UPDATE, files={"avatar": ("me.png", drawn("teal"), "image/png")})).json()
    return await town.site.blobs.get(own["avatar"].rpartition("/")[2])


async def test_orphans_are_counted(shows, town, alice):
    await shows(alice, avatar="teal")
    key = await town.site.blobs.put(b"orphan", ".webp")

    async with town.site.db.read() as reader:
        assert await pictures.orphans(reader, town.site.blobs, before=datetime.now(UTC)) == [key]
