import base64
import hashlib

import pytest

from gazouillis.accounts import tokens
from gazouillis.infra.basics.errors import Invalid, Unauthenticated

VERIFIER = "a" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


async def exchange(server, app, code, **changes):
    form = {
        "grant_type": "authorization_code",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": OUT_OF_BAND,
        "code": code,
    }
    return await server.http.post("/oauth/token", data={**form, **changes})


async def test_an_app_is_registered_with_several_addresses(server):
    app = await server.register_app(redirect_uris="tusky://oauth\nhttps://tusky.example/back urn:ietf:wg:oauth:2.0:oob")

    assert app["redirect_uris"] == ["tusky://oauth", "https://tusky.example/back", OUT_OF_BAND]
    assert app["scopes"] == ["read", "write", "follow", "push"]


async def test_an_app_may_give_its_addresses_as_a_list(server):
    form = {"client_name": "Elk", "redirect_uris": ["https://elk.example/a", "https://elk.example/b"]}

    app = (await server.http.post("/api/v1/apps", json=form)).json()

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
async def test_an_app_that_is_wrong_is_refused_with_its_field(server, field, change):
    response = await server.http.post("/api/v1/apps", data={"client_name": "Elk", "redirect_uris": OUT_OF_BAND, **change})

    assert (response.status_code, response.json()["field"]) == (422, field)


async def test_a_code_becomes_a_token_that_works(server, alice):
    app = await server.register_app()
    response = await exchange(server, app, await server.authorize(alice, app, "read write"))

    result = response.json()
    assert (result["token_type"], result["scope"], type(result["created_at"])) == ("Bearer", "read write", int)
    assert response.headers["Cache-Control"] == "no-store"
    me = await server.http.get("/api/echo/me", headers={"Authorization": f"Bearer {result['access_token']}"})
    assert me.json() == {"acct": "alice"}


async def test_a_code_works_once(server, alice):
    app = await server.register_app()
    code = await server.authorize(alice, app)
    await exchange(server, app, code)

    response = await exchange(server, app, code)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


async def test_a_code_expires_after_ten_minutes(server, alice, clock):
    app = await server.register_app()
    code = await server.authorize(alice, app)
    clock.advance(minutes=10)

    assert (await exchange(server, app, code)).json()["error"] == "invalid_grant"


async def test_a_code_is_only_for_its_app_and_its_address(server, alice):
    app, other = await server.register_app(), await server.register_app()
    code = await server.authorize(alice, app)

    assert (await exchange(server, other, code)).json()["error"] == "invalid_grant"
    assert (await exchange(server, app, code, redirect_uri="https://mallory.test/")).json()["error"] == "invalid_grant"
    assert (await exchange(server, app, code)).status_code == 200


@pytest.mark.parametrize(("verifier", "status"), [(VERIFIER, 200), ("b" * 50, 400), ("", 400), (CHALLENGE, 400)])
async def test_a_code_with_a_challenge_needs_its_verifier(server, alice, verifier, status):
    app = await server.register_app()
    code = await server.authorize(alice, app, challenge=CHALLENGE)

    assert (await exchange(server, app, code, code_verifier=verifier)).status_code == status


async def test_an_app_cannot_ask_for_more_than_it_registered(server, alice):
    app = await server.register_app(scopes="read")

    with pytest.raises(Invalid) as refusal:
        await server.authorize(alice, app, "read write")
    assert refusal.value.code == "invalid_scope"
    with pytest.raises(Invalid):
        await server.authorize(alice, app, redirect_uri="https://mallory.test/")
    with pytest.raises(Unauthenticated):
        await server.authorize(alice, {"client_id": "nobody"})


async def test_a_wrong_secret_is_an_invalid_client(server, alice):
    app = await server.register_app()

    response = await exchange(server, app, "x", client_secret="guess")

    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert response.json()["error_description"]


async def test_credentials_may_come_in_the_header(server):
    app = await server.register_app()

    response = await server.http.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, auth=(app["client_id"], app["client_secret"])
    )

    assert response.json()["scope"] == "read"


@pytest.mark.parametrize("basic", ["Basic", "Basic !", "Basic /w==", "Basic YQ=="])
async def test_a_malformed_basic_header_is_no_credential(server, basic):
    response = await server.http.post("/oauth/token", data={"grant_type": "client_credentials"}, headers={"Authorization": basic})

    assert response.status_code == 401


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "admin:read"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": "all"}, "invalid_scope"),
        ({"code_verifier": "a\0b"}, "invalid_request"),
    ],
)
async def test_a_refusal_has_the_error_code_of_oauth(server, change, word):
    app = await server.register_app()

    response = await exchange(server, app, "x", **change)

    assert (response.status_code, response.json()["error"]) == (400, word)


async def test_an_app_verifies_its_own_token(server):
    app = await server.register_app()
    result = (await exchange(server, app, "", grant_type="client_credentials", scope="read push")).json()

    response = await server.http.get("/api/v1/apps/verify_credentials", headers={"Authorization": f"Bearer {result['access_token']}"})

    assert (response.json()["name"], response.json()["id"]) == ("Tusky", app["id"])
    assert "client_secret" not in response.json()


async def test_a_revoked_token_is_refused(server, alice):
    app = await server.register_app()
    result = (await exchange(server, app, await server.authorize(alice, app))).json()
    credentials = {"client_id": app["client_id"], "client_secret": app["client_secret"]}

    response = await server.http.post("/oauth/revoke", data={**credentials, "token": result["access_token"]})

    assert (response.status_code, response.json()) == (200, {})
    assert (await server.http.get("/api/echo/me", headers={"Authorization": f"Bearer {result['access_token']}"})).status_code == 401
    assert (await server.http.post("/oauth/revoke", data={**credentials, "token": "unknown"})).status_code == 200


async def test_an_app_revokes_only_its_own_tokens(server, alice):
    app, other = await server.register_app(), await server.register_app()
    result = (await exchange(server, app, await server.authorize(alice, app))).json()
    credentials = {"client_id": other["client_id"], "client_secret": other["client_secret"]}

    response = await server.http.post("/oauth/revoke", data={**credentials, "token": result["access_token"]})

    assert (response.status_code, response.json()["error"]) == (403, "unauthorized_client")


async def test_an_account_revokes_an_app(server, alice):
    app = await server.register_app()
    result = (await exchange(server, app, await server.authorize(alice, app))).json()
    async with server.site.db.write() as tx:
        (authorised,) = await tokens.apps_of(tx, alice.id)
        await tokens.revoke_app(tx, alice.id, authorised.app_id)

    assert (authorised.name, authorised.scopes) == ("Tusky", {"read", "write"})
    assert (await server.http.get("/api/echo/me", headers={"Authorization": f"Bearer {result['access_token']}"})).status_code == 401


async def test_the_authorization_server_metadata_can_be_discovered(server):
    result = (await server.http.get("/.well-known/oauth-authorization-server")).json()

    assert result["token_endpoint"] == "http://localhost:8000/oauth/token"
    assert result["code_challenge_methods_supported"] == ["S256"]


async def test_an_account_is_registered_in_an_app(server):
    await server.set_registrations("open")
    form = {"username": "bob", "email": "bob@there.test", "password": "correct horse", "agreement": "true", "locale": "fr"}

    response = await server.http.post("/api/v1/accounts", data=form, headers=await server.token_header(None, ["read", "write"]))

    token = {"Authorization": f"Bearer {response.json()['access_token']}"}
    assert (await server.http.get("/api/echo/me", headers=token)).json() == {"acct": "bob"}


@pytest.mark.parametrize(
    ("field", "code", "change"),
    [
        ("username", "ERR_TAKEN", {"username": "ALICE"}),
        ("password", "ERR_TOO_SHORT", {"password": "short"}),
        ("agreement", "ERR_ACCEPTED", {"agreement": "false"}),
        ("username", "ERR_RESERVED", {"username": "admin"}),
    ],
)
async def test_a_refused_registration_names_the_field(server, alice, field, code, change):
    await server.set_registrations("open")
    form = {"username": "bob", "email": "bob@there.test", "password": "correct horse", "agreement": "true"}

    response = await server.http.post("/api/v1/accounts", json={**form, **change}, headers=await server.token_header(None, ["write"]))

    assert (response.status_code, response.json()["details"][field][0]["error"]) == (422, code)


async def test_an_app_does_not_learn_whether_an_address_is_known(server, alice):
    await server.set_registrations("open")
    form = {"username": "bob", "email": "alice@there.test", "password": "correct horse", "agreement": "true"}

    response = await server.http.post("/api/v1/accounts", json=form, headers=await server.token_header(None, ["read", "write"]))

    token = {"Authorization": f"Bearer {response.json()['access_token']}"}
    assert (await server.http.get("/api/echo/me", headers=token)).json() == {"acct": "bob"}


async def test_the_token_of_a_request_is_looked_up_once(server, alice, monkeypatch):
    queries = []
    token = await server.token_header(alice)
    async with server.site.db.read() as reader:
        all_rows = type(reader).all
    monkeypatch.setattr(
        type(reader), "all", lambda self, statement, parameters=None: queries.append(1) or all_rows(self, statement, parameters)
    )

    await server.http.get("/api/echo/me", headers=token)

    assert len(queries) == len(["its token", "its account"])
