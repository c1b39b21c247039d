import base64
import hashlib
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from gazouillis.web.pages.authorize import form_target, with_answer
from tests.support.browser import Browser, leads_to, text
from tests.support.people import PASSWORD

HERE = "https://app.example/callback"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def app(running_site):
    """Registers an app; returns the parameters of its authorization request."""

    async def register(redirect_uri=HERE, scopes="read write"):
        form = {"client_name": "Tusky", "redirect_uris": redirect_uri, "scopes": scopes, "website": "https://tusky.app"}
        made = (await running_site.client().post("/api/v1/apps", data=form)).json()
        parameters = {
            "response_type": "code",
            "client_id": made["client_id"],
            "redirect_uri": redirect_uri,
            "scope": scopes,
            "state": "é&=1",
        }
        return parameters, made["client_secret"]

    return register


def authorize_url(parameters, **more):
    return f"/oauth/authorize?{urlencode(parameters | more)}"


async def test_allowing_redirects_with_a_code_that_gives_a_token(running_site, alices_browser, app):
    parameters, secret = await app()
    page = await alices_browser.reads(authorize_url(parameters))
    assert "Let Tusky in?" in text(page)

    response = await alices_browser.sends("/oauth/authorize", **_hidden(page), decision="allow")
    assert response.status_code == 302
    assert leads_to(response).startswith(f"{HERE}?")
    received = _received_parameters(response)
    assert received["state"] == "é&=1"
    issued = await _exchange(running_site, parameters, secret, received["code"])
    assert set(issued.json()["scope"].split()) == {"read", "write"}


async def test_a_code_with_a_challenge_needs_its_verifier(running_site, alices_browser, app):
    parameters, secret = await app()
    page = await alices_browser.reads(authorize_url(parameters, code_challenge=CHALLENGE, code_challenge_method="S256"))
    code = _received_parameters(await alices_browser.sends("/oauth/authorize", **_hidden(page), decision="allow"))["code"]

    assert (await _exchange(running_site, parameters, secret, code)).status_code == 400
    assert (await _exchange(running_site, parameters, secret, code, code_verifier=VERIFIER)).status_code == 200
    assert (await _exchange(running_site, parameters, secret, code, code_verifier=VERIFIER)).status_code == 400


async def test_denying_redirects_with_access_denied(alices_browser, app):
    parameters, _secret = await app()
    response = await alices_browser.sends("/oauth/authorize", **parameters, decision="deny")

    assert _received_parameters(response) == {"error": "access_denied", "state": "é&=1"}


async def test_a_redirect_uri_may_have_a_custom_scheme(alices_browser, app):
    parameters, _secret = await app("myapp://oauth")
    page = await alices_browser.reads(authorize_url(parameters))
    response = await alices_browser.sends("/oauth/authorize", **parameters, decision="allow")

    assert "form-action 'self' myapp:;" in page.headers["content-security-policy"]
    assert leads_to(response).startswith("myapp://oauth?code=")


async def test_an_out_of_band_app_gets_a_code_to_copy(running_site, alices_browser, app):
    parameters, secret = await app(OUT_OF_BAND)
    page = await alices_browser.sends("/oauth/authorize", **parameters, decision="allow")
    code = re.search(r'id="code" value="([^"]+)"', page.text)[1]

    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert (await _exchange(running_site, parameters, secret, code)).status_code == 200


async def test_denying_an_out_of_band_app_leads_home(alices_browser, app):
    parameters, _secret = await app(OUT_OF_BAND)

    assert leads_to(await alices_browser.sends("/oauth/authorize", **parameters, decision="deny")) == "/"


async def test_the_form_policy_allows_the_app_and_nothing_else(alices_browser, app):
    parameters, _secret = await app()

    assert (
        "form-action 'self' https://app.example;"
        in (await alices_browser.reads(authorize_url(parameters))).headers["content-security-policy"]
    )
    assert "form-action 'self';" in (await alices_browser.reads("/about")).headers["content-security-policy"]


async def test_a_visitor_signs_in_and_comes_back(running_site, alice, app):
    parameters, _secret = await app()
    browser = Browser(running_site)
    wanted = leads_to(await browser.reads(authorize_url(parameters)))
    assert wanted.startswith("/sign-in?next=")

    page = await browser.reads(wanted)
    response = await browser.sends("/sign-in", **_hidden(page), login="alice", password=PASSWORD)
    assert "Let Tusky in?" in text(await browser.reads(leads_to(response)))


async def test_an_app_may_ask_for_the_language(running_site, alice, app):
    parameters, _secret = await app()
    browser = Browser(running_site)
    wanted = leads_to(await browser.reads(authorize_url(parameters, lang="fr")))

    assert 'lang="fr"' in (await browser.reads(wanted)).text
    await browser.signs_in("alice")
    assert "Laisser entrer Tusky" in text(await browser.reads(authorize_url(parameters, lang="fr")))


async def test_an_app_may_ask_to_sign_in_once_more(alices_browser, app):
    parameters, _secret = await app()
    wanted = leads_to(await alices_browser.reads(authorize_url(parameters, force_login="true")))
    page = await alices_browser.reads(wanted)
    response = await alices_browser.sends("/sign-in", **_hidden(page), login="alice", password=PASSWORD)

    assert page.status_code == 200
    assert "Let Tusky in?" in text(await alices_browser.reads(leads_to(response)))


@pytest.mark.parametrize(
    "fault",
    [
        {"client_id": "unknown"},
        {"client_id": ""},
        {"client_id": "\0"},
        {"client_id": "🐦" * 300},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": HERE + "/"},
        {"redirect_uri": HERE.upper()},
        {"redirect_uri": ""},
        {"redirect_uri": "\0"},
        {"response_type": "token"},
        {"scope": "read admin:write"},
        {"scope": "everything"},
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        {"code_challenge": "short", "code_challenge_method": "S256"},
    ],
)
async def test_an_invalid_request_is_refused_without_a_redirect(alices_browser, visitor, app, fault):
    parameters, _secret = await app()

    for response in (
        await alices_browser.reads(authorize_url(parameters | fault)),
        await visitor.reads(authorize_url(parameters | fault)),
        await alices_browser.sends("/oauth/authorize", **parameters | fault, decision="allow"),
    ):
        assert response.status_code == 422


async def test_a_visitor_cannot_allow_an_app(visitor, app):
    parameters, _secret = await app()

    assert leads_to(await visitor.sends("/oauth/authorize", **parameters, decision="allow")) == "/sign-in?next=/"


async def test_the_name_of_an_app_is_escaped(alices_browser, running_site):
    form = {"client_name": "<script>alert(1)</script>", "redirect_uris": HERE, "scopes": "read"}
    made = (await running_site.client().post("/api/v1/apps", data=form)).json()
    parameters = {"response_type": "code", "client_id": made["client_id"], "redirect_uri": HERE, "state": '"><script>alert(2)</script>'}

    assert "<script>alert" not in (await alices_browser.reads(authorize_url(parameters))).text


@pytest.mark.parametrize(
    ("address", "answered"),
    [
        ("https://app.example/", "https://app.example/?code=a&state=%C3%A9"),
        ("https://app.example/?x=1", "https://app.example/?x=1&code=a&state=%C3%A9"),
        ("https://app.example/?", "https://app.example/?code=a&state=%C3%A9"),
        ("myapp://x", "myapp://x?code=a&state=%C3%A9"),
        ("myapp:///cb", "myapp:///cb?code=a&state=%C3%A9"),
        ("com.example.app:/cb", "com.example.app:/cb?code=a&state=%C3%A9"),
        ("https://é.example/%20", "https://%C3%A9.example/%20?code=a&state=%C3%A9"),
    ],
)
def test_parameters_are_added_to_any_redirect_uri(address, answered):
    assert with_answer(address, code="a", state="é") == answered


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("http://localhost:1234/cb", "http://localhost:1234"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://a;script-src*/", "https:"),
        ("https://user@app.example/", "https:"),
        ("myapp://oauth", "myapp:"),
    ],
)
def test_the_form_policy_names_only_the_origin_or_scheme(address, target):
    assert form_target(address) == target


def _hidden(page):
    """The hidden fields of the form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text(page))
    return {name: value for name, value in found if name != "_csrf_token"}


def _received_parameters(response):
    return {name: values[0] for name, values in parse_qs(urlsplit(leads_to(response)).query).items()}


async def _exchange(running_site, parameters, secret, code, **more):
    form = {"grant_type": "authorization_code", "client_id": parameters["client_id"], "client_secret": secret, "code": code}
    return await running_site.client().post("/oauth/token", data=form | {"redirect_uri": parameters["redirect_uri"]} | more)
