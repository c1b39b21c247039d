"""One's own things: the portrait is cropped, the archive downloaded, the account deleted and kept, a person reported."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE
from tests.e2e.screenshots import PASSWORD
from tests.e2e.test_accessibility import core_first

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OWN_PATHS = ["/settings/profile", "/settings/account", "/settings/export", "/settings/delete"]
IS_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def _photo(kind="PNG"):
    """Red on the left, blue on the right."""
    photo, file = Image.new("RGB", (1600, 800), "red"), BytesIO()
    photo.paste("blue", (800, 0, 1600, 800))
    photo.save(file, kind)
    return {"name": "me.png", "mimeType": "image/png", "buffer": file.getvalue()}


async def _colours(page, address):
    """Those at the left and at the right edge of the picture."""
    response = await page.request.get(address)
    picture = Image.open(BytesIO(await response.body())).convert("RGB")
    left, right = (picture.getpixel((x, picture.height // 2)) for x in (5, picture.width - 5))
    return ["red" if red > blue else "blue" for red, _green, blue in (left, right)]


@pytest.mark.thorough
async def test_a_portrait_is_cropped_by_keyboard_on_a_phone_and_removed(open_page):
    nicolas = await open_page("nico_pest", size=PHONE)
    page = await nicolas.visit("/settings/profile")
    portrait = page.locator(".picture").first
    dialog = page.locator("dialog.crop")

    await page.get_by_label("Portrait", exact=True).set_input_files(_photo())
    await expect(dialog).to_be_visible()
    await expect(dialog.locator(".cropper-container")).to_be_visible()
    assert await nicolas.accessibility_violations() == []
    await page.set_viewport_size({"width": 320, "height": 640})
    assert not await page.evaluate(IS_WIDER)
    await dialog.locator(".crop-area").focus()
    for _ in range(60):
        await page.keyboard.press("ArrowLeft")
    await dialog.get_by_label("Agrandir").focus()
    for _ in range(10):
        await page.keyboard.press("ArrowRight")
    await dialog.get_by_role("button", name="Utiliser cette image").press("Enter")

    await expect(dialog).to_be_hidden()
    await expect(portrait.get_by_role("status")).to_contain_text("Choisie")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_text("Votre profil est enregistré")).to_be_visible()
    shown = await portrait.locator("img").get_attribute("src")
    assert shown.startswith("/media/")
    assert await _colours(page, shown) == ["blue", "blue"]

    await portrait.get_by_role("checkbox").check()
    await expect(portrait.locator("img")).to_have_attribute("src", "/avatars/nico_pest.svg")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(portrait.get_by_role("checkbox")).to_have_count(0)


async def test_a_cancelled_or_unreadable_picture_changes_nothing(open_page):
    nicolas = await open_page("nico_pest")
    page = await nicolas.visit("/settings/profile")
    banner, before = page.locator(".picture").last, await page.locator(".picture img").last.get_attribute("src")

    await page.get_by_label("Bannière", exact=True).set_input_files(_photo())
    await expect(page.locator(".cropper-container")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog.crop")).to_be_hidden()
    await expect(page.get_by_label("Bannière", exact=True)).to_have_value("")

    broken = {"name": "me.png", "mimeType": "image/png", "buffer": b"no picture"}
    await page.get_by_label("Bannière", exact=True).set_input_files(broken)

    await expect(banner.get_by_role("status")).to_contain_text("ne savons pas lire cette image")
    await expect(banner.locator("img")).to_have_attribute("src", before)


@pytest.mark.thorough
async def test_everything_works_without_scripts(open_page):
    nicolas = await open_page("nico_pest", size=PHONE, java_script_enabled=False)
    page = await nicolas.visit("/settings/profile")

    await page.get_by_label("Portrait", exact=True).set_input_files(_photo())
    await page.get_by_role("button", name="Enregistrer").click()
    assert await _colours(page, await page.locator(".picture img").first.get_attribute("src")) == ["red", "blue"]

    await nicolas.visit("/settings/export")
    async with page.expect_download() as started:
        await page.get_by_role("button", name="Télécharger l’archive").click()
    archive = ZipFile(await (await started.value).path())
    assert {"outbox.json", "actor.json", "avatar.webp", "following_accounts.csv"} <= set(archive.namelist())

    await nicolas.visit("/@Marievh")
    await page.locator("[popovertarget=profile-menu]").click()
    await page.get_by_role("link", name="Signaler @Marievh").click()
    await page.get_by_text("C’est indésirable").check()
    await page.get_by_role("textbox", name="Avec vos mots").fill("Toujours le même lien")
    await page.get_by_role("button", name="Envoyer le signalement").click()
    await expect(page.get_by_role("heading", name="Merci", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Bloquer @Marievh")).to_be_visible()

    admin = await open_page("admin", java_script_enabled=False)
    list_page = await admin.visit("/settings/reports")
    report = list_page.locator("li.report", has_text="Toujours le même lien")
    await report.get_by_role("button", name="Rien à faire").click()
    await expect(report).to_have_count(0)
    assert list_page.url.endswith("/settings/reports")


async def test_an_account_is_deleted_and_kept_by_signing_in(open_page):
    visitor = await open_page()
    page = await visitor.visit("/sign-in")

    async def sign_in():
        await page.get_by_label("Votre nom ou votre adresse").or_(page.locator("[name=login]")).first.fill("schistrou")
        await page.locator("[name=password]").fill(PASSWORD)
        await page.locator("main form button.button").first.click()

    await sign_in()
    await expect(page.locator("body.signed-in")).to_be_visible()
    await page.goto("/settings/account")
    await page.get_by_role("link", name="Supprimer votre compte").click()
    await page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    await page.get_by_role("button", name="Supprimer mon compte").click()
    await page.locator("dialog#confirm [value=yes]").click()
    await expect(page.get_by_text("Votre compte est caché")).to_be_visible()
    assert (await page.request.get("/@schistrou")).status == 404

    await page.goto("/sign-in")
    await sign_in()
    await expect(page.get_by_text("Vous revoilà")).to_be_visible()
    assert (await page.request.get("/@schistrou")).status == 200


@pytest.mark.parametrize("path", core_first([*OWN_PATHS, "/report", "/settings/reports"], ["/report"]))
async def test_pages_about_ones_own_things_are_accessible(open_page, path):
    member = await open_page("admin" if path == "/settings/reports" else "cyrille")
    page = await member.visit("/@Marievh" if path == "/report" else path)
    if path == "/report":
        await page.goto(await page.locator("a[href^='/report']").first.get_attribute("href"))

    assert await member.accessibility_violations() == []
    await page.set_viewport_size({"width": 320, "height": 640})
    assert not await page.evaluate(IS_WIDER)
