from io import BytesIO

import pytest
from PIL import Image

from gazouillis.accounts import profile

VERIFY = "/api/v1/accounts/verify_credentials"
UPDATE = "/api/v1/accounts/update_credentials"


def picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(drawn, "PNG")
    return drawn.getvalue()


async def test_an_app_reads_the_account_of_its_token(alice):
    own = await alice.get(VERIFY)

    assert (own["acct"], own["source"]["privacy"], own["role"]["id"]) == ("alice", "public", "-99")


async def test_a_profile_is_changed_by_json(alice):
    fields = [{"name": "Blog", "value": "https://alice.example"}]
    own = (await alice.client.patch(UPDATE, json={"display_name": "Alice", "note": "In #Lyon", "fields_attributes": fields})).json()

    assert (own["display_name"], own["source"]["note"]) == ("Alice", "In #Lyon")
    assert "https://alice.example" in own["fields"][0]["value"]
    assert own["source"]["fields"] == [{"name": "Blog", "value": "https://alice.example", "verified_at": None}]


async def test_a_profile_is_changed_by_a_form_with_numbered_fields(alice):
    form = {"locked": "1", "bot": "false", "fields_attributes[0][name]": "Town", "fields_attributes[0][value]": "Lyon"}
    own = (await alice.client.patch(UPDATE, data={**form, "source[privacy]": "unlisted"})).json()

    assert (own["locked"], own["bot"], own["source"]["privacy"]) == (True, False, "unlisted")
    assert own["fields"][0]["name"] == "Town"


async def test_a_picture_is_stored_and_removed(alice):
    own = (await alice.client.patch(UPDATE, files={"avatar": ("me.png", picture(), "image/png")})).json()
    without = (await alice.client.delete("/api/v1/profile/avatar")).json()

    assert own["avatar"].startswith("http://localhost:8000/media/")
    assert without["avatar"] == "http://localhost:8000/avatars/alice.png"


async def test_a_file_that_is_no_picture_is_refused(alice):
    refusal = await alice.client.patch(UPDATE, files={"avatar": ("me.png", b"not a picture", "image/png")})

    assert (refusal.status_code, refusal.json()["field"]) == (422, "avatar")


async def test_fields_missing_in_the_request_stay(alice):
    await alice.client.patch(UPDATE, json={"display_name": "Alice", "locked": True})

    own = (await alice.client.patch(UPDATE, json={"note": "hello"})).json()

    assert (own["display_name"], own["locked"]) == ("Alice", True)


@pytest.mark.parametrize("change", [{"display_name": "x" * 500}, {"source": {"privacy": "direct"}}])
async def test_an_invalid_change_is_refused_with_its_field(alice, change):
    refusal = await alice.client.patch(UPDATE, json=change)

    assert (refusal.status_code, bool(refusal.json()["field"])) == (422, True)


async def test_a_huge_note_is_refused_without_counting_it(alice, monkeypatch):
    monkeypatch.setattr(profile, "counted_length", pytest.fail)

    refusal = await alice.client.patch(UPDATE, json={"note": "a.b " * 16_000})

    assert (refusal.status_code, refusal.json()["field"]) == (422, "note")


async def test_preferences_have_mastodons_keys(alice):
    assert (await alice.get("/api/v1/preferences"))["posting:default:visibility"] == "public"


async def test_hidden_lists_of_follows_are_shown_to_their_owner_only(running_site, alice, bob, carol):
    visitor = running_site.client()
    await alice.follows(bob)
    await carol.follows(alice)
    own = (await alice.client.patch(UPDATE, json={"hide_collections": True})).json()
    assert (own["hide_collections"], own["source"]["hide_collections"]) == (True, True)

    for which, name in (("followers", "carol"), ("following", "bob")):
        path = f"/api/v1/accounts/{alice.id}/{which}"
        assert [one["acct"] for one in await alice.get(path)] == [name]
        assert await bob.get(path) == await carol.get(path) == (await visitor.get(path)).json() == []
    shown = await bob.get(f"/api/v1/accounts/{alice.id}")
    assert (shown["hide_collections"], shown["followers_count"], shown["following_count"]) == (True, 1, 1)

    await alice.client.patch(UPDATE, json={"hide_collections": False})
    assert [one["acct"] for one in await bob.get(f"/api/v1/accounts/{alice.id}/followers")] == ["carol"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"source[privacy]": "direct"}, "source.privacy"),
        ({"source[language]": "no language"}, "source.language"),
        ({"fields_attributes[0][name]": "", "fields_attributes[0][value]": "Lyon"}, "fields_attributes"),
    ],
)
async def test_a_refused_field_has_the_name_under_which_it_was_sent(alice, form, field):
    refusal = await alice.client.patch(UPDATE, data=form)

    assert (refusal.status_code, refusal.json()["field"], list(refusal.json()["details"])) == (422, field, [field])
