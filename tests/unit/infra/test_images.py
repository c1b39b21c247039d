from io import BytesIO

import pytest
from PIL import Image

from gazouillis.infra import images, sizes
from gazouillis.infra.errors import Invalid

ORIENTATION = 0x0112
PLACE = 0x8825


def drawn(width, height, kind="PNG", mode="RGB", **options):
    written = BytesIO()
    Image.new(mode, (width, height), "red").save(written, kind, **options)
    return written.getvalue()


def opened(content):
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
async def test_an_avatar_becomes_a_square_webp(kind):
    picture = opened(await images.avatar(drawn(640, 200, kind)))

    assert (picture.format, picture.size) == ("WEBP", (400, 400))


async def test_a_header_is_wide():
    assert opened(await images.header(drawn(300, 300))).size == (1500, 500)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
async def test_every_palette_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    written = BytesIO()
    Image.new(mode, (20, 20)).save(written, kind)

    assert opened(await images.avatar(written.getvalue())).size == (400, 400)


async def test_transparency_stays():
    clear = BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(clear, "PNG")

    assert opened(await images.avatar(clear.getvalue())).has_transparency_data


async def test_place_and_camera_are_forgotten_but_the_picture_stands_upright():
    half = Image.new("RGB", (400, 400), "red")
    half.paste("blue", (0, 0, 200, 400))
    told = Image.Exif()
    told[ORIENTATION] = 6
    told.get_ifd(PLACE)[1] = "N"
    written = BytesIO()
    half.save(written, "JPEG", exif=told)

    picture = opened(await images.avatar(written.getvalue()))

    assert not picture.getexif()
    red, _green, blue = picture.getpixel((200, 50))
    assert blue > red


async def test_only_the_first_frame_of_an_animation_is_kept():
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])

    assert getattr(opened(await images.avatar(written.getvalue())), "n_frames", 1) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        drawn(9, 9)[:40],
        drawn(99, 99, "JPEG")[:200],
        drawn(9, 9, "TIFF"),
        b"GIF89a",
    ],
)
async def test_what_is_no_picture_is_refused(content):
    with pytest.raises(Invalid) as refusal:
        await images.avatar(content)

    assert refusal.value.field == "avatar"


async def test_a_bomb_is_not_opened():
    bomb = drawn(20_000, 20_000, mode="1")
    assert len(bomb) < 100_000

    with pytest.raises(Invalid, match="too large"):
        await images.header(bomb)


async def test_a_heavy_file_is_refused_unread():
    with pytest.raises(Invalid, match="8 MB"):
        await images.avatar(b"x" * (sizes.FILE + 1))
