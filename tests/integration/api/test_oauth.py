import base64
import hashlib

import pytest

from gazouillis.accounts import tokens
from gazouillis.infra.basics.errors import Invalid, Unauthenticated

VERIFIER = "a" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CODE_SHOWN = "urn:ietf:wg:oauth:2.0:oob"


async def exchanges(desk, app, code, **changes):
    form = {
        "grant_type": "authorization_code",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": CODE_SHOWN,
        "code": code,
    }
    return await desk.http.post("/oauth/token", data={**form, **changes})


async def test_an_app_is_registered_with_several_addresses(desk):
    app = await desk.registers_app(redirect_uris="tusky://oauth\nhttps://tusky.example/back urn:ietf:wg:oauth:2.0:oob")

    assert app["redirect_uris"] == ["tusky://oauth", "https://tusky.example/back", CODE_SHOWN]
    assert app["scopes"] == ["read", "write", "follow", "push"]


async def test_an_app_may_give_its_addresses_as_a_list(desk):
    form = {"client_name": "Elk", "redirect_uris": ["https://elk.example/a", "https://elk.example/b"]}

    app = (await desk.http.post("/api/v1/apps", json=form)).json()

    assert (app["redirect_uris"], app["scopes"]) == (form["redirect_uris"], ["read"])


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("client_name", {"client_name": " "}),
        ("redirect_uris", {"redirect_uris": "javascript:alert(1)"}),
        ("redirect_uris", {"redirect_uris": "/back"}),
        ("redirect_uris", {"redirect_uris": "https://elk.example/#here"}),
        ("redirect_uris", {"redirect_uris": "https://[elk"}),
        ("redirect_uris", {"redirect_uris": ""}),
        ("scopes", {"scopes": "read everything"}),
        ("website", {"website": "javascript:alert(1)"}),
    ],
)
async def test_an_app_that_is_wrong_is_refused_with_its_field(desk, field, change):
    answer = await desk.http.post("/api/v1/apps", data={"client_name": "Elk", "redirect_uris": CODE_SHOWN, **change})

    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_a_code_becomes_a_token_that_works(desk, alice):
    app = await desk.registers_app()
    answer = await exchanges(desk, app, await desk.consents(alice, app, "read write"))

    told = answer.json()
    assert (told["token_type"], told["scope"], type(told["created_at"])) == ("Bearer", "read write", int)
    assert answer.headers["Cache-Control"] == "no-store"
    me = await desk.http.get("/api/probe/me", headers={"Authorization": f"Bearer {told['access_token']}"})
    assert me.json() == {"acct": "alice"}


async def test_a_code_works_once(desk, alice):
    app = await desk.registers_app()
    code = await desk.consents(alice, app)
    await exchanges(desk, app, code)

    answer = await exchanges(desk, app, code)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_a_code_is_forgotten_after_ten_minutes(desk, alice, clock):
    app = await desk.registers_app()
    code = await desk.consents(alice, app)
    clock.advance(minutes=10)

    assert (await exchanges(desk, app, code)).json()["error"] == "invalid_grant"


async def test_a_code_is_only_for_its_app_and_its_address(desk, alice):
    app, other = await desk.registers_app(), await desk.registers_app()
    code = await desk.consents(alice, app)

    assert (await exchanges(desk, other, code)).json()["error"] == "invalid_grant"
    assert (await exchanges(desk, app, code, redirect_uri="https://mallory.test/")).json()["error"] == "invalid_grant"
    assert (await exchanges(desk, app, code)).status_code == 200


@pytest.mark.parametrize(("verifier", "status"), [(VERIFIER, 200), ("b" * 50, 400), ("", 400), (CHALLENGE, 400)])
async def test_a_code_with_a_challenge_needs_its_verifier(desk, alice, verifier, status):
    app = await desk.registers_app()
    code = await desk.consents(alice, app, challenge=CHALLENGE)

    assert (await exchanges(desk, app, code, code_verifier=verifier)).status_code == status


async def test_who_asks_for_consent_keeps_to_what_was_registered(desk, alice):
    app = await desk.registers_app(scopes="read")

    with pytest.raises(Invalid) as refusal:
        await desk.consents(alice, app, "read write")
    assert refusal.value.code == "invalid_scope"
    with pytest.raises(Invalid):
        await desk.consents(alice, app, redirect_uri="https://mallory.test/")
    with pytest.raises(Unauthenticated):
        await desk.consents(alice, {"client_id": "nobody"})


async def test_a_secret_that_is_wrong_is_told_in_oauths_words(desk, alice):
    app = await desk.registers_app()

    answer = await exchanges(desk, app, "x", client_secret="guess")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.json()["error_description"]


async def test_credentials_may_come_in_the_header(desk):
    app = await desk.registers_app()

    answer = await desk.http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(app["client_id"], app["client_secret"]))

    assert answer.json()["scope"] == "read"


@pytest.mark.parametrize("basic", ["Basic", "Basic !", "Basic /w==", "Basic YQ=="])
async def test_a_broken_header_is_no_credential(desk, basic):
    answer = await desk.http.post("/oauth/token", data={"grant_type": "client_credentials"}, headers={"Authorization": basic})

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "admin:read"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": "all"}, "invalid_scope"),
        ({"code_verifier": "a\0b"}, "invalid_request"),
    ],
)
async def test_a_refusal_has_oauths_word(desk, change, word):
    app = await desk.registers_app()

    answer = await exchanges(desk, app, "x", **change)

    assert (answer.status_code, answer.json()["error"]) == (400, word)


async def test_an_app_verifies_its_own_token(desk):
    app = await desk.registers_app()
    told = (await exchanges(desk, app, "", grant_type="client_credentials", scope="read push")).json()

    answer = await desk.http.get("/api/v1/apps/verify_credentials", headers={"Authorization": f"Bearer {told['access_token']}"})

    assert (answer.json()["name"], answer.json()["id"]) == ("Tusky", app["id"])
    assert "client_secret" not in answer.json()


async def test_a_revoked_token_opens_nothing(desk, alice):
    app = await desk.registers_app()
    told = (await exchanges(desk, app, await desk.consents(alice, app))).json()
    credentials = {"client_id": app["client_id"], "client_secret": app["client_secret"]}

    answer = await desk.http.post("/oauth/revoke", data={**credentials, "token": told["access_token"]})

    assert (answer.status_code, answer.json()) == (200, {})
    assert (await desk.http.get("/api/probe/me", headers={"Authorization": f"Bearer {told['access_token']}"})).status_code == 401
    assert (await desk.http.post("/oauth/revoke", data={**credentials, "token": "unknown"})).status_code == 200


async def test_an_app_revokes_only_its_own_tokens(desk, alice):
    app, other = await desk.registers_app(), await desk.registers_app()
    told = (await exchanges(desk, app, await desk.consents(alice, app))).json()
    credentials = {"client_id": other["client_id"], "client_secret": other["client_secret"]}

    answer = await desk.http.post("/oauth/revoke", data={**credentials, "token": told["access_token"]})

    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")


async def test_a_person_sends_an_app_away(desk, alice):
    app = await desk.registers_app()
    told = (await exchanges(desk, app, await desk.consents(alice, app))).json()
    async with desk.site.db.write() as tx:
        (authorised,) = await tokens.apps_of(tx, alice.id)
        await tokens.revoke_app(tx, alice.id, authorised.app_id)

    assert (authorised.name, authorised.scopes) == ("Tusky", {"read", "write"})
    assert (await desk.http.get("/api/probe/me", headers={"Authorization": f"Bearer {told['access_token']}"})).status_code == 401


async def test_what_the_server_offers_can_be_discovered(desk):
    told = (await desk.http.get("/.well-known/oauth-authorization-server")).json()

    assert told["token_endpoint"] == "http://localhost:8000/oauth/token"
    assert told["code_challenge_methods_supported"] == ["S256"]


async def test_somebody_joins_from_within_an_app(desk):
    await desk.opens("open")
    form = {"username": "bob", "email": "bob@there.test", "password": "correct horse", "agreement": "true", "locale": "fr"}

    answer = await desk.http.post("/api/v1/accounts", data=form, headers=await desk.gives_token(None, ["read", "write"]))

    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await desk.http.get("/api/probe/me", headers=token)).json() == {"acct": "bob"}


@pytest.mark.parametrize(
    ("field", "code", "change"),
    [
        ("username", "ERR_TAKEN", {"username": "ALICE"}),
        ("password", "ERR_TOO_SHORT", {"password": "short"}),
        ("agreement", "ERR_ACCEPTED", {"agreement": "false"}),
        ("username", "ERR_RESERVED", {"username": "admin"}),
    ],
)
async def test_joining_says_what_is_wrong(desk, alice, field, code, change):
    await desk.opens("open")
    form = {"username": "bob", "email": "bob@there.test", "password": "correct horse", "agreement": "true"}

    answer = await desk.http.post("/api/v1/accounts", json={**form, **change}, headers=await desk.gives_token(None, ["write"]))

    assert (answer.status_code, answer.json()["details"][field][0]["error"]) == (422, code)


async def test_an_app_does_not_learn_whether_an_address_is_known(desk, alice):
    await desk.opens("open")
    form = {"username": "bob", "email": "alice@there.test", "password": "correct horse", "agreement": "true"}

    answer = await desk.http.post("/api/v1/accounts", json=form, headers=await desk.gives_token(None, ["read", "write"]))

    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await desk.http.get("/api/probe/me", headers=token)).json() == {"acct": "bob"}


async def test_the_token_of_a_request_is_looked_up_once(desk, alice, monkeypatch):
    asked = []
    token = await desk.gives_token(alice)
    async with desk.site.db.read() as reader:
        ask = type(reader).all
    monkeypatch.setattr(type(reader), "all", lambda self, statement, parameters=None: asked.append(1) or ask(self, statement, parameters))

    await desk.http.get("/api/probe/me", headers=token)

    assert len(asked) == len(["its token", "its account"])
