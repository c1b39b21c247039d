import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.people import PASSWORD

SIGN_IN = {"login": "alice", "password": PASSWORD}


@pytest.mark.parametrize("key", ["", "made up", "a" * 128, "é" * 200, "🐦"])
async def test_a_form_without_its_key_is_refused(visitor, alice, key):
    await visitor.reads("/sign-in")
    visitor.csrf_token = key or " "
    answer = await visitor.sends("/sign-in", **SIGN_IN)

    assert answer.status_code == 403
    assert "This form is too old" in text(answer)
    assert not visitor.is_signed_in


async def test_un_formulaire_sans_sa_cle_est_refuse_en_francais(visiteuse):
    visiteuse.csrf_token = "inventée"
    answer = await visiteuse.sends("/sign-in", **SIGN_IN)

    assert answer.status_code == 403
    assert 'lang="fr"' in answer.text
    assert "formulaire" in text(answer)


async def test_the_key_of_another_browser_opens_nothing(town, visitor, alice):
    other = Browser(town)
    await other.reads("/sign-in")
    await visitor.reads("/sign-in")
    visitor.csrf_token = other.csrf_token

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
    mine.csrf_token = "made up"

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
    answer = await visitor.client.post("/sign-in", content=body, headers={"Content-Type": kind, "X-CSRFToken": visitor.csrf_token})

    assert answer.status_code in {403, 422}


class Body:
    """Comes in pieces, and knows how many were asked for."""

    def __init__(self, *pieces):
        self.pieces = pieces
        self.read = 0

    async def __aiter__(self):
        for piece in self.pieces:
            self.read += 1
            yield piece


FORMS = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]


@pytest.mark.parametrize("kind", FORMS)
async def test_a_form_of_a_browser_without_a_key_is_not_read(visitor, kind):
    body = Body(*[b"a=&" * 1000] * 100)
    answer = await visitor.client.post("/sign-in", content=body, headers={"Content-Type": kind})

    assert (answer.status_code, body.read) == (403, 0)


@pytest.mark.parametrize("kind", [*FORMS, "application/json", "text/plain"])
async def test_a_form_is_read_as_far_as_a_key_may_be(visitor, kind):
    await visitor.reads("/sign-in")
    body = Body(*[b"a=&" * 10_000] * 100)
    answer = await visitor.client.post("/sign-in", content=body, headers={"Content-Type": kind})

    assert answer.status_code in {403, 413}
    assert body.read < 5


async def test_a_key_in_a_header_opens_a_form_that_is_read_once(visitor, alice):
    await visitor.reads("/sign-in")
    answer = await visitor.client.post("/sign-in", data=SIGN_IN, headers={"X-CSRFToken": visitor.csrf_token})

    assert leads_to(answer) == "/"


async def test_a_key_comes_before_files(mine):
    await mine.reads("/settings/profile")
    key = ("_csrf_token", (None, mine.csrf_token))
    picture = ("avatar", ("a.png", b"x"))
    before = await mine.client.post("/settings/profile", files=[key, picture])
    after = await mine.client.post("/settings/profile", files=[picture, key])

    assert (before.status_code, after.status_code) == (422, 403)


async def test_a_form_with_more_fields_than_any_page_has_is_refused(visitor):
    await visitor.reads("/sign-in")
    answer = await visitor.sends("/sign-in", **{f"a{n}": "" for n in range(1000)})

    assert answer.status_code == 413
    assert "too large" in text(answer)


async def test_a_form_goes_with_a_look_at_a_page_unread(visitor):
    body = Body(*[b"a=&" * 1000] * 100)
    answer = await visitor.client.request("GET", "/about", content=body, headers={"Content-Type": FORMS[0]})

    assert (answer.status_code, body.read) == (200, 0)
