"""No cache of the process holds more bytes than its capacity, whatever anonymous clients request."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import _lru_cache_wrapper, cache
from types import ModuleType
from typing import Any

import msgspec
import pytest

import gazouillis
from gazouillis.accounts.boundaries import Who
from gazouillis.accounts.models import Role
from gazouillis.infra.cache.regions import CacheRegion, LruCache
from gazouillis.infra.database.tables import metadata
from gazouillis.infra.http import litestar_parsers
from gazouillis.media.processing.hdr import Transfer
from gazouillis.notifications.filters import FilterShape
from gazouillis.places import gazetteer
from gazouillis.statuses.models import Visibility
from gazouillis.text.entities import LONGEST_CACHED
from tests.support.browser import Browser
from tests.support.media import photo
from tests.support.object_size import size_of

SMALL = 400_000
"""Capacity of each cache in these tests, in bytes."""
OVERALL = 600_000_000
"""Bytes that all caches of a process may hold together: a small server has a gigabyte of memory."""


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(gazouillis.__path__, "gazouillis."):
        if ".migrations." not in found.name:
            yield importlib.import_module(found.name)


def declared_values(kind: type) -> dict[str, Any]:
    """All values of this type that a module or a class declares, by dotted name. A value imported elsewhere counts once."""
    found: dict[int, tuple[str, Any]] = {}
    for module in modules():
        for holder in (module, *(one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__)):
            for name, value in vars(holder).items():
                if isinstance(value, kind):
                    origin = vars(value).get("__module__", "")
                    home = origin if origin.startswith("gazouillis.") else module.__name__
                    found[id(value)] = f"{home.removeprefix('gazouillis.')}.{name}", value
    return dict(found.values())


REGIONS = {one.name: one for one in declared_values(CacheRegion).values()}


def test_all_caches_together_fit_a_small_server():
    assert sum(one.capacity for one in REGIONS.values()) < OVERALL


@pytest.fixture
def caches(running_site) -> dict[str, LruCache[Any, Any]]:
    """The cache regions of this process, with a capacity so small that they overflow."""
    found = {name: running_site.site.db.cache.region(region) for name, region in REGIONS.items()}
    for one in found.values():
        one.capacity = SMALL
    return found


@pytest.fixture
def anonymous_requests(running_site):
    """`await anonymous_requests(number)` sends requests whose every part is long and different, to every door that has a cache."""

    async def anonymous_requests(number: int) -> None:
        junk = f"{number:08d}" * 40
        headers = {
            "Accept-Language": f"{junk[:300]},fr;q=0.9",
            "Cookie": f"{junk}={junk}; a{number}=b",
            "User-Agent": junk * 10,
            "X-Anything": junk * 100,
            "If-None-Match": junk,
        }
        paths = ("/api/v1/timelines/public", "/local", f"/tags/{junk}", f"/@{number}", "/@alice", f"/search?q={junk}", "/sign-in", "/about")
        async with running_site.client(**headers) as client:
            for path in paths:
                separator = "&" if "?" in path else "?"
                for query in (f"max_id={number + 10**17}", f"a={junk}", f"a={junk * 40}"):
                    await client.get(f"{path}{separator}{query}")
            await client.get("/api/v1/timelines/home", headers={"Authorization": f"Bearer {junk}"})
            await client.post(f"/api/v1/statuses/{number}/favourite", json={"a": junk})
            await client.post("/sign-in", data={"_csrf_token": junk, "login": junk, "password": junk})
            await client.post("/oauth/token", data={"client_id": junk * 20})

    return anonymous_requests


async def _large_content(running_site: Any, people: list[Any]) -> None:
    """Statuses, profiles and pages full of long words in wide characters, so that every region has large entries."""
    for number, person in enumerate(people):
        words = f"🐦 {number} #{'é' * 40}{number} @alice " + "x" * 60
        shown = [(await person.uploads(photo(size=(40, 30)), description="🐦" * 1000))["id"]] if number % 4 == 0 else []
        status = await person.posts(words, spoiler_text="🐦" * 10, media_ids=shown)
        for one in status["media_attachments"]:
            await person.client.get(one["url"])
        await person.favourites(status)
        filters = {"title": "🐦" * 80, "context": ["home"], "keywords_attributes": [{"keyword": f"🐦{one} " * 40} for one in range(20)]}
        await person.client.post("/api/v2/filters", json=filters)
        await person.posts(f"{number}", poll={"options": [f"🐦{one} " * 16 for one in range(8)], "expires_in": 300})
        await person.client.patch("/api/v1/accounts/update_credentials", json={"display_name": "🐦" * 30, "note": f"🐦{number} " * 60})
        for other in people[:3]:
            if other is not person:
                await person.client.post(f"/api/v1/accounts/{other.id}/{'mute' if number % 2 else 'follow'}")
        browser = Browser(running_site)
        await browser.was_signed_in(person.name)
        browser.client.headers["accept-language"] = "fr"
        for path in ("/", "/local", "/notifications", f"/@{person.name}", "/mentions", f"/avatars/{person.name}.png"):
            await browser.reads(path)
            await browser.reads(path)
        read = ("timelines/home", "notifications", "notifications/unread_count", "preferences", "accounts/verify_credentials")
        for path in (*read, f"statuses/{status['id']}"):
            await person.client.get(f"/api/v1/{path}")
            await person.client.get(f"/api/v1/{path}")
    await running_site.run_until_idle()


@pytest.mark.thorough
@pytest.mark.usefixtures("on_sqlite")
async def test_no_region_exceeds_its_capacity(running_site, caches, anonymous_requests):
    people = [await running_site.person(name) for name in ("alice", *(f"person{number}" for number in range(40)))]
    people.append(await running_site.person("maud", role=Role.ADMIN))
    for _ in range(2):
        await _large_content(running_site, people)
    for number in range(60):
        await anonymous_requests(number)
    owners = [running_site.site, running_site.site.db.cache, *caches.values(), *running_site.site._parts.values()]

    measured = {name: size_of([one._values, one._weights], without=owners) for name, one in caches.items()}

    assert {name for name, one in caches.items() if not len(one)} == set(), (
        "a new region: make `anonymous_requests` or `_large_content` fill it"
    )
    assert {name: (size, caches[name].weight) for name, size in measured.items() if size > caches[name].weight + 10_000} == {}
    assert {name: one.weight for name, one in caches.items() if one.weight > SMALL} == {}


@pytest.mark.usefixtures("on_sqlite")
async def test_requests_that_differ_only_in_irrelevant_headers_share_one_cached_response(running_site, caches, alice):
    responses = caches["responses"]
    await alice.posts("hello")
    await running_site.run_until_idle()
    visitor = Browser(running_site)
    await visitor.reads("/local")
    await visitor.reads("/local")
    before, hits = len(responses), responses.hits

    cookies = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
    for number in range(5):
        headers = {"Accept-Language": f"xx{number},en-GB;q=0.{number + 1}", "Cookie": f"junk={number}; {cookies}", "X-Junk": "a" * 5000}
        await running_site.client(**headers).get("/local")

    assert (len(responses), responses.hits - hits) == (before, 5)


@pytest.mark.parametrize(
    "headers",
    [{"Cookie": "csrf={csrf}; flash=a.b.c"}, {"Cookie": "csrf={csrf}; session=" + "a" * 200}, {"Cookie": "csrf={csrf}; a=" + "a" * 5000}],
    ids=["flash", "session", "cookies"],
)
async def test_a_request_with_unusual_cookies_is_answered_without_the_cache(running_site, caches, headers):
    visitor = Browser(running_site)
    await visitor.reads("/local")
    key = visitor.client.cookies["csrf"]
    before = len(caches["responses"])

    responses = [
        await running_site.client(**{name: value.format(csrf=key) for name, value in headers.items()}).get("/local") for _ in range(2)
    ]

    assert ([one.status_code for one in responses], len(caches["responses"])) == ([200, 200], before)


async def test_a_request_with_a_long_url_is_answered_without_the_cache(running_site, caches, alice):
    before = len(caches["responses"])

    response = await alice.client.get("/api/v1/timelines/public?a=" + "a" * 2000)

    assert (response.status_code, len(caches["responses"])) == (200, before)


async def test_the_response_and_its_cache_key_use_the_same_one_of_repeated_headers(running_site, alice):
    """Otherwise a visitor could receive from the cache a response that was made for another."""
    visitor = Browser(running_site)
    await visitor.reads("/local")
    key = visitor.client.cookies["csrf"]
    languages = [("en", "fr"), ("fr", "en")]
    for first, second in [*languages, *languages]:
        headers = [("Accept-Language", first), ("Accept-Language", second), ("Cookie", f"csrf={key}"), ("Cookie", "flash=a.b.c")]
        page = await running_site.client().get("/local", headers=headers)

        assert f'<html lang="{first}"' in page.text


@pytest.mark.usefixtures("on_sqlite")
async def test_the_compressed_form_of_a_response_counts(running_site, caches, alice):
    responses = caches["responses"]
    for number in range(5):
        await alice.posts(f"{number} hello " * 10)
    await running_site.run_until_idle()
    path = "/api/v1/timelines/home"
    for _ in range(2):
        await alice.client.get(path, headers={"Accept-Encoding": "identity"})
    plain = responses.weight

    await alice.client.get(path, headers={"Accept-Encoding": "gzip"})

    assert responses.weight > plain + 300


MOMENT = datetime(2026, 1, 1, tzinfo=UTC)

LRU_CACHES: dict[str, tuple[Callable[[int], tuple[Any, ...]], int]] = {
    "accounts.quiet_hours.zones": (lambda _n: (), 100_000),
    "accounts.hashing._dummy_hash": (lambda _n: (), 2_000),
    "api.bind._empty_form": (lambda n: (msgspec.defstruct(f"Form{n}", []),), 2_000_000),
    "api.bind._shape": (lambda n: (msgspec.defstruct(f"Form{n}", []),), 2_000_000),
    "api.limits._cached_rules": (lambda n: (f"GET /{n:095d}",), 3_000_000),
    "api.limits._formatted": (lambda n: (MOMENT + timedelta(seconds=n),), 30_000),
    "response_key._first_known": (lambda n: (b"%0400d" % n,), 1_000_000),
    "response_key._cached_cookies": (lambda n: (b"session=%099d; a=%0260d" % (n, n),), 4_000_000),
    "infra.limits._client_network": (lambda n: (f"{n:064d}",), 4_000_000),
    "media.processing.hdr._brightness": (lambda n: ([*Transfer][n % len(Transfer)],), 20_000),
    "media.processing.hdr._encoding": (lambda _n: (), 50_000),
    "notifications.groups._newest_of_groups": (lambda n: (FilterShape(bool(n & 1), bool(n & 2), bool(n & 4)),), 4_000_000),
    "notifications.groups._samples": (lambda n: (bool(n & 1),), 4_000_000),
    "notifications.queries._of_account": (lambda n: (FilterShape(bool(n & 1), bool(n & 2), bool(n & 4)),), 2_000_000),
    "notifications.queries._unread": (lambda n: (FilterShape(bool(n & 1), bool(n & 2), bool(n & 4)),), 2_000_000),
    "places.gazetteer._file": (lambda _n: (), 10_000),
    "search.tracks.places._found": (lambda n: (_names_of_places()[n], "fr"), 6_000_000),
    "statuses.mentions._mentioning": (lambda n: ([*Who][n % len(Who)],), 2_000_000),
    "statuses.readership._candidates": (lambda n: (Visibility(n % len(Visibility)),), 2_000_000),
    "statuses.queries._of_account": (lambda n: (bool(n & 1), bool(n & 2), bool(n & 4), bool(n & 8), bool(n & 16), bool(n & 32)), 2_000_000),
    "statuses.queries._of_one_tag": (lambda n: (bool(n & 1), bool(n & 2)), 2_000_000),
    "text.tracked_words._cached_token": (lambda n: (f"é{n:060d}", False, False), 20_000_000),
    "text.inflections._table": (lambda n: (("en", "fr")[n % 2],), 80_000_000),
    "text.hosts._encoded": (lambda n: (f"é{n:0240d}.fr",), 1_500_000),
    "text.entities._cached": (lambda n: (f"🐦{n} ".ljust(LONGEST_CACHED, "@").replace("@@", "@a "),), 10_000_000),
    "web.csrf._is_signed": (lambda n: ("secret", f"{n:0128d}"), 5_000_000),
    "web.elision._places": (lambda n: (f"{n:0300d} de %(name)s",), 1_500_000),
    "web.i18n._before": (lambda n: (timedelta(seconds=n), "en"), 200_000),
    "web.i18n.words": (lambda n: (("en", "fr")[n % 2],), 1_000_000),
    "web.pages.source.archive": (lambda _n: (), 10_000),
    "web.place_names._locale": (lambda n: (("en", "fr")[n % 2],), 3_000_000),
    "web.raster.favicon": (lambda _n: (), 50_000),
    "web.raster.icon": (lambda n: (16 + n, 0.5), 100_000),
    "web.request_context.urlsplit": (lambda n: (f"http://{n:08000d}/",), 4_000_000),
    "web.rendering.icon": (lambda n: (f"{n:020d}",), 50_000),
}
"""By name: arguments that fill the cache, and how many bytes it may then hold."""


@cache
def _names_of_places() -> list[str]:
    return [row[0] for row in gazetteer._rows("SELECT DISTINCT name FROM names WHERE rank < -10000 ORDER BY name LIMIT ?", (3000,))]


def test_every_lru_cache_is_listed_here():
    assert set(declared_values(_lru_cache_wrapper)) == set(LRU_CACHES)


@pytest.mark.parametrize("name", LRU_CACHES)
def test_an_lru_cache_holds_no_more_than_listed_here(name):
    cached = declared_values(_lru_cache_wrapper)[name]
    (arguments, most_bytes), entries = LRU_CACHES[name], cached.cache_parameters()["maxsize"]
    cached.cache_clear()
    for number in range(entries + 10):
        cached(*arguments(number))

    size = size_of(cached, without=[metadata])  # statements lead to the tables, which are in memory anyway
    cached.cache_clear()

    assert size <= most_bytes


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("parse_query_string", lambda n: (f"{n}&" + "a&" * 10_000).encode()),
        ("parse_cookie_string", lambda n: f"{n};" + ";".join(f"{k:x}" for k in range(10_000))),
        ("parse_url_encoded_form_data", lambda n: (f"{n}&" + "a=b&" * 10_000).encode()),
    ],
)
def test_the_parsers_of_litestar_cache_no_long_inputs(running_site, name, arguments):
    from litestar import _parsers

    litestar_parsers.PARSERS[name].cache_clear()
    for number in range(50):
        getattr(_parsers, name)(arguments(number))
    assert size_of(litestar_parsers.PARSERS[name]) < 5_000


@pytest.mark.thorough
@pytest.mark.usefixtures("on_sqlite")
async def test_memory_does_not_grow_with_the_requests_of_strangers(running_site, caches, anonymous_requests):
    await running_site.run_until_idle()
    for number in range(30):
        await anonymous_requests(number)
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(30, 60):
            await anonymous_requests(number)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    # The caches keep filling up to their capacity; new entries replace older ones that were allocated before tracing began.
    assert grown < 4_000_000
