import pytest

from gazouillis.accounts.queries import ACCOUNTS, USERS
from gazouillis.accounts.tokens import BEARERS
from tests.support.browser import Browser
from tests.support.media import photo
from tests.support.query_count import recorded_queries


@pytest.fixture
def count_queries(running_site, monkeypatch):
    async def count(person, path):
        await person.get(path)
        with recorded_queries(running_site.site, monkeypatch) as queries:
            response = await person.client.get(f"{path}&not_cached")
        return len(queries), len(response.json())

    return count


async def post_and_interact(running_site, alice, names):
    for name in names:
        one = await running_site.person(name)
        await alice.follows(one)
        status = await one.posts(f"hello @alice #{name}", spoiler_text="hello")
        await alice.favourites(status)
        await one.reblogs(status)


@pytest.mark.parametrize("path", ["/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/notifications", "/api/v1/favourites"])
async def test_a_page_of_twenty_costs_as_many_queries_as_a_page_of_one(running_site, alice, count_queries, path):
    await post_and_interact(running_site, alice, ["first"])
    few, _ = await count_queries(alice, f"{path}?limit=1")
    await post_and_interact(running_site, alice, [f"person_{number}" for number in range(19)])

    many, length = await count_queries(alice, f"{path}?limit=20")

    assert length >= 20
    assert many == few
    assert many <= 3


@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("path", ["/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/accounts/{author}/statuses"])
async def test_twenty_posts_with_photos_cost_as_many_queries_as_one(running_site, alice, bob, monkeypatch, path, visibility):
    if visibility == "private" and "public" in path:
        pytest.skip("shows public posts only")
    await alice.follows(bob)
    counts, listed = [], []
    for posts in (1, 19):
        await post_photos(bob, posts, visibility)
        await running_site.run_until_idle()
        await alice.get("/api/v1/accounts/verify_credentials")
        running_site.site.db.cache.clear()
        with recorded_queries(running_site.site, monkeypatch) as queries:
            listed = await alice.get(path.format(author=bob.id), limit=20 + posts)
        counts.append(len(queries))

    assert [len(one["media_attachments"]) for one in listed] == [1] * 20
    assert counts[1] <= counts[0]


@pytest.mark.parametrize("path", ["/", "/local", "/@bob", "/@bob/media"])
async def test_a_page_of_many_posts_with_photos_costs_as_many_queries_as_one(running_site, alice, bob, monkeypatch, path):
    await alice.follows(bob)
    browser, counts, page = Browser(running_site), [], None
    await browser.was_signed_in("alice")
    for posts in (1, 18):
        await post_photos(bob, posts)
        await running_site.run_until_idle()
        await browser.reads("/about")
        running_site.site.db.cache.clear()
        with recorded_queries(running_site.site, monkeypatch) as queries:
            page = await browser.reads(f"{path}?{posts}")
        counts.append(len(queries))

    assert page.text.count('<a class="photo"') == 19
    assert counts[1] <= counts[0]


async def post_photos(person, count, visibility="public"):
    for _number in range(count):
        await person.posts("look", visibility=visibility, media_ids=[(await person.uploads(photo(size=(40, 30))))["id"]])


async def test_a_post_reads_its_caller_once(running_site, alice):
    await alice.posts("warm up the caches")
    regions = {region: running_site.site.db.cache.region(region) for region in (BEARERS, ACCOUNTS, USERS)}
    before = {region: lru.hits + lru.misses for region, lru in regions.items()}

    await alice.posts("hello")

    lookups = {region.name: lru.hits + lru.misses - before[region] for region, lru in regions.items()}
    assert lookups == {"access tokens": 1, "users": 1, "accounts": 2}, "the account once for its token, once for the answer"
