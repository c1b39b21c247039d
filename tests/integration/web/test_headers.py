import msgspec
import pytest

from gazouillis.web.headers import content_security_policy
from tests.support.browser import Browser
from tests.support.site import run_site


@pytest.mark.parametrize("path", ["/", "/local", "/nowhere/at/all", "/api/v1/instance"])
async def test_every_response_has_the_security_headers(visitor, path):
    headers = (await visitor.reads(path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/static/app.css", "/static/app.js", "/static/icons.svg", "/avatars/alice.svg", "/icons/192.png", "/sw.js"]
)
async def test_what_a_page_loads_is_taken_for_no_other_type_and_loads_nothing(visitor, alice, path):
    headers = (await visitor.reads(path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


async def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(visitor):
    policy = (await visitor.reads("/")).headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_the_pages_of_a_member_are_not_stored_by_browsers(alices_browser, visitor):
    assert (await alices_browser.reads("/local")).headers["cache-control"] == "private, no-store"
    assert (await visitor.reads("/local")).headers["cache-control"] == "private, no-cache"


async def test_pages_are_compressed(visitor):
    page = await visitor.reads("/local")

    assert page.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["vary"]
    assert page.text.endswith("</html>")


async def test_a_short_body_is_not_compressed(visitor):
    assert "content-encoding" not in (await visitor.reads("/robots.txt")).headers


async def test_a_client_without_gzip_gets_the_page_uncompressed(visitor):
    visitor.client.headers["accept-encoding"] = "identity"

    page = await visitor.reads("/local")

    assert "content-encoding" not in page.headers
    assert int(page.headers["content-length"]) == len(page.content)


async def test_a_site_without_a_domain_sends_no_hsts(visitor):
    assert "strict-transport-security" not in (await visitor.reads("/")).headers


async def test_a_site_with_a_domain_sends_hsts(settings, clock):
    async with run_site(msgspec.structs.replace(settings, domain="nancy.example"), clock) as running_site:
        assert "max-age" in (await Browser(running_site).reads("/")).headers["strict-transport-security"]


def test_a_page_can_change_one_directive_of_the_policy():
    policy = content_security_policy(form_action="'self' https://app.example")

    assert "form-action 'self' https://app.example" in policy
    assert "script-src 'self'" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/sign-in?next=/oauth/authorize",
        "/sign-in/",
        "/sign-up",
        "/sign-up/waiting",
        "/oauth/authorize",
        "/oauth/authorize?client_id=1",
    ],
)
async def test_pages_that_apps_open_in_a_window_keep_their_opener(visitor, path):
    assert (await visitor.reads(path)).headers["cross-origin-opener-policy"] == "unsafe-none"


async def test_they_keep_their_opener_through_errors_and_redirects(visitor, alices_browser, alice):
    faults = [
        await visitor.sends("/sign-in", login="alice", password="wrong"),
        await visitor.client.post("/sign-in", data={"login": "alice"}),
        await visitor.sends("/oauth/authorize", client_id="1"),
        await visitor.client.put("/oauth/authorize"),
        await alices_browser.reads("/sign-in"),
    ]

    assert [one.headers["cross-origin-opener-policy"] for one in faults] == ["unsafe-none"] * len(faults)
    assert [one.status_code for one in faults] == [422, 403, 422, 405, 303]
    for elsewhere in ("/", "/settings/account", "/sign-in/x", "/oauth/token"):
        assert (await alices_browser.reads(elsewhere)).headers["cross-origin-opener-policy"] == "same-origin"
