"""Files in the composer of a real browser: sent while one writes, with progress, over a bad network, and none lost."""

import re
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

ADD, SEND = "[data-add-files] input", "form.composer .tools .button"
ARRIVED, REMOVE = ".upload[data-arrived]", ".upload button[data-remove]"
SLOW = 50_000 // 8
"""Bytes a second of a line with 50 kbit/s."""
LONG = 30_000
"""Milliseconds in which a file is processed, or a post rendered, on a busy machine."""
KEPT = 500
"""Milliseconds after which a draft is kept."""
LARGE = (2000, 1500)
"""Pixels of a photo of more than a megabyte, which a slow line does not bring before a busy machine has looked at its progress."""
SWEPT = """(id) => {
  for (const [key, kept] of Object.entries(localStorage)) localStorage.setItem(key, kept.replaceAll(`"${id}"`, '"4611686018427387904"'));
}"""
"""As if the draft had a file that the server does not have any more, instead of this one."""
SHARES = """() => {
  window.shares = new Set();
  const collect = (changes) => changes.forEach(({ target }) => target.matches("progress") && window.shares.add(target.value));
  new MutationObserver(collect).observe(document, { subtree: true, attributes: true, attributeFilter: ["value"] });
}"""


def words() -> str:
    return f"Le Danube ce matin {uuid4().hex[:8]}"


def picture(size=(160, 120), name="a.jpg"):
    """A photo that no compression makes small, for a file input."""
    content = BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(content, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": content.getvalue()}


class Network:
    """The network of one page, throttled by Chromium."""

    def __init__(self, session):
        self._session = session

    @classmethod
    async def of(cls, page):
        session = await page.context.new_cdp_session(page)
        await session.send("Network.enable")
        return cls(session)

    async def becomes(self, *, rate=-1, offline=False):
        conditions = {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": rate}
        await self._session.send("Network.emulateNetworkConditions", conditions)


@pytest.fixture
async def composer(open_page):
    """`person, page = await composer("cyrille", size=PHONE)`: home, with an empty composer."""

    async def open_home(name, **choices):
        person = await open_page(name, **choices)
        return person, await person.visit("/")

    return open_home


@pytest.mark.long
async def test_a_photo_is_posted_in_three_taps_over_fifty_kilobits_a_second(composer):
    _cyrille, page = await composer("cyrille", size=PHONE)
    network, photo = await Network.of(page), picture((360, 320))
    await expect(page.locator("[data-add-files]")).to_be_visible()
    await network.becomes(rate=SLOW)
    await page.evaluate(SHARES)

    async with page.expect_file_chooser() as choosing:
        await page.click("[data-add-files]")
    await (await choosing.value).set_files(photo)
    await expect(page.locator(".upload progress")).to_be_visible()
    await page.wait_for_function("() => [...window.shares].filter((one) => 0 < one && one < 1).length >= 2")
    await page.click(SEND)

    await expect(page.locator(SEND)).to_have_text("En attente du fichier…")
    await expect(page.locator("#feed > li").first.locator("img[src*='/media/']")).to_be_visible(timeout=LONG)
    await expect(page.locator("#feed > li").first).to_contain_text("Cyrille")
    await expect(page.locator(".file-row")).to_have_count(0)


@pytest.mark.long
async def test_an_upload_goes_on_after_the_connection_was_lost(composer):
    cyrille, page = await composer("cyrille")
    network, photo = await Network.of(page), picture(LARGE)
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "PATCH" else None)
    await network.becomes(rate=8 * SLOW)
    await page.set_input_files(ADD, photo)
    await expect(page.locator(".upload [data-percent]")).to_have_text(re.compile(r"^[1-9]\d? %$"), timeout=LONG)

    await network.becomes(offline=True)
    await expect(page.locator(".upload [data-state]")).to_contain_text("Pas de connexion", timeout=LONG)
    await network.becomes()

    await expect(page.locator(ARRIVED)).to_be_visible(timeout=LONG)
    offsets = [int(one.headers["upload-offset"]) for one in sent]
    assert len(photo["buffer"]) > 1_000_000
    assert offsets[0] == 0
    assert offsets[-1] > 0
    await page.click(REMOVE)
    cyrille.faults.clear()


async def test_a_cancelled_file_is_deleted_from_the_server_and_the_text_stays(composer):
    cyrille, page = await composer("cyrille")
    network = await Network.of(page)
    await page.fill("#status", "Bonjour")
    await network.becomes(rate=SLOW)
    await page.set_input_files(ADD, picture(LARGE))
    await expect(page.locator(".upload [data-percent]")).not_to_have_text("0 %", timeout=LONG)

    async with page.expect_response(lambda one: one.request.method == "DELETE") as deleting:
        await page.click(REMOVE)
    answer = await deleting.value

    assert answer.status == 204
    await expect(page.locator(".file-row")).to_have_count(0)
    await expect(page.locator("#status")).to_have_value("Bonjour")
    await expect(page.locator(ADD)).to_be_focused()
    await page.fill("#status", "")
    await page.wait_for_timeout(KEPT)
    cyrille.faults.clear()


async def test_a_file_that_is_no_picture_is_refused_beside_it_and_the_text_can_be_posted(composer):
    _cyrille, page = await composer("cyrille")
    text = words()
    await page.fill("#status", text)
    await page.set_input_files(ADD, {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 no picture"})

    await expect(page.locator(".upload .wrong")).to_contain_text("illisible", timeout=LONG)
    await expect(page.locator("#status")).to_have_value(text)
    await page.click(SEND)

    await expect(page.locator("#feed > li").first).to_contain_text(text, timeout=LONG)
    await expect(page.locator(".file-row")).to_have_count(0)


async def test_a_file_that_is_too_large_is_refused_before_it_is_sent(composer):
    _tom, page = await composer("tom_w")

    await page.set_input_files(ADD, {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": bytes(17 * 1024 * 1024)})

    await expect(page.locator(".upload .wrong")).to_have_text("This has 17 MB: at most 16 MB are accepted", timeout=LONG)
    await page.click(REMOVE)


async def test_a_file_that_fails_while_the_post_waits_for_it_holds_the_post_back(composer):
    _cyrille, page = await composer("cyrille")
    network, text = await Network.of(page), words()
    await network.becomes(rate=SLOW)
    await page.set_input_files(ADD, {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0" + bytes(300_000)})
    await page.fill("#status", text)
    await page.click(SEND)
    await expect(page.locator(SEND)).to_have_text("En attente du fichier…")
    await network.becomes()

    await expect(page.locator("[data-sentence]")).to_contain_text("vous en passer", timeout=LONG)
    await expect(page.locator("#status")).to_have_value(text)
    await page.click(SEND)
    await expect(page.locator("#feed > li").first).to_contain_text(text, timeout=LONG)


async def test_pasted_and_dropped_pictures_are_described_ordered_by_buttons_and_covered(composer):
    cyrille, page = await composer("cyrille")
    text = words()
    await page.fill("#status", text)
    await page.evaluate(
        """async () => {
          for (const [type, field] of [["paste", "clipboardData"], ["drop", "dataTransfer"]]) {
            const canvas = Object.assign(document.createElement("canvas"), {width: 60, height: 40});
            canvas.getContext("2d").fillRect(0, 0, type === "drop" ? 30 : 60, 40);
            const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
            const data = new DataTransfer();
            data.items.add(new File([blob], "image.png", {type: "image/png"}));
            const event = type === "paste" ? new ClipboardEvent(type, {clipboardData: data, bubbles: true, cancelable: true})
              : new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true});
            document.getElementById("status").dispatchEvent(event);
          }
        }"""
    )
    await expect(page.locator(ARRIVED)).to_have_count(2, timeout=LONG)
    said = page.locator(".upload textarea")
    await said.nth(0).fill("la première")
    await said.nth(1).fill("la seconde")
    assert await cyrille.accessibility_violations() == []

    await page.locator("[data-later]").first.focus()
    await page.keyboard.press("Enter")
    await expect(said.nth(0)).to_have_value("la seconde")
    await expect(page.locator("[data-later]").nth(1)).to_be_disabled()
    await expect(page.locator("[data-earlier]").nth(1)).to_be_focused()
    await page.check("[name=sensitive]")
    await page.click(SEND)

    first = page.locator("#feed > li").first
    await expect(first).to_contain_text(text, timeout=LONG)
    assert await first.locator("img[src*='/media/']").evaluate_all("all => all.map((one) => one.alt)") == ["la seconde", "la première"]


async def test_files_that_have_arrived_and_their_descriptions_survive_a_reload(composer):
    _cyrille, page = await composer("cyrille")
    text = words()
    await page.set_input_files(ADD, [picture(name="a.jpg"), picture((80, 80), name="b.jpg")])
    await expect(page.locator(ARRIVED)).to_have_count(2, timeout=LONG)
    await page.locator(".upload textarea").nth(0).fill("un pont")
    await page.fill("#status", text)
    ids = await page.locator("[name=media_ids]").evaluate_all("all => all.map((one) => one.value)")
    await page.wait_for_timeout(KEPT)

    await page.reload()

    await expect(page.locator(ARRIVED)).to_have_count(2, timeout=LONG)
    await expect(page.locator(".upload textarea").nth(0)).to_have_value("un pont")
    assert await page.locator("[name=media_ids]").evaluate_all("all => all.map((one) => one.value)") == ids
    await page.click(SEND)
    await expect(page.locator("#feed > li").first).to_contain_text(text, timeout=LONG)
    await expect(page.locator("#feed > li").first.locator("img[src*='/media/']")).to_have_count(2)
    await page.reload()
    await expect(page.locator(".file-row")).to_have_count(0)


async def test_a_fifth_file_is_refused_in_words(composer):
    _tom, page = await composer("tom_w", size=PHONE)

    await page.set_input_files(ADD, [picture(name=f"{number}.jpg") for number in range(5)])

    await expect(page.locator(ARRIVED)).to_have_count(4, timeout=LONG)
    await expect(page.locator("[data-wrong-file]")).to_have_text("Attach at most 4 files")
    for _number in range(4):
        await page.locator(REMOVE).first.click()
    await expect(page.locator("[data-wrong-file]")).to_be_hidden()


async def test_a_stale_token_is_renewed_in_the_middle_of_an_upload(composer):
    cyrille, page = await composer("cyrille")
    await page.context.clear_cookies(name="csrf")

    await page.set_input_files(ADD, picture())

    await expect(page.locator(ARRIVED)).to_be_visible(timeout=LONG)
    await page.click(REMOVE)
    cyrille.faults.clear()


async def test_on_a_phone_one_sees_what_one_has_posted_although_four_pictures_were_above_the_button(composer):
    _cyrille, page = await composer("cyrille", size=PHONE)
    text = words()
    await page.fill("#status", text)
    await page.set_input_files(ADD, [picture((360, 320)) for _ in range(4)])
    await expect(page.locator(ARRIVED)).to_have_count(4, timeout=LONG)

    await page.click(SEND)

    newest = page.locator("#feed > li").first
    await expect(newest).to_contain_text(text, timeout=LONG)
    await expect(page.locator(".file-row")).to_have_count(0, timeout=LONG)
    await expect(newest).to_be_in_viewport()
    await expect(page.locator("#status")).to_be_in_viewport()


async def test_a_photo_chosen_before_the_network_brought_the_script_is_sent_when_it_is_back(composer):
    cyrille, page = await composer("cyrille")
    text, network = words(), await Network.of(page)
    await network.becomes(offline=True)
    await page.set_input_files(ADD, picture())
    await expect(page.locator("[data-wrong-file]")).to_contain_text("partiront quand le réseau sera revenu", timeout=LONG)
    await page.fill("#status", text)
    await page.click(SEND)
    await expect(page.locator("[data-sentence]")).to_contain_text("vous en passer", timeout=LONG)
    await page.set_input_files(ADD, picture())

    await network.becomes()

    await expect(page.locator(ARRIVED)).to_have_count(1, timeout=LONG)
    await expect(page.locator("[data-wrong-file]")).to_be_hidden()
    await page.click(SEND)
    first = page.locator("#feed > li").first
    await expect(first).to_contain_text(text, timeout=LONG)
    await expect(first.locator("img[src*='/media/']")).to_have_count(1)
    cyrille.faults.clear()


async def test_a_file_of_a_draft_that_the_server_has_deleted_is_said_to_be_gone_and_another_takes_its_place(composer):
    cyrille, page = await composer("cyrille", size=PHONE)
    text = words()
    await page.set_input_files(ADD, [picture(name="a.jpg"), picture((80, 80), name="b.jpg")])
    await expect(page.locator(ARRIVED)).to_have_count(2, timeout=LONG)
    await page.locator(".upload textarea").nth(0).fill("un pont")
    await page.fill("#status", text)
    await page.wait_for_timeout(KEPT)
    kept = await page.locator("[name=media_ids]").first.input_value()
    await page.evaluate(SWEPT, kept)

    for _time in range(2):  # it is not forgotten by being shown
        await page.reload()
        gone = page.locator(".upload").first
        await expect(gone.locator(".wrong")).to_contain_text("Ce fichier n’est plus là", timeout=LONG)
        await expect(gone.locator("textarea")).to_have_value("un pont")
        await expect(page.locator("#status")).to_have_value(text)
        await page.wait_for_timeout(KEPT)
    assert await cyrille.accessibility_violations() == []
    await page.set_input_files(ADD, picture(name="c.jpg"))

    await expect(page.locator(ARRIVED)).to_have_count(2, timeout=LONG)
    await expect(gone.locator(".wrong")).to_be_hidden()
    await page.click(SEND)
    first = page.locator("#feed > li").first
    await expect(first).to_contain_text(text, timeout=LONG)
    assert await first.locator("img[src*='/media/']").evaluate_all("all => all.map((one) => one.alt)") == [
        "un pont",
        "Image sans description",
    ]
