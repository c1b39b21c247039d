import msgspec
import pytest
import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from tests.support.browser import Browser, leads_to, text
from tests.support.people import PASSWORD


@pytest.mark.parametrize("login", ["alice", "@Alice", "ALICE@example.org"])
async def test_one_signs_in_by_handle_or_by_address(visitor, alice, login):
    answer = await visitor.signs_in(login)

    assert (answer.status_code, leads_to(answer)) == (303, "/")
    assert "@alice" in text(await visitor.reads("/"))


async def test_the_session_stays_out_of_reach_of_scripts_and_other_sites(visitor, alice):
    cookie = (await visitor.signs_in("alice")).headers["set-cookie"]

    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Max-Age=7776000", "Path=/"))


async def test_unknown_names_and_wrong_passwords_are_answered_alike(visitor, alice):
    wrong = await visitor.signs_in("alice", "not this one")
    unknown = await visitor.signs_in("nobody", "not this one")

    assert wrong.status_code == unknown.status_code == 422
    assert "The name or the password is wrong" in text(wrong)
    assert wrong.text.replace("alice", "nobody") == unknown.text


async def test_un_mauvais_mot_de_passe_se_dit_en_francais(visiteuse, alice):
    answer = await visiteuse.signs_in("alice", "pas celui-ci")

    assert 'lang="fr"' in answer.text
    assert 'value="alice"' in answer.text
    assert "mot de passe" in text(answer)


@pytest.mark.parametrize("login", ["", "🐦", "é" * 300, "a" * 60_000, "@", "' or 1=1 --"])
async def test_no_name_breaks_the_door(visitor, login):
    assert (await visitor.signs_in(login)).status_code == 422


async def test_a_name_with_nul_bytes_is_refused(visitor):
    assert (await visitor.signs_in("ali\0ce")).status_code == 422


@pytest.mark.parametrize(("wanted", "reached"), [("/@bob?max_id=3", "/@bob?max_id=3"), ("/tags/🐦", "/tags/%F0%9F%90%A6")])
async def test_one_goes_where_one_wanted_to_go(visitor, alice, wanted, reached):
    assert leads_to(await visitor.sends("/sign-in", login="alice", password=PASSWORD, next=wanted)) == reached


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "/\\evil.example", "/\t/evil.example", "http:///evil.example/", "evil.example", "http://["]
)
async def test_nobody_is_led_elsewhere(visitor, alice, elsewhere):
    answer = leads_to(await visitor.sends("/sign-in", login="alice", password=PASSWORD, next=elsewhere))

    assert answer.startswith("/")
    assert not answer.startswith(("//", "/\\"))


async def test_a_page_for_members_asks_to_sign_in_and_is_then_reached(visitor, alice):
    asked = leads_to(await visitor.reads("/settings/mutes?max_id=9"))

    assert asked == "/sign-in?next=/settings/mutes%3Fmax_id%3D9"
    assert 'value="/settings/mutes?max_id=9"' in (await visitor.reads(asked)).text


async def test_each_sign_in_has_a_token_of_its_own_and_ends_the_one_before(visitor, alice):
    await visitor.signs_in("alice")
    before = visitor.client.cookies["session"]
    await visitor.signs_in("alice")

    assert visitor.client.cookies["session"] != before
    assert leads_to(await visitor.client.get("/settings/profile", headers={"Cookie": f"session={before}"})).startswith("/sign-in")


async def test_signing_out_ends_the_session_itself(mine):
    before = mine.client.cookies["session"]
    answer = await mine.sends("/sign-out")

    assert leads_to(answer) == "/"
    assert not mine.is_signed_in
    assert leads_to(await mine.client.get("/settings/profile", headers={"Cookie": f"session={before}"})).startswith("/sign-in")


async def test_signing_out_twice_is_no_fault(mine):
    await mine.sends("/sign-out")

    assert leads_to(await mine.sends("/sign-out")) == "/"
    assert "signed out" in text(await mine.reads("/about"))


@pytest.mark.parametrize(
    "cookie", ["session=é", "session=%00%FF", 'session=""', "session=" + "a" * 4000, ";;=;session", "session=a; flash=x.y.z"]
)
async def test_a_cookie_nobody_gave_is_nobody(visitor, cookie):
    answer = await visitor.client.get("/sign-in", headers={"Cookie": cookie.encode("latin-1")})

    assert answer.status_code == 200


async def test_somebody_suspended_is_told_so(town, visitor, alice):
    async with town.site.db.write() as tx:
        await tx.run(sa.update(accounts).values(suspended_at=tx.now))

    assert "This account is suspended" in text(await visitor.signs_in("alice"))


class TestLimits:
    @pytest.fixture
    def settings(self, limited_settings):
        return limited_settings

    async def test_ten_tries_in_five_minutes_are_enough(self, town, clock, alice):
        visitor = Browser(town)
        answers = [(await visitor.signs_in("alice", "a guess")).status_code for _ in range(11)]

        assert answers == [422] * 10 + [429]
        clock.advance(minutes=5)
        assert leads_to(await visitor.signs_in("alice")) == "/"

    async def test_changing_how_the_account_is_called_gives_no_more_tries(self, town, alice):
        visitor = Browser(town)
        names = ["alice", "Alice", "@alice", "alice@example.org"] * 3

        assert [(await visitor.signs_in(name, "a guess")).status_code for name in names][10] == 429


class TestUnderItsDomain:
    @pytest.fixture
    def settings(self, limited_settings):
        return msgspec.structs.replace(limited_settings, domain="nancy.example")

    async def test_the_session_travels_only_under_https(self, visitor, alice):
        visitor.client.base_url = "https://nancy.example"

        assert "Secure" in (await visitor.signs_in("alice")).headers["set-cookie"]
