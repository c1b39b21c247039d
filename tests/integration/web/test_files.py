import asyncio
import gzip
import tarfile
import tomllib
from io import BytesIO

import brotli
import pytest
from PIL import Image

from gazouillis.infra.thread_pools import Pool
from gazouillis.web import drawings, static_files
from gazouillis.web.drawings import Drawings
from gazouillis.web.pages import source as source_page


async def test_a_static_file_is_cached_for_ever_under_its_version(visitor):
    response = await visitor.reads(static_files.static_url("app.js"))

    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_a_static_file_without_version_is_revalidated(visitor):
    first = await visitor.reads("/static/app.css")
    again = await visitor.client.get("/static/app.css", headers={"If-None-Match": first.headers["etag"]})

    assert (first.headers["cache-control"], again.status_code, again.content) == ("no-cache", 304, b"")


async def test_static_files_load_each_other_in_the_same_version(visitor):
    script, style = await visitor.reads("/static/composer.js"), await visitor.reads("/static/app.css")

    assert f'from "./dom.js?v={static_files.VERSION}"' in script.text
    assert f'import("./counting.js?v={static_files.VERSION}")' in script.text
    assert f'url("hills.svg?v={static_files.VERSION}")' in style.text
    assert f'url("vendor/quicksand-latin-700.woff2?v={static_files.VERSION}")' in style.text


async def test_the_grammar_of_texts_is_served_to_pages(visitor):
    assert "export const ENTITY" in (await visitor.reads("/static/grammar.js")).text


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("BR", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br; q=0.000, gzip; q=0", "identity"),
        ("identity", "identity"),
        ("", "identity"),
        ("br;q=0.001", "br"),
    ],
)
async def test_a_static_file_is_compressed_as_well_as_the_client_accepts(running_site, accepted, encoding):
    async with running_site.client().stream("GET", "/static/app.css", headers={"Accept-Encoding": accepted}) as response:
        body = b"".join([chunk async for chunk in response.aiter_raw()])

    decompress = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}[encoding]
    assert response.headers.get("content-encoding", "identity") == encoding
    assert response.headers["vary"] == "Accept-Encoding"
    assert decompress(body) == static_files.FILES["app.css"].content


@pytest.mark.parametrize("path", ["../app.py", "..%2f..%2fapp.py", "%2e%2e/app.py", "/etc/passwd", "nothing.js", "vendor", "a%00.js"])
async def test_a_path_that_is_no_static_file_is_not_found(visitor, path):
    assert (await visitor.reads(f"/static/{path}")).status_code == 404


async def test_an_uploaded_picture_is_immutable(running_site, visitor):
    key = await running_site.site.blobs.put(b"RIFF", ".webp")

    response = await visitor.reads(f"/media/{key}")

    assert (response.content, response.headers["content-type"]) == (b"RIFF", "image/webp")
    assert "immutable" in response.headers["cache-control"]
    assert "sandbox" in response.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/avatars/alice", "/headers/alice"])
async def test_everybody_has_a_default_picture_as_svg_and_png(visitor, alice, path):
    vector, bitmap = await visitor.reads(f"{path}.svg"), await visitor.reads(f"{path}.png")

    assert vector.headers["content-type"].startswith("image/svg+xml")
    assert vector.text.startswith("<svg")
    with Image.open(BytesIO(bitmap.content)) as picture:
        assert picture.format == "PNG"
        sky = picture.convert("RGB").getpixel((2, 2))
    assert "#{:02x}{:02x}{:02x}".format(*sky) in vector.text


async def test_the_case_of_a_handle_does_not_change_its_picture(visitor, alice):
    assert (await visitor.reads("/avatars/Alice.png")).content == (await visitor.reads("/avatars/alice.png")).content


@pytest.mark.parametrize("kind", ["avatars", "headers"])
@pytest.mark.parametrize("suffix", ["png", "svg"])
@pytest.mark.parametrize("name", ["nobody", "alice@elsewhere.test", "%40alice", "a" * 250, "é", "alice.alice", ""])
async def test_nothing_is_rendered_for_unknown_accounts(running_site, visitor, alice, kind, suffix, name):
    running_site.site.the(Drawings).pool = None

    assert (await visitor.reads(f"/{kind}/{name}.{suffix}")).status_code == 404


async def test_nothing_is_rendered_for_accounts_that_wait_for_approval(visitor, set_site_options):
    """Else a picture would tell who asked to join."""
    await set_site_options(registrations="approval")
    await visitor.sends("/sign-up", username="zoe", email="zoe@example.org", password="a long password", reason="Hello")

    assert (await visitor.reads("/avatars/zoe.svg")).status_code == 404


@pytest.mark.parametrize("path", ["/avatars/alice.png", "/avatars/alice.svg", "/headers/alice.png"])
async def test_an_unchanged_picture_is_answered_304_without_rendering(running_site, visitor, alice, path):
    first = await visitor.reads(path)
    running_site.site.the(Drawings).pool = None
    again = await visitor.client.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


async def test_simultaneous_requests_for_one_picture_render_it_once(running_site, visitor, alice):
    drawn, pool = [], running_site.site.the(Drawings).pool

    class Counting(Pool):
        async def run(self, work, *given, **named):
            drawn.append(given)
            return await pool.run(work, *given, **named)

    running_site.site.the(Drawings).pool = Counting("counting", 1, 1)
    responses = await asyncio.gather(*(running_site.client().get("/avatars/alice.png") for _ in range(10)))

    assert ({one.status_code for one in responses}, len({one.content for one in responses}), len(drawn)) == ({200}, 1, 1)


class TestUnderLimits:
    @pytest.fixture
    def settings(self, limited_settings):
        return limited_settings

    async def test_one_ip_address_gets_only_so_many_new_pictures(self, running_site, visitor, alice, bob, monkeypatch):
        monkeypatch.setattr(drawings, "MOST_FROM_ADDRESS", 1)
        paths = ["/avatars/alice.png", "/avatars/bob.png", "/avatars/bob.svg", "/avatars/alice.png"]

        responses = [await visitor.reads(path) for path in paths]

        assert [one.status_code for one in responses] == [200, 429, 200, 200]
        assert int(responses[1].headers["retry-after"]) > 0


async def test_the_site_can_be_installed_as_a_web_app(visitor):
    manifest = (await visitor.reads("/manifest.webmanifest")).json()

    assert (manifest["name"], manifest["display"]) == ("Testville", "standalone")
    for icon in manifest["icons"]:
        with Image.open(BytesIO((await visitor.reads(icon["src"])).content)) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]


@pytest.mark.parametrize(("path", "kind"), [("/favicon.ico", "image/x-icon"), ("/robots.txt", "text/plain")])
async def test_favicon_and_robots_txt_are_served(visitor, path, kind):
    response = await visitor.reads(path)

    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, kind)


async def test_the_about_page_links_to_the_source(visitor):
    page, archive = await visitor.reads("/about"), await visitor.reads("/source.tar.gz")

    with tarfile.open(fileobj=BytesIO(archive.content)) as source:
        names = source.getnames()
    package = "gazouillis-source/src/gazouillis"
    assert 'href="/source.tar.gz"' in page.text
    assert {f"{package}/app.py", f"{package}/web/templates/about.html", f"{package}/locale/fr/LC_MESSAGES/messages.po"} <= set(names)
    assert not any("__pycache__" in name for name in names)


async def test_the_source_archive_has_what_a_build_needs(visitor, tmp_path):
    with tarfile.open(fileobj=BytesIO((await visitor.reads("/source.tar.gz")).content)) as source:
        filters = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # from Python 3.11.4 on
        source.extractall(tmp_path, **filters)
    root = tmp_path / "gazouillis-source"
    project = tomllib.loads((root / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]

    needed = [project["project"]["readme"], *project["project"]["license-files"], *wheel["packages"], *wheel["force-include"]]
    needed += [
        project["tool"]["hatch"]["build"]["hooks"]["custom"]["path"],
        "src/gazouillis/web/static/vendor/cropper.js",
        "src/gazouillis/places/gazetteer.sqlite",
    ]
    assert [one for one in needed if not (root / one).exists()] == []
    stamp = root / "src/gazouillis/web/static/vendor/package-lock.json"
    assert stamp.read_bytes() == (root / "package-lock.json").read_bytes(), "npm is not asked again"


async def test_the_source_archive_is_made_once_for_all_who_ask_at_once(visitor):
    source_page.archive.cache_clear()

    responses = await asyncio.gather(*(visitor.reads("/source.tar.gz") for _ in range(5)))

    assert len({one.content for one in responses}) == 1
    assert source_page.archive.cache_info().misses == 1
