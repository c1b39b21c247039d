"""Picture files are deleted when no account uses them any more."""

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


def png(colour):
    file = BytesIO()
    Image.new("RGB", (30, 20), colour).save(file, "PNG")
    return file.getvalue()


def stored_files(running_site):
    return sorted(one.name for one in (running_site.site.settings.data / "media").glob("*/*"))


def make_old(running_site, name, *, hours):
    [path] = (running_site.site.settings.data / "media").glob(f"*/{name}")
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


@pytest.fixture
def upload_pictures(running_site):
    """`await upload_pictures(alice, avatar="teal")`: the address of the picture, which the app was given."""

    async def upload(person, **colours):
        sent = {name: ("me.png", png(colour), "image/png") for name, colour in colours.items()}
        own = (await person.client.patch(UPDATE, files=sent)).json()
        await running_site.run_until_idle()
        return own[next(iter(colours))]

    return upload


@pytest.fixture
def status_of(visitor):
    async def ask(address):
        return (await visitor.reads(address)).status_code

    return ask


@pytest.mark.parametrize("kind", ["avatar", "header"])
async def test_a_replaced_picture_is_gone(upload_pictures, status_of, running_site, alice, kind):
    former = await upload_pictures(alice, **{kind: "teal"})
    present = await upload_pictures(alice, **{kind: "gold"})

    assert (await status_of(former), await status_of(present)) == (404, 200)
    assert len(stored_files(running_site)) == 1


@pytest.mark.parametrize("kind", ["avatar", "header"])
async def test_a_removed_picture_is_gone(upload_pictures, status_of, running_site, alice, kind):
    address = await upload_pictures(alice, **{kind: "teal"})
    await alice.client.delete(f"/api/v1/profile/{kind}")
    await running_site.run_until_idle()

    assert await status_of(address) == 404
    assert stored_files(running_site) == []


async def test_a_picture_removed_on_the_page_is_gone(alices_browser, running_site):
    await alices_browser.sends(PROFILE, files={"avatar": ("me.png", png("teal")), "header": ("sky.png", png("gold"))})
    assert len(stored_files(running_site)) == 2

    await alices_browser.sends(PROFILE, remove_avatar="1", remove_header="1")
    await running_site.run_until_idle()

    assert stored_files(running_site) == []


async def test_a_picture_shared_by_two_stays_while_one_shows_it(upload_pictures, status_of, running_site, alice, bob):
    address = await upload_pictures(alice, avatar="teal")
    assert await upload_pictures(bob, avatar="teal") == address
    assert len(stored_files(running_site)) == 1

    await upload_pictures(alice, avatar="gold")
    assert await status_of(address) == 200

    await upload_pictures(bob, avatar="gold")
    assert await status_of(address) == 404


async def test_the_same_picture_sent_again_stays(upload_pictures, status_of, alice):
    address = await upload_pictures(alice, avatar="teal")

    assert await upload_pictures(alice, avatar="teal") == address
    assert await status_of(address) == 200


@pytest.mark.parametrize(
    ("fields", "header"), [({"display_name": "a" * 300}, png("gold")), ({"language": "x" * 40}, b""), ({}, b"not a picture")]
)
async def test_a_refused_form_leaves_no_file(alices_browser, running_site, fields, header):
    refusal = await alices_browser.sends(PROFILE, **fields, files={"avatar": ("me.png", png("teal")), "header": ("sky.png", header)})

    assert refusal.status_code == 422
    assert stored_files(running_site) == []


@pytest.mark.parametrize("fields", [{"display_name": "a" * 300}, {"source[privacy]": "everybody"}, {"source[language]": "x" * 40}])
async def test_a_refused_api_request_leaves_no_file(alice, running_site, fields):
    refusal = await alice.client.patch(UPDATE, data=fields, files={"avatar": ("me.png", png("teal"), "image/png")})

    assert refusal.status_code == 422
    assert stored_files(running_site) == []


async def test_a_rejected_sign_up_leaves_no_file(set_site_options, running_site):
    await set_site_options(registrations="approval")
    await Browser(running_site).sends("/sign-up", username="dora", email="d@example.org", password="correct horse battery", reason="hello")
    async with running_site.site.db.write() as tx:
        dora = await queries.by_handle_even_unapproved(tx, "dora", "")
        given = pictures.picture(b"RIFF")
        await change_profile(tx, dora, ProfileChange(avatar=given.key, header=given.key), base_url="http://here.test")
        await pictures.store(tx, running_site.site.blobs, [given])
    assert stored_files(running_site) == [given.key]

    async with running_site.site.db.write() as tx:
        await roles.reject(tx, None, dora.id)
    await running_site.run_until_idle()

    assert stored_files(running_site) == []


async def test_a_file_of_a_failed_transaction_is_swept_and_the_shown_one_stays(upload_pictures, status_of, running_site, alice):
    address = await upload_pictures(alice, avatar="teal")
    given = pictures.picture(b"RIFF")
    with pytest.raises(ZeroDivisionError):
        await fail_after_the_upload(running_site, await account_of(running_site.site, alice), given)
    await running_site.run_until_idle()

    assert (await status_of(address), given.key in stored_files(running_site)) == (200, True)
    make_old(running_site, given.key, hours=2)
    await pictures.sweep(running_site.site)
    assert (await status_of(address), given.key in stored_files(running_site)) == (200, False)


async def fail_after_the_upload(running_site, account, given):
    async with running_site.site.db.write() as tx:
        await change_profile(tx, account, ProfileChange(avatar=given.key), base_url="http://here.test")
        await pictures.store(tx, running_site.site.blobs, [given])
        raise ZeroDivisionError


async def test_the_worker_sweeps_old_files_that_nobody_shows(upload_pictures, running_site, alice, clock):
    shown = (await upload_pictures(alice, avatar="teal")).rpartition("/")[2]
    old, young = await running_site.site.blobs.put(b"old", ".webp"), await running_site.site.blobs.put(b"young", ".webp")
    draft = running_site.site.settings.data / "media" / old[:2] / f".{old}.0123"
    draft.write_bytes(b"ol")
    for name in (shown, old, draft.name):
        make_old(running_site, name, hours=2)

    clock.advance(hours=2)
    await running_site.run_until_idle()

    assert stored_files(running_site) == sorted([shown, young])


async def test_a_picture_removed_while_it_is_uploaded_again_is_there(running_site, alice, bob, status_of):
    """Whoever is first, who shows a picture has it."""
    teal = ("me.png", png("teal"), "image/png")

    async def change_picture_repeatedly(person):
        for _ in range(6):
            await person.client.patch(UPDATE, files={"avatar": teal})
            await person.client.delete("/api/v1/profile/avatar")
        return (await person.client.patch(UPDATE, files={"avatar": teal})).json()["avatar"]

    async def remove_orphan():
        key = pictures.picture(await teal_file(running_site, alice)).key
        for _ in range(40):
            await pictures.remove_unless_shown(running_site.site, key)
            await asyncio.sleep(0)

    addresses = await asyncio.gather(change_picture_repeatedly(alice), change_picture_repeatedly(bob), remove_orphan())
    await running_site.run_until_idle()

    assert [await status_of(one) for one in addresses[:2]] == [200, 200]


async def teal_file(running_site, person):
    own = (await person.client.patch(UPDATE, files={"avatar": ("me.png", png("teal"), "image/png")})).json()
    return await running_site.site.blobs.get(own["avatar"].rpartition("/")[2])


async def test_orphans_are_counted(upload_pictures, running_site, alice):
    await upload_pictures(alice, avatar="teal")
    key = await running_site.site.blobs.put(b"orphan", ".webp")

    async with running_site.site.db.read() as reader:
        assert await pictures.orphans(reader, running_site.site.blobs, before=datetime.now(UTC)) == [key]
