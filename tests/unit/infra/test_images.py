from io import BytesIO

import pytest
from PIL import Image, ImageCms

from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.files import images

ORIENTATION = 0x0112
PLACE = 0x8825


def picture_file(width, height, kind="PNG", mode="RGB", **options):
    written = BytesIO()
    Image.new(mode, (width, height), "red").save(written, kind, **options)
    return written.getvalue()


def opened(content):
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
async def test_an_avatar_becomes_a_square_webp(kind):
    picture = opened(await images.avatar(picture_file(640, 200, kind)))

    assert (picture.format, picture.size) == ("WEBP", (400, 400))


async def test_a_header_is_wide():
    assert opened(await images.header(picture_file(300, 300))).size == (1500, 500)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
async def test_every_palette_is_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    written = BytesIO()
    Image.new(mode, (20, 20)).save(written, kind)

    assert opened(await images.avatar(written.getvalue())).size == (400, 400)


def seen(content):
    with Image.open(BytesIO(content)) as picture:
        return picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))


def near(colour, wanted, within=12):
    return all(abs(one - other) <= within for one, other in zip(colour, wanted, strict=True))


def encoded(picture, kind, **options):
    written = BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


@pytest.mark.parametrize("grey", [0, 40, 128, 200, 255])
async def test_sixteen_bit_grey_is_preserved(grey):
    deep = Image.new("I;16", (40, 40), grey * 257)

    assert near(seen(await images.avatar(encoded(deep, "PNG"))), (grey,) * 3, 3)


@pytest.mark.parametrize("colour", [(200, 30, 30), (20, 160, 60), (30, 60, 200), (128, 128, 128)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK"])
async def test_colours_are_preserved(colour, mode):
    plain = Image.new("RGB", (40, 40), colour)
    drawn = plain.quantize(4) if mode == "P" else plain.convert(mode)

    assert near(seen(await images.avatar(encoded(drawn, "JPEG" if mode == "CMYK" else "PNG"))), colour)


def swapped():
    """A colour profile that swaps red and green."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return plain.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
async def test_colours_of_another_profile_are_converted_to_srgb(mode, kind):
    plain = Image.new("RGB", (40, 40), (200, 30, 30))
    drawn = plain.quantize(4) if mode == "P" else plain.convert(mode)
    if kind != "PNG":
        drawn = drawn.convert("RGB")

    assert near(seen(await images.avatar(encoded(drawn, kind, icc_profile=swapped()))), (30, 200, 30))


async def test_transparency_is_preserved_under_another_profile():
    half = Image.new("RGBA", (40, 40), (200, 30, 30, 0))

    with Image.open(BytesIO(await images.avatar(encoded(half, "PNG", icc_profile=swapped())))) as picture:
        assert picture.getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize("profile", [b"", b"no profile", b"\0" * 200])
async def test_an_unreadable_profile_is_ignored(profile):
    assert near(seen(await images.avatar(encoded(Image.new("RGB", (40, 40), (200, 30, 30)), "PNG", icc_profile=profile))), (200, 30, 30))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 2}, {"quality": 30}])
async def test_a_jpeg_that_lacks_only_its_end_marker_is_accepted(options):
    whole = encoded(noise(), "JPEG", **options)

    assert whole.endswith(b"\xff\xd9")
    assert (await images.avatar(whole[:-2]))[:4] == b"RIFF"
    assert (await images.avatar(whole + b"written behind it"))[:4] == b"RIFF"


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.9, 0.98])
@pytest.mark.parametrize("end", [b"", b"\xff"])
async def test_a_truncated_jpeg_is_refused(kept, end):
    whole = encoded(noise(), "JPEG")

    with pytest.raises(Invalid):
        await images.avatar(whole[: int(len(whole) * kept)] + end)


def noise():
    return Image.effect_noise((320, 240), 90).convert("RGB")


async def test_transparency_is_preserved():
    clear = BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(clear, "PNG")

    assert opened(await images.avatar(clear.getvalue())).has_transparency_data


async def test_metadata_is_removed_and_the_exif_rotation_is_applied():
    half = Image.new("RGB", (400, 400), "red")
    half.paste("blue", (0, 0, 200, 400))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(PLACE)[1] = "N"
    written = BytesIO()
    half.save(written, "JPEG", exif=exif)

    picture = opened(await images.avatar(written.getvalue()))

    assert not picture.getexif()
    red, _green, blue = picture.getpixel((200, 50))
    assert blue > red


async def test_only_the_first_frame_of_an_animation_is_used():
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
        picture_file(9, 9)[:40],
        picture_file(99, 99, "JPEG")[:200],
        picture_file(9, 9, "TIFF"),
        b"GIF89a",
    ],
)
async def test_content_that_is_not_a_picture_is_refused(content):
    with pytest.raises(Invalid) as refusal:
        await images.avatar(content)

    assert refusal.value.field == "avatar"


async def test_a_decompression_bomb_is_not_decoded():
    bomb = picture_file(20_000, 20_000, mode="1")
    assert len(bomb) < 100_000

    with pytest.raises(Invalid, match="too large"):
        await images.header(bomb)


async def test_a_file_beyond_the_limit_is_refused_without_decoding():
    with pytest.raises(Invalid, match="8 MB"):
        await images.avatar(b"x" * (request_sizes.FILE + 1))
