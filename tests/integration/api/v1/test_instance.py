import pytest

from gazouillis.accounts import options
from gazouillis.accounts.options import SiteOptions


async def test_the_length_is_what_the_administrator_chose_last(town):
    visitor = town.client()
    before = (await visitor.get("/api/v2/instance")).json()["configuration"]["statuses"]["max_characters"]
    async with town.site.db.write() as tx:
        await options.change(tx, SiteOptions(name="Nancy", max_characters=280, rules=["Be kind"], registrations="approval"))

    after = (await visitor.get("/api/v2/instance")).json()

    assert (before, after["configuration"]["statuses"]["max_characters"]) == (140, 280)
    assert after["configuration"]["statuses"]["characters_reserved_per_url"] == 23
    assert after["registrations"]["approval_required"]
    assert (await visitor.get("/api/v1/instance/rules")).json() == [{"id": "1", "text": "Be kind", "hint": ""}]


async def test_apps_read_a_version_they_know_and_ours(town):
    version = (await town.client().get("/api/v1/instance")).json()["version"]

    assert version.startswith("4.")
    assert "compatible; Gazouillis" in version


async def test_the_place_is_counted(town, alice):
    await alice.posts("hello")

    shown = (await town.client().get("/api/v1/instance")).json()

    assert shown["stats"] == {"user_count": 1, "status_count": 1, "domain_count": 0}


async def test_markup_in_the_description_stays_text(town):
    async with town.site.db.write() as tx:
        await options.change(tx, SiteOptions(name="Nancy", description="<b>hello</b>"))

    assert (await town.client().get("/api/v1/instance")).json()["description"] == "&lt;b&gt;hello&lt;/b&gt;"
    assert (await town.client().get("/api/v1/instance/extended_description")).json()["content"] == "<p>&lt;b&gt;hello&lt;/b&gt;</p>"


@pytest.mark.parametrize("path", ["custom_emojis", "trends/tags", "trends/statuses", "trends/links", "instance/peers"])
async def test_what_does_not_exist_is_an_empty_list_for_everybody(town, path):
    assert (await town.client().get(f"/api/v1/{path}")).json() == []


@pytest.mark.parametrize("path", ["v1/lists", "v1/filters", "v2/filters", "v1/followed_tags", "v1/announcements", "v2/suggestions"])
async def test_what_nobody_can_have_is_an_empty_list_for_its_owner(town, alice, path):
    assert await alice.get(f"/api/{path}") == []
    assert (await town.client().get(f"/api/{path}")).status_code == 401


async def test_other_servers_learn_what_this_is(town, alice):
    visitor = town.client()
    (link,) = (await visitor.get("/.well-known/nodeinfo")).json()["links"]
    told = (await visitor.get(link["href"])).json()

    assert (told["software"]["name"], told["usage"]["users"]["total"]) == ("gazouillis", 1)
    assert (told["metadata"]["upstream"], told["protocols"]) == ({"name": "mastodon"}, ["activitypub"])


async def test_a_tag_has_its_page(alice):
    assert (await alice.get("/api/v1/tags/lyon"))["url"] == "http://localhost:8000/tags/lyon"
