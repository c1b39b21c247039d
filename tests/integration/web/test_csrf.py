import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.chunked_body import ChunkedBody
from tests.support.people import PASSWORD

SIGN_IN = {"login": "alice", "password": PASSWORD}


@pytest.mark.parametrize("key", ["", "made up", "a" * 128, "é" * 200, "🐦"])
async def test_a_form_without_a_valid_token_is_refused(visitor, alice, key):
    await visitor.reads("/sign-in")
    visitor.csrf_token = key or " "
    response = await visitor.sends("/sign-in", **SIGN_IN)

    assert response.status_code == 403
    assert "please send it once more" in text(response)
    assert not visitor.is_signed_in


async def test_a_button_without_a_valid_token_is_refused(alices_browser):
    alices_browser.csrf_token = "made up"

    assert "This form is too old" in text(await alices_browser.sends("/sign-out"))
    assert alices_browser.is_signed_in


async def test_a_form_without_a_valid_token_is_refused_in_french(french_visitor):
    french_visitor.csrf_token = "inventée"
    response = await french_visitor.sends("/sign-in", **SIGN_IN)

    assert response.status_code == 403
    assert 'lang="fr"' in response.text
    assert "formulaire" in text(response)


async def test_the_token_of_another_browser_is_refused(running_site, visitor, alice):
    other = Browser(running_site)
    await other.reads("/sign-in")
    await visitor.reads("/sign-in")
    visitor.csrf_token = other.csrf_token

    assert (await visitor.sends("/sign-in", **SIGN_IN)).status_code == 403


async def test_a_forged_pair_of_token_and_cookie_is_refused(visitor, alice):
    forged = "0" * 128
    response = await visitor.client.post("/sign-in", data={"_csrf_token": forged} | SIGN_IN, headers={"Cookie": f"csrf={forged}"})

    assert response.status_code == 403


async def test_an_invalid_cookie_is_replaced_by_the_next_page(visitor, alice):
    visitor.client.cookies.set("csrf", "0" * 128)
    await visitor.reads("/sign-in")
    visitor.client.cookies.delete("csrf", domain="")

    assert leads_to(await visitor.sends("/sign-in", **SIGN_IN)) == "/"


@pytest.mark.parametrize(
    "path", ["/sign-out", "/settings/profile", "/settings/account", "/settings/sessions", "/settings/site", "/oauth/authorize"]
)
async def test_every_form_needs_its_token(alices_browser, path):
    alices_browser.csrf_token = "made up"

    assert (await alices_browser.sends(path)).status_code == 403
    assert alices_browser.is_signed_in


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"zzz"),
        ("multipart/form-data; boundary=x", b"zzz"),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff&_csrf_token=%ff"),
        ("application/json", b"{"),
        ("text/plain", b""),
    ],
)
async def test_an_unreadable_body_is_refused(visitor, kind, body):
    await visitor.reads("/sign-in")
    response = await visitor.client.post("/sign-in", content=body, headers={"Content-Type": kind, "X-CSRFToken": visitor.csrf_token})

    assert response.status_code in {403, 422}


FORMS = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]


@pytest.mark.parametrize("kind", FORMS)
async def test_the_body_of_a_form_that_keeps_no_text_is_not_read_without_a_csrf_cookie(visitor, kind):
    body = ChunkedBody(*[b"a=&" * 1000] * 100)
    response = await visitor.client.post("/sign-out", content=body, headers={"Content-Type": kind})

    assert (response.status_code, body.read) == (403, 0)


@pytest.mark.parametrize("kind", [*FORMS, "application/json", "text/plain"])
async def test_a_body_is_read_only_as_far_as_a_token_may_be(visitor, kind):
    await visitor.reads("/sign-in")
    body = ChunkedBody(*[b"a=&" * 10_000] * 100)
    response = await visitor.client.post("/sign-in", content=body, headers={"Content-Type": kind})

    assert response.status_code in {403, 413}
    assert body.read < 5


async def test_a_token_in_a_header_is_accepted(visitor, alice):
    await visitor.reads("/sign-in")
    response = await visitor.client.post("/sign-in", data=SIGN_IN, headers={"X-CSRFToken": visitor.csrf_token})

    assert leads_to(response) == "/"


async def test_a_token_must_come_before_files(alices_browser):
    await alices_browser.reads("/settings/profile")
    key = ("_csrf_token", (None, alices_browser.csrf_token))
    picture = ("avatar", ("a.png", b"x"))
    before = await alices_browser.client.post("/settings/profile", files=[key, picture])
    after = await alices_browser.client.post("/settings/profile", files=[picture, key])

    assert (before.status_code, after.status_code) == (422, 403)


async def test_a_form_with_more_fields_than_any_page_has_is_refused(visitor):
    await visitor.reads("/sign-in")
    response = await visitor.sends("/sign-in", **{f"a{n}": "" for n in range(1000)})

    assert response.status_code == 413
    assert "too large" in text(response)


async def test_the_body_of_a_get_request_is_not_read(visitor):
    body = ChunkedBody(*[b"a=&" * 1000] * 100)
    response = await visitor.client.request("GET", "/about", content=body, headers={"Content-Type": FORMS[0]})

    assert (response.status_code, body.read) == (200, 0)
