"""The village with what the screenshots show beyond its story: photos, a circle, an invitation, and somebody who came just now."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from tests.e2e.lived_in import LivedIn
from tests.support.browser import Browser, leads_to

READER, NEWCOMER, NEWCOMERS_PASSWORD = "cyrille", "lucie", "un merle dans le lilas"
_POST = re.compile(r'<a class="permalink" href="/@[^/"]+/(\d+)')
_ASKED, _THANKED = re.compile(r'href="/@cyrille/(\d+)'), re.compile(r'href="(/@cyrille/\d+/thanked)"')
_TRACK, _TWUNCH = re.compile(r'href="(/tracks/\d+)"'), re.compile(r'href="(/meetings/\d+)"[^>]*>Twunch')
_LINK = re.compile(r'value="http://[^/"]+(/invite/[^"]+)"')
_Colours = tuple[str, str, str]
EVENING: _Colours = ("#33406e", "#f2a679", "#2b2d4a")
MORNING: _Colours = ("#8fc1e3", "#f7ecd0", "#4d7a68")


class PicturedVillage(LivedIn):
    async def settle_in(self) -> None:
        try:
            reader, friend = await self._member(READER), await self._member("Marievh")
            await reader.reads("/notifications")  # Reads those of the story.
            await self._invite_somebody(reader)
            circle = leads_to(await _submit(reader, "/settings/circles", title="Ceux du train"))
            for handle in ("@Marievh", "@zsofi", "@tom_w"):
                await _submit(reader, circle, part="add", handle=handle)
            await _submit(reader, "/settings/circles", title="Mes aînés")
            await _submit(reader, "/tracks", query="Danube", notify="1")
            await _submit(reader, "/tracks", query='"tarte flambée" -rhum')
            audience = f"circle:{circle.rpartition('/')[2]}"
            await _submit(reader, "/statuses", status="Rendez-vous voiture 12, j’apporte les oranges.", visibility=audience)
            post_id = await _newest_post(reader, READER)
            await _submit(friend, f"/statuses/{post_id}/favourite")
            await _post_photos(friend)
            await _submit(friend, "/statuses", status="@cyrille le thé est prêt, et ta chaise aussi.", visibility="direct")
            await self._talk_in_private(reader)
            await self._find_the_story(reader)
            self.paths |= {
                "circle": circle,
                "track": await _found(friend, "/tracks", _TRACK),
                "circle post": post_id,
                "account": await self._id_of(reader, "Marievh"),
            }
        finally:
            await self._close()

    async def _find_the_story(self, reader: Browser) -> None:
        """What the story of the village has on these pages."""
        asked = await _found(reader, "/search?type=statuses&q=parapluie+rouge", _ASKED)
        self.paths |= {
            "reach": f"/statuses/{asked}/reach",
            "thanked": await _found(reader, "/search?type=statuses&q=chaise+miettes", _THANKED),
            "meeting": await _found(reader, "/places/3054643", _TWUNCH),
        }

    async def _talk_in_private(self, reader: Browser) -> None:
        asked = await _submit(reader, "/messages", to="@tom_w", status="Tu gardes ta place près de la fenêtre, dans le train de dimanche ?")
        self.paths["conversation"], _hash, _message = leads_to(asked).partition("#s")
        friend = await self._member("tom_w")
        await _submit(friend, self.paths["conversation"], status="I do. The seat beside it is yours, and so is half of my biscuits.")

    async def _invite_somebody(self, reader: Browser) -> None:
        """One invitation is used up: by the newcomer."""
        terms = {"expires_in": "604800", "follows_inviter": "1", "note": "Venez, il reste une chaise.", "max_uses": "1"}
        for uses in ("1", "5"):
            await _submit(reader, "/invite", **terms | {"max_uses": uses})
            self.paths["invitation"] = _LINK.findall((await reader.reads("/invite")).text)[0]
            if uses == "1":
                details = {"username": NEWCOMER, "email": f"{NEWCOMER}@example.org", "password": NEWCOMERS_PASSWORD, "agreement": "1"}
                await _submit(self.visitor(), self.paths["invitation"], **details)


async def _post_photos(friend: Browser) -> None:
    evening = {"file.1": ("danube.jpg", river(EVENING, (1600, 1000)), "image/jpeg")}
    await _submit(
        friend,
        "/statuses",
        files=evening,
        status="Le Danube hier soir. #Budapest",
        **{"file_description.1": "Le soleil se couche sur un fleuve."},
    )
    both = {f"file.{number}": ("quai.jpg", river(colours, (1200, 1200)), "image/jpeg") for number, colours in ((1, MORNING), (2, EVENING))}
    said = {"file_description.1": "Le fleuve le matin, sous un ciel pâle.", "file_description.2": "Le même endroit le soir, tout orange."}
    await _submit(friend, "/statuses", files=both, status="Le même banc, à douze heures d’intervalle. Devinez où j’ai bu mon café.", **said)


def river(colours: _Colours, size: tuple[int, int]) -> bytes:
    """A JPEG: a sun above hills, and its reflection in a river."""
    sky, horizon, hills = colours
    width, height = size
    picture = Image.new("RGB", (1, 2), sky)
    picture.putpixel((0, 1), tuple(int(horizon[start : start + 2], 16) for start in (1, 3, 5)))
    picture = picture.resize((width, height * 2 // 3), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    bank, radius = picture.height, height // 11
    draw.ellipse((width * 0.62 - radius, bank * 0.62 - radius, width * 0.62 + radius, bank * 0.62 + radius), fill="#fff3d6")
    for left, right, top in ((-0.2, 0.55, 0.72), (0.35, 1.3, 0.8), (0.05, 0.9, 0.9)):
        draw.ellipse((width * left, bank * top, width * right, bank * (2 - top)), fill=hills)
    water = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).crop((0, 0, width, height - bank)).filter(ImageFilter.BoxBlur(9))
    whole = Image.new("RGB", size)
    whole.paste(picture)
    whole.paste(Image.blend(water, Image.new("RGB", water.size, sky), 0.35), (0, bank))
    saved = BytesIO()
    whole.save(saved, "JPEG", quality=90)
    return saved.getvalue()


async def _submit(browser: Browser, path: str, *, files: Any = None, **fields: str) -> Any:
    answer = await browser.sends(path, files=files, **fields)
    assert answer.status_code < 400, f"{path}: {answer.status_code} {answer.text}"
    return answer


async def _newest_post(browser: Browser, name: str) -> str:
    return await _found(browser, f"/@{name}", _POST)


async def _found(browser: Browser, path: str, wanted: re.Pattern[str]) -> str:
    found = wanted.search((await browser.reads(path)).text)
    assert found is not None, f"{path} has no {wanted.pattern}"
    return found[1]
