import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.people import PASSWORD

SIGN_IN = {"login": "alice", "password": PASSWORD}


@pytest.mark.parametrize("key", ["", "made up", "a" * 128, "é" * 200, "🐦"])
async def test_a_form_without_its_key_is_refused(visitor, alice, key):
    await visitor.reads("/sign-in")
    visitor.key = key or " "
    answer = await visitor.sends("/sign-in", **SIGN_IN)

    assert answer.status_code == 403
    assert "This form is too old" in text(answer)
    assert not visitor.is_signed_in


async def test_un_formulaire_sans_sa_cle_est_refuse_en_francais(visiteuse):
    visiteuse.key = "inventée"
    answer = await visiteuse.sends("/sign-in", **SIGN_IN)

    assert answer.status_code == 403
    assert 'lang="fr"' in answer.text
    assert "formulaire" in text(answer)


async def test_the_key_of_another_browser_opens_nothing(town, visitor, alice):
    other = Browser(town)
    await other.reads("/sign-in")
    await visitor.reads("/sign-in")
    visitor.key = other.key

    assert (await visitor.sends("/sign-in", **SIGN_IN)).status_code == 403


async def test_a_forged_pair_of_key_and_cookie_opens_nothing(visitor, alice):
    forged = "0" * 128
    answer = await visitor.client.post("/sign-in", data={"_csrf_token": forged} | SIGN_IN, headers={"Cookie": f"csrf={forged}"})

    assert answer.status_code == 403


async def test_a_cookie_of_another_time_is_replaced_by_the_next_page(visitor, alice):
    visitor.client.cookies.set("csrf", "0" * 128)
    await visitor.reads("/sign-in")
    visitor.client.cookies.delete("csrf", domain="")

    assert leads_to(await visitor.sends("/sign-in", **SIGN_IN)) == "/"


@pytest.mark.parametrize(
    "path", ["/sign-out", "/settings/profile", "/settings/account", "/settings/sessions", "/settings/site", "/oauth/authorize"]
)
async def test_every_form_wants_its_key(mine, path):
    mine.key = "made up"

    assert (await mine.sends(path)).status_code == 403
    assert mine.is_signed_in


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
async def test_no_body_breaks_the_door(visitor, kind, body):
    await visitor.reads("/sign-in")
    answer = await visitor.client.post("/sign-in", content=body, headers={"Content-Type": kind, "X-CSRFToken": visitor.key})

    assert answer.status_code in {403, 422}
