"""Whatever strangers ask for: no cache of this process holds more bytes than it declares."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import _lru_cache_wrapper
from types import ModuleType
from typing import Any

import msgspec
import pytest

import gazouillis
from gazouillis.infra.cache.regions import CacheRegion, LruCache
from gazouillis.infra.http import litestar_parsers
from gazouillis.text.entities import LONGEST_REMEMBERED
from tests.support.browser import Browser
from tests.support.held import held

SMALL = 400_000
"""Bytes that each cache may hold in these tests."""
OVERALL = 600_000_000
"""What all caches of a process may hold together: a small server has a gigabyte."""


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(gazouillis.__path__, "gazouillis."):
        if ".migrations." not in found.name:
            yield importlib.import_module(found.name)


def declared(kind: type) -> dict[str, Any]:
    """All module-level names of this kind, and those of the classes there; a name imported elsewhere once."""
    found: dict[int, tuple[str, Any]] = {}
    for module in modules():
        for holder in (module, *(one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__)):
            for name, value in vars(holder).items():
                if isinstance(value, kind):
                    origin = vars(value).get("__module__", "")
                    home = origin if origin.startswith("gazouillis.") else module.__name__
                    found[id(value)] = f"{home.removeprefix('gazouillis.')}.{name}", value
    return dict(found.values())


SHELVES = {one.name: one for one in declared(CacheRegion).values()}


def test_all_caches_together_fit_a_small_server():
    assert sum(one.capacity for one in SHELVES.values()) < OVERALL


@pytest.fixture
def on_sqlite(town):
    if town.site.db.dialect != "sqlite":
        pytest.skip("only SQLite tells at once whether anything was committed: more is kept there")


@pytest.fixture
def kept(town) -> dict[str, LruCache[Any, Any]]:
    """The shelves of this process, made so small that they overflow."""
    found = {name: town.site.db.cache.region(shelf) for name, shelf in SHELVES.items()}
    for one in found.values():
        one.capacity = SMALL
    return found


@pytest.fixture
def strangers(town):
    """`await strangers(number)`: hostile variety in all that a request may say, at every door that keeps something."""

    async def strangers(number: int) -> None:
        junk = f"{number:08d}" * 40
        headers = {
            "Accept-Language": f"{junk[:300]},fr;q=0.9",
            "Cookie": f"{junk}={junk}; a{number}=b",
            "User-Agent": junk * 10,
            "X-Anything": junk * 100,
            "If-None-Match": junk,
        }
        paths = ("/api/v1/timelines/public", "/local", f"/tags/{junk}", f"/@{number}", "/@alice", f"/search?q={junk}", "/sign-in", "/about")
        async with town.client(**headers) as client:
            for path in paths:
                glue = "&" if "?" in path else "?"
                for query in (f"max_id={number + 10**17}", f"a={junk}", f"a={junk * 40}"):
                    await client.get(f"{path}{glue}{query}")
            await client.get("/api/v1/timelines/home", headers={"Authorization": f"Bearer {junk}"})
            await client.post(f"/api/v1/statuses/{number}/favourite", json={"a": junk})
            await client.post("/sign-in", data={"_csrf_token": junk, "login": junk, "password": junk})
            await client.post("/oauth/token", data={"client_id": junk * 20})

    return strangers


async def _life(town: Any, people: list[Any]) -> None:
    """Long words in wide characters, so that all shelves have something heavy to hold."""
    for number, person in enumerate(people):
        words = f"🐦 {number} #{'é' * 40}{number} @alice " + "x" * 60
        said = await person.posts(words, spoiler_text="🐦" * 10)
        await person.favourites(said)
        await person.client.patch("/api/v1/accounts/update_credentials", json={"display_name": "🐦" * 30, "note": f"🐦{number} " * 60})
        for other in people[:3]:
            if other is not person:
                await person.client.post(f"/api/v1/accounts/{other.id}/{'mute' if number % 2 else 'follow'}")
        browser = Browser(town)
        await browser.was_signed_in(person.name)
        browser.client.headers["accept-language"] = "fr"
        for path in ("/", "/local", "/notifications", f"/@{person.name}", "/mentions", f"/avatars/{person.name}.png"):
            await browser.reads(path)
            await browser.reads(path)
        for path in ("timelines/home", "notifications", "preferences", "accounts/verify_credentials", f"statuses/{said['id']}"):
            await person.client.get(f"/api/v1/{path}")
            await person.client.get(f"/api/v1/{path}")
    await town.settle()


@pytest.mark.usefixtures("on_sqlite")
async def test_no_shelf_holds_more_than_it_declares(town, kept, strangers):
    people = [await town.person(name) for name in ("alice", *(f"person{number}" for number in range(40)))]
    for _ in range(2):
        await _life(town, people)
    for number in range(60):
        await strangers(number)
    owners = [town.site, town.site.db.cache, *kept.values(), *town.site._parts.values()]

    measured = {name: held([one._values, one._weights], but=owners) for name, one in kept.items()}

    assert {name for name, one in kept.items() if not len(one)} == set(), "say here how strangers fill a new shelf"
    assert {name: (size, kept[name].weight) for name, size in measured.items() if size > kept[name].weight + 10_000} == {}
    assert {name: one.weight for name, one in kept.items() if one.weight > SMALL} == {}


@pytest.mark.usefixtures("on_sqlite")
async def test_two_requests_that_choose_the_same_share_one_answer(town, kept, alice):
    answers = kept["responses"]
    await alice.posts("hello")
    await town.settle()
    visitor = Browser(town)
    await visitor.reads("/local")
    await visitor.reads("/local")
    before, hits = len(answers), answers.hits

    cookies = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
    for number in range(5):
        headers = {"Accept-Language": f"xx{number},en-GB;q=0.{number + 1}", "Cookie": f"junk={number}; {cookies}", "X-Junk": "a" * 5000}
        await town.client(**headers).get("/local")

    assert (len(answers), answers.hits - hits) == (before, 5)


@pytest.mark.parametrize(
    "headers",
    [{"Cookie": "csrf={csrf}; flash=a.b.c"}, {"Cookie": "csrf={csrf}; session=" + "a" * 200}, {"Cookie": "csrf={csrf}; a=" + "a" * 5000}],
    ids=["flash", "session", "cookies"],
)
async def test_what_cannot_be_reduced_is_answered_and_not_kept(town, kept, headers):
    visitor = Browser(town)
    await visitor.reads("/local")
    key = visitor.client.cookies["csrf"]
    before = len(kept["responses"])

    answers = [await town.client(**{name: value.format(csrf=key) for name, value in headers.items()}).get("/local") for _ in range(2)]

    assert ([one.status_code for one in answers], len(kept["responses"])) == ([200, 200], before)


async def test_a_long_address_is_answered_and_not_kept(town, kept, alice):
    before = len(kept["responses"])

    answer = await alice.client.get("/api/v1/timelines/public?a=" + "a" * 2000)

    assert (answer.status_code, len(kept["responses"])) == (200, before)


async def test_the_first_header_of_a_name_counts_for_the_answer_as_for_its_key(town, alice):
    """Else a visitor could be shown, from what is kept, what was made for another."""
    visitor = Browser(town)
    await visitor.reads("/local")
    key = visitor.client.cookies["csrf"]
    languages = [("en", "fr"), ("fr", "en")]
    for first, second in [*languages, *languages]:
        headers = [("Accept-Language", first), ("Accept-Language", second), ("Cookie", f"csrf={key}"), ("Cookie", "flash=a.b.c")]
        page = await town.client().get("/local", headers=headers)

        assert f'<html lang="{first}"' in page.text


@pytest.mark.usefixtures("on_sqlite")
async def test_the_packing_of_an_answer_counts(town, kept, alice):
    answers = kept["responses"]
    for number in range(5):
        await alice.posts(f"{number} hello " * 10)
    await town.settle()
    path = "/api/v1/timelines/home"
    for _ in range(2):
        await alice.client.get(path, headers={"Accept-Encoding": "identity"})
    plain = answers.weight

    await alice.client.get(path, headers={"Accept-Encoding": "gzip"})

    assert answers.weight > plain + 300


MOMENT = datetime(2026, 1, 1, tzinfo=UTC)

LRU_CACHES: dict[str, tuple[Callable[[int], tuple[Any, ...]], int]] = {
    "accounts.hashing._dummy_hash": (lambda _n: (), 2_000),
    "api.bind._blank": (lambda n: (msgspec.defstruct(f"Form{n}", []),), 2_000_000),
    "api.bind._shape": (lambda n: (msgspec.defstruct(f"Form{n}", []),), 2_000_000),
    "api.limits._remembered": (lambda n: (f"GET /{n:095d}",), 3_000_000),
    "api.limits._written": (lambda n: (MOMENT + timedelta(seconds=n),), 30_000),
    "response_key._first_known": (lambda n: (b"%0400d" % n,), 1_000_000),
    "response_key._remembered_cookies": (lambda n: (b"session=%099d; a=%0260d" % (n, n),), 4_000_000),
    "infra.limits._neighbourhood": (lambda n: (f"{n:064d}",), 4_000_000),
    "notifications.groups._newest_of_groups": (lambda n: (bool(n & 1), bool(n & 2), bool(n & 4)), 4_000_000),
    "notifications.groups._samples": (lambda n: (bool(n & 1),), 4_000_000),
    "notifications.queries._of_account": (lambda n: (bool(n & 1), bool(n & 2), bool(n & 4)), 2_000_000),
    "statuses.queries._of_account": (lambda n: (bool(n & 1), bool(n & 2), bool(n & 4), bool(n & 8)), 2_000_000),
    "statuses.queries._of_one_tag": (lambda n: (bool(n & 1),), 2_000_000),
    "text.hosts._encoded": (lambda n: (f"é{n:0240d}.fr",), 1_500_000),
    "text.entities._remembered": (lambda n: (f"🐦{n} ".ljust(LONGEST_REMEMBERED, "@").replace("@@", "@a "),), 10_000_000),
    "web.csrf._is_signed": (lambda n: ("secret", f"{n:0128d}"), 5_000_000),
    "web.i18n._before": (lambda n: (timedelta(seconds=n), "en"), 200_000),
    "web.i18n.words": (lambda n: (("en", "fr")[n % 2],), 1_000_000),
    "web.pages.source.packed": (lambda _n: (), 2_000_000),
    "web.raster.favicon": (lambda _n: (), 50_000),
    "web.raster.icon": (lambda n: (16 + n, 0.5), 100_000),
    "web.request_context.urlsplit": (lambda n: (f"http://{n:08000d}/",), 4_000_000),
    "web.rendering.icon": (lambda n: (f"{n:020d}",), 50_000),
}
"""How strangers fill it, and how many bytes it may then hold."""


def test_every_lru_cache_is_listed_here():
    assert set(declared(_lru_cache_wrapper)) == set(LRU_CACHES)


@pytest.mark.parametrize("name", LRU_CACHES)
def test_an_lru_cache_holds_no_more_than_is_said_here(name):
    cached = declared(_lru_cache_wrapper)[name]
    (arguments, largest), most = LRU_CACHES[name], cached.cache_parameters()["maxsize"]
    cached.cache_clear()
    for number in range(most + 10):
        cached(*arguments(number))

    size = held(cached)
    cached.cache_clear()

    assert size <= largest


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("parse_query_string", lambda n: (f"{n}&" + "a&" * 10_000).encode()),
        ("parse_cookie_string", lambda n: f"{n};" + ";".join(f"{k:x}" for k in range(10_000))),
        ("parse_url_encoded_form_data", lambda n: (f"{n}&" + "a=b&" * 10_000).encode()),
    ],
)
def test_the_parsers_below_keep_nothing_long(town, name, arguments):
    from litestar import _parsers

    litestar_parsers.PARSERS[name].cache_clear()
    for number in range(50):
        getattr(_parsers, name)(arguments(number))
    assert held(litestar_parsers.PARSERS[name]) < 5_000


@pytest.mark.usefixtures("on_sqlite")
async def test_memory_stays_flat_while_strangers_ask_for_more_and_more(town, kept, strangers):
    await town.settle()
    for number in range(30):
        await strangers(number)
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(30, 60):
            await strangers(number)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    # The caches go on filling up to what they declare, with new entries in place of older ones that were not traced.
    assert grown < 4_000_000
