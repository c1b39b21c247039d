"""What uploaded pictures become: through the door that the server uses, so in decoder processes."""

from __future__ import annotations

import io
import random
import zipfile
import zlib

import pytest
from blurhash import decode as decode_blurhash
from PIL import Image

from gazouillis.infra.basics.errors import Invalid
from gazouillis.media.processing.models import Crop, Kind
from tests.integration.media.conftest import files, near, seen
from tests.support.media_files import (
    BLUE,
    GREEN,
    MARK,
    RED,
    encoded,
    noise,
    png,
    png_chunk,
    quarters,
    swapped_profile,
    with_metadata,
)

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"]


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_picture_of_each_format_is_kept_with_a_small_version_a_fallback_and_a_blurhash(upload, kind):
    processed = await upload(encoded(quarters(1600, 1200), kind))

    assert processed.kind is Kind.IMAGE
    assert (processed.width, processed.height) == (1600, 1200)
    assert processed.original.content_type in {"image/jpeg", "image/png", "image/webp"}
    assert (processed.small.content_type, processed.small_fallback.content_type) == ("image/webp", "image/jpeg")
    assert (processed.small.width, processed.small.height) == (800, 600)
    assert processed.poster is None
    assert [near(seen(path, 0.25, 0.25), RED) and near(seen(path, 0.75, 0.25), GREEN) for path in files(processed)] == [True] * 3
    red, green, blue = decode_blurhash(processed.blurhash, 32, 32)[4][4]
    assert red > max(green, blue)


@pytest.mark.parametrize("kind", FORMATS)
async def test_no_file_that_is_served_contains_metadata(upload, kind):
    content = with_metadata(kind)
    assert MARK.encode() in content

    processed = await upload(content)

    for path in files(processed):
        assert MARK.encode() not in path.read_bytes()
        with Image.open(path) as picture:
            picture.load()
            assert not picture.getexif()
            assert not {"exif", "xmp", "comment", "icc_profile", "XML:com.adobe.xmp", "Author", "Comment"} & picture.info.keys()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_the_orientation_is_applied_once(upload, kind, orientation):
    upright = quarters(320, 240)
    inverse = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(inverse[orientation]) if orientation in inverse else upright

    processed = await upload(with_metadata(kind, stored, orientation))

    assert (processed.width, processed.height) == (320, 240)
    for path in files(processed):
        places = {(0.25, 0.25): RED, (0.75, 0.25): GREEN, (0.5, 0.75): BLUE}
        assert [near(seen(path, *place), colour) for place, colour in places.items()] == [True] * 3


async def test_broken_exif_is_no_reason_to_refuse_a_photo(upload):
    whole = encoded(quarters(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff garbage")

    assert (await upload(whole)).width == 320


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize("mode", ["RGB", "P", "L"])
async def test_colours_of_another_profile_are_converted_to_srgb(upload, kind, mode):
    plain = Image.new("RGB", (40, 40), RED)
    drawn = plain if mode == "RGB" or kind != "PNG" else plain.quantize(4)
    if mode == "L":
        drawn = Image.new("RGB", (40, 40), RED)

    processed = await upload(encoded(drawn, kind, icc_profile=swapped_profile()))

    assert [near(seen(path), (30, 200, 30), 20) for path in files(processed)] == [True] * 3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "I;16", "CMYK", "YCbCr"])
async def test_every_mode_of_pixels_is_read(upload, mode):
    kind = {"CMYK": "JPEG", "YCbCr": "JPEG", "PA": "WEBP"}.get(mode, "PNG")
    if mode == "I;16":
        drawn = Image.new(mode, (40, 40), 128 * 257)
    else:
        drawn = Image.new("L", (40, 40), 255 if mode == "1" else 128).convert("RGB" if mode == "PA" else mode)

    processed = await upload(encoded(drawn, kind))

    expected = 255 if mode == "1" else 128
    assert [near(seen(path), (expected,) * 3) for path in files(processed)] == [True] * 3


async def test_transparency_is_kept_and_the_fallback_can_show_it(upload):
    clear = Image.new("RGBA", (50, 50), (*RED, 0))

    processed = await upload(encoded(clear, "PNG"))

    assert processed.small_fallback.content_type == "image/png"
    for path in files(processed):
        with Image.open(path) as picture:
            assert picture.convert("RGBA").getpixel((25, 25))[3] == 0


async def test_an_alpha_channel_that_hides_nothing_is_dropped(upload):
    assert (await upload(encoded(quarters().convert("RGBA"), "PNG"))).small_fallback.content_type == "image/jpeg"


async def test_a_transparent_heic_or_avif_becomes_webp(upload):
    clear = Image.new("RGBA", (64, 64), (*RED, 0))

    processed = await upload(encoded(clear, "AVIF"))

    assert processed.original.content_type == "image/webp"


async def test_an_ultra_hdr_photo_is_one_still_picture(upload):
    gain_map = Image.new("RGB", (80, 60), "white")
    photo = encoded(quarters(), "MPO", save_all=True, append_images=[gain_map])

    processed = await upload(photo)

    assert processed.kind is Kind.IMAGE
    assert (processed.width, processed.height) == (320, 240)
    assert near(seen(processed.original.path, 0.25, 0.25), RED)


async def test_a_large_photo_is_scaled_down_and_keeps_its_shape(upload):
    processed = await upload(encoded(Image.new("RGB", (4000, 3000), RED), "JPEG"), kept_pixels=6_000_000)

    assert 5_900_000 < processed.width * processed.height <= 6_000_000
    assert abs(processed.width / processed.height - 4 / 3) < 0.01


async def test_a_very_long_screenshot_fits_every_format(upload):
    processed = await upload(encoded(Image.new("RGB", (300, 30_000), RED), "PNG"))

    assert processed.small.height <= 16_383
    assert processed.original.height <= 16_383


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (3, 2)])
async def test_the_smallest_pictures_are_accepted(upload, size):
    processed = await upload(encoded(Image.new("RGB", size, RED), "PNG"))

    assert (processed.width, processed.height) == size


async def test_an_indexed_png_keeps_its_palette_and_its_size(upload):
    """The limit is on what was sent, not on what a conversion would make of it."""
    drawn = noise(900, 900).quantize(16)
    content = encoded(drawn, "PNG")

    processed = await upload(content, image_bytes=len(content))

    assert processed.original.size < len(content) * 1.1
    with Image.open(processed.original.path) as picture:
        assert picture.mode == "P"


async def test_one_byte_above_the_limit_is_refused(upload, into):
    content = encoded(noise(), "PNG")

    with pytest.raises(Invalid) as refusal:
        await upload(content, image_bytes=len(content) - 1)

    assert refusal.value.field == "file"
    assert not into.exists()


async def test_the_limit_is_on_what_was_sent_and_not_on_what_it_becomes(upload):
    content = encoded(noise(), "JPEG", quality=15)

    assert (await upload(content, image_bytes=len(content))).original.size > 2 * len(content)


LARGEST = 64_000_000


@pytest.mark.thorough
@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P")])
@pytest.mark.parametrize("turn", [0.0, 3.0])
async def test_the_largest_photo_that_is_accepted_is_processed_within_memory_and_time(upload, kind, mode, turn):
    whole = noise(1000, 800).resize((9200, 6950), Image.Resampling.NEAREST).convert(mode)
    if mode == "RGBA":
        whole.putalpha(128)
    assert LARGEST - 100_000 < whole.width * whole.height <= LARGEST
    content = encoded(whole, kind, **({"quality": 60} if kind == "JPEG" else {"compress_level": 1}))

    processed = await upload(content, turn=turn, image_bytes=len(content))

    assert processed.width * processed.height <= 13_000_000
    assert processed.width * processed.height > 9_000_000


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_a_photo_of_more_pixels_is_refused_in_words(upload, into, kind):
    with pytest.raises(Invalid) as refusal:
        await upload(encoded(Image.new("L", (9200, 6960)), kind))

    assert (refusal.value.field, refusal.value.code) == ("file", "ERR_TOO_LONG")
    assert not into.exists()


async def test_a_picture_of_a_wrong_name_and_type_is_read_by_its_bytes(tmp_path, upload):
    path = tmp_path / "IMG.jpg"
    path.write_bytes(encoded(quarters(), "HEIF"))

    processed = await upload(path)

    assert (processed.kind, processed.original.content_type) == (Kind.IMAGE, "image/jpeg")


async def test_nothing_of_a_second_file_within_a_picture_survives(upload):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("evil.html", f"<script>{MARK}</script>")

    processed = await upload(encoded(quarters(), "JPEG") + archive.getvalue())

    for path in files(processed):
        assert not zipfile.is_zipfile(path)
        assert MARK.encode() not in path.read_bytes()


async def test_a_jpeg_that_lacks_only_its_end_marker_is_accepted(upload):
    assert (await upload(encoded(noise(), "JPEG")[:-2])).width == 320


@pytest.mark.parametrize(("degrees", "corner"), [(90, BLUE), (180, BLUE), (-90, GREEN), (270, GREEN), (360, RED), (0, RED)])
async def test_a_quarter_turn_is_exact(upload, degrees, corner):
    processed = await upload(encoded(quarters(320, 240), "PNG"), turn=degrees)

    assert (processed.width, processed.height) == ((240, 320) if degrees in {90, -90, 270} else (320, 240))
    assert near(seen(processed.original.path, 0.1, 0.1), corner, 0)


@pytest.mark.parametrize("degrees", [3, -3, 45, 91, -137.5])
async def test_a_tilted_horizon_comes_out_straight_and_without_corners(upload, degrees):
    """The picture is tilted the other way first. Black corners of the tilted one may not be seen."""
    horizon = Image.new("RGB", (900, 700), BLUE)
    horizon.paste(GREEN, (0, 350, 900, 700))
    tilted = horizon.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(0, 0, 0))
    inner = tilted.crop((tilted.width // 2 - 150, tilted.height // 2 - 150, tilted.width // 2 + 150, tilted.height // 2 + 150))

    processed = await upload(encoded(inner, "PNG"), turn=degrees)

    with Image.open(processed.original.path) as picture:
        left, right = ([picture.getpixel((x, y)) for y in range(picture.height)] for x in (2, picture.width - 3))
        edges = [next(y for y, colour in enumerate(column) if near(colour[:3], GREEN, 60)) for column in (left, right)]
        assert abs(edges[0] - edges[1]) <= 2
        assert all(near(picture.getpixel((x, y))[:3], BLUE) for x, y in ((0, 0), (picture.width - 1, 0)))
        assert all(near(picture.getpixel((x, picture.height - 1))[:3], GREEN) for x in (0, picture.width - 1))


async def test_the_part_to_keep_is_taken_from_the_turned_picture(upload):
    processed = await upload(encoded(quarters(320, 240), "JPEG"), turn=90, crop=Crop(0.5, 0.0, 0.5, 0.5))

    assert (processed.width, processed.height) == (120, 160)
    for path in files(processed):
        assert near(seen(path), RED)


async def test_what_was_cropped_away_is_in_no_file(upload):
    processed = await upload(with_metadata("JPEG", quarters(320, 240)), crop=Crop(0, 0, 0.4, 0.4))

    for path in files(processed):
        with Image.open(path) as picture:
            colours = picture.convert("RGB").getcolors(100_000)
        assert all(near(colour, RED, 30) for _count, colour in colours)


@pytest.mark.parametrize(
    "crop",
    [
        Crop(0, 0, 0, 1),
        Crop(-0.1, 0, 1, 1),
        Crop(0.5, 0, 0.6, 1),
        Crop(0, 0, 1, float("nan")),
        Crop(0, float("inf"), 1, 1),
        Crop(1, 1, 1, 1),
    ],
)
async def test_a_part_outside_the_picture_is_refused(upload, crop):
    with pytest.raises(Invalid) as refusal:
        await upload(encoded(quarters(), "PNG"), crop=crop)

    assert refusal.value.field == "crop"


@pytest.mark.parametrize("degrees", [float("nan"), float("inf"), 361, -1e9])
async def test_a_turn_that_makes_no_sense_is_refused(upload, degrees):
    with pytest.raises(Invalid) as refusal:
        await upload(encoded(quarters(), "PNG"), turn=degrees)

    assert refusal.value.field == "turn"


async def test_the_smallest_part_is_one_pixel(upload):
    processed = await upload(encoded(quarters(), "PNG"), crop=Crop(0.999999, 0.999999, 0.000001, 0.000001))

    assert (processed.width, processed.height) == (1, 1)


HOSTILE = {
    "nothing": lambda: b"",
    "text": lambda: b"hello",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "page": lambda: b"<html><script>alert(1)</script></html>",
    "random bytes": lambda: random.Random(1).randbytes(100_000),
    "zeros": lambda: bytes(100_000),
    "a header of 50,000 × 50,000": lambda: png(50_000, 50_000, png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))),
    "a pixel bomb": lambda: encoded(Image.new("1", (9_000, 9_000)), "PNG"),
    "a zip bomb in the text of a PNG": lambda: png(8, 8, png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(20_000_000)))),
    "a zip bomb in the profile of a PNG": lambda: png(8, 8, png_chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(20_000_000)))),
    "a PNG without pixels": lambda: png(100, 100),
    "a truncated JPEG": lambda: encoded(noise(), "JPEG")[:9000],
    "a truncated PNG": lambda: encoded(noise(), "PNG")[:9000],
    "a truncated WebP": lambda: encoded(noise(), "WEBP")[:3000],
    "a truncated AVIF": lambda: encoded(noise(), "AVIF")[:2000],
    "a truncated HEIC": lambda: encoded(noise(), "HEIF")[:2000],
    "a truncated GIF": lambda: encoded(noise().quantize(), "GIF")[:9000],
    "the beginning of a GIF": lambda: b"GIF89a",
    "a TIFF": lambda: encoded(quarters(), "TIFF"),
    "a BMP": lambda: encoded(quarters(), "BMP"),
    "a playlist": lambda: b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n",
    "a list of files": lambda: b"ffconcat version 1.0\nfile /etc/passwd\n",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
async def test_what_is_no_picture_is_refused_for_the_field_and_leaves_nothing(upload, into, content):
    with pytest.raises(Invalid) as refusal:
        await upload(content())

    assert refusal.value.field == "file"
    assert str(refusal.value)
    assert not into.exists()


async def test_a_folder_that_was_there_stays_empty_after_a_refusal(upload, into):
    into.mkdir()

    with pytest.raises(Invalid):
        await upload(HOSTILE["a truncated PNG"]())

    assert list(into.iterdir()) == []


async def test_the_folder_of_other_files_is_never_touched(upload, into):
    into.mkdir()
    (into / "other").write_text("of somebody else")

    with pytest.raises(ValueError, match="not empty"):
        await upload(HOSTILE["text"]())

    assert (into / "other").exists()
