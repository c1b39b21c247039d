import pytest

from gazouillis.accounts import options
from gazouillis.accounts.options import SiteOptions


async def test_the_instance_has_the_site_options_of_now(running_site):
    visitor = running_site.client()
    before = (await visitor.get("/api/v2/instance")).json()["configuration"]["statuses"]["max_characters"]
    async with running_site.site.db.write() as tx:
        await options.change(tx, SiteOptions(name="Nancy", max_characters=280, rules=["Be kind"], registrations="approval"))

    after = (await visitor.get("/api/v2/instance")).json()

    assert (before, after["configuration"]["statuses"]["max_characters"]) == (140, 280)
    assert after["configuration"]["statuses"]["characters_reserved_per_url"] == 23
    assert after["registrations"]["approval_required"]
    assert (await visitor.get("/api/v1/instance/rules")).json() == [{"id": "1", "text": "Be kind", "hint": ""}]


async def test_the_version_is_mastodons_with_our_name(running_site):
    version = (await running_site.client().get("/api/v1/instance")).json()["version"]

    assert version.startswith("4.")
    assert "compatible; Gazouillis" in version


async def test_the_instance_has_its_counts(running_site, alice):
    await alice.posts("hello")

    shown = (await running_site.client().get("/api/v1/instance")).json()

    assert shown["stats"] == {"user_count": 1, "status_count": 1, "domain_count": 0}


async def test_html_in_the_description_is_escaped(running_site):
    async with running_site.site.db.write() as tx:
        await options.change(tx, SiteOptions(name="Nancy", description="<b>hello</b>"))

    assert (await running_site.client().get("/api/v1/instance")).json()["description"] == "&lt;b&gt;hello&lt;/b&gt;"
    assert (await running_site.client().get("/api/v1/instance/extended_description")).json()["content"] == "<p>&lt;b&gt;hello&lt;/b&gt;</p>"


@pytest.mark.parametrize("path", ["custom_emojis", "trends/tags", "trends/statuses", "trends/links", "instance/peers"])
async def test_public_lists_not_supported_yet_are_empty(running_site, path):
    assert (await running_site.client().get(f"/api/v1/{path}")).json() == []


@pytest.mark.parametrize("path", ["v1/followed_tags", "v1/announcements"])
async def test_private_lists_not_supported_yet_are_empty_for_members(running_site, alice, path):
    assert await alice.get(f"/api/{path}") == []
    assert (await running_site.client().get(f"/api/{path}")).status_code == 401


async def test_nodeinfo_describes_the_server(running_site, alice):
    visitor = running_site.client()
    (link,) = (await visitor.get("/.well-known/nodeinfo")).json()["links"]
    nodeinfo = (await visitor.get(link["href"])).json()

    assert (nodeinfo["software"]["name"], nodeinfo["usage"]["users"]["total"]) == ("gazouillis", 1)
    assert (nodeinfo["metadata"]["upstream"], nodeinfo["protocols"]) == ({"name": "mastodon"}, ["activitypub"])


async def test_a_hashtag_has_the_url_of_its_page(alice):
    assert (await alice.get("/api/v1/tags/lyon"))["url"] == "http://localhost:8000/tags/lyon"
