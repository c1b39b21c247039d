import re
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa

from gazouillis.accounts.events import PasswordRenewed
from gazouillis.accounts.tables import accounts, users
from tests.support.browser import Browser, leads_to, text
from tests.support.people import PASSWORD


@pytest.mark.parametrize("login", ["alice", "@Alice", "ALICE@example.org"])
async def test_one_signs_in_by_handle_or_by_address(visitor, alice, login):
    response = await visitor.signs_in(login)

    assert (response.status_code, leads_to(response)) == (303, "/")
    assert "@alice" in text(await visitor.reads("/"))


async def test_the_session_cookie_is_http_only_and_same_site(visitor, alice):
    cookie = (await visitor.signs_in("alice")).headers["set-cookie"]

    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Max-Age=7776000", "Path=/"))


async def test_unknown_names_and_wrong_passwords_are_answered_alike(visitor, alice):
    wrong = await visitor.signs_in("alice", "not this one")
    unknown = await visitor.signs_in("nobody", "not this one")

    assert wrong.status_code == unknown.status_code == 422
    assert "The name or the password is wrong" in text(wrong)
    assert wrong.text.replace("alice", "nobody") == unknown.text


async def test_who_signs_in_with_an_unconfirmed_address_is_told_to_use_their_name(running_site, visitor):
    await visitor.sends("/sign-up", username="dora", password="correct horse", email="dora@example.org")

    unconfirmed = await Browser(running_site).signs_in("dora@example.org", "correct horse")
    unknown = await Browser(running_site).signs_in("nora@example.org", "correct horse")

    assert unconfirmed.status_code == unknown.status_code == 422
    assert "until then, sign in with your name" in text(unconfirmed)
    assert "until then, sign in with your name" in text(unknown)


async def test_a_wrong_password_is_refused_in_french(french_visitor, alice):
    response = await french_visitor.signs_in("alice", "pas celui-ci")

    assert 'lang="fr"' in response.text
    assert 'value="alice"' in response.text
    assert "mot de passe" in text(response)


@pytest.mark.parametrize("login", ["", "🐦", "é" * 300, "a" * 60_000, "@", "' or 1=1 --"])
async def test_an_invalid_name_is_refused(visitor, login):
    assert (await visitor.signs_in(login)).status_code == 422


async def test_a_name_with_nul_bytes_is_refused(visitor):
    assert (await visitor.signs_in("ali\0ce")).status_code == 422


@pytest.mark.parametrize(("wanted", "reached"), [("/@bob?max_id=3", "/@bob?max_id=3"), ("/tags/🐦", "/tags/%F0%9F%90%A6")])
async def test_a_sign_in_leads_to_the_next_path(visitor, alice, wanted, reached):
    assert leads_to(await visitor.sends("/sign-in", login="alice", password=PASSWORD, next=wanted)) == reached


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "/\\evil.example", "/\t/evil.example", "http:///evil.example/", "evil.example", "http://["]
)
async def test_the_next_path_never_leads_to_another_site(visitor, alice, elsewhere):
    response = leads_to(await visitor.sends("/sign-in", login="alice", password=PASSWORD, next=elsewhere))

    assert response.startswith("/")
    assert not response.startswith(("//", "/\\"))


async def test_a_page_for_members_asks_to_sign_in_and_is_then_reached(visitor, alice):
    sign_in_url = leads_to(await visitor.reads("/settings/mutes?max_id=9"))

    assert sign_in_url == "/sign-in?next=/settings/mutes%3Fmax_id%3D9"
    assert 'value="/settings/mutes?max_id=9"' in (await visitor.reads(sign_in_url)).text


async def test_each_sign_in_has_a_token_of_its_own_and_ends_the_one_before(visitor, alice):
    await visitor.signs_in("alice")
    before = visitor.client.cookies["session"]
    await visitor.signs_in("alice")

    assert visitor.client.cookies["session"] != before
    assert leads_to(await visitor.client.get("/settings/profile", headers={"Cookie": f"session={before}"})).startswith("/sign-in")


async def test_signing_out_ends_the_session_itself(alices_browser):
    before = alices_browser.client.cookies["session"]
    response = await alices_browser.sends("/sign-out")

    assert leads_to(response) == "/"
    assert not alices_browser.is_signed_in
    assert leads_to(await alices_browser.client.get("/settings/profile", headers={"Cookie": f"session={before}"})).startswith("/sign-in")


async def test_signing_out_twice_does_no_harm(alices_browser):
    await alices_browser.sends("/sign-out")

    assert leads_to(await alices_browser.sends("/sign-out")) == "/"
    assert "signed out" in text(await alices_browser.reads("/about"))


@pytest.mark.parametrize(
    "cookie", ["session=é", "session=%00%FF", 'session=""', "session=" + "a" * 4000, ";;=;session", "session=a; flash=x.y.z"]
)
async def test_a_made_up_session_cookie_is_ignored(visitor, cookie):
    response = await visitor.client.get("/sign-in", headers={"Cookie": cookie.encode("latin-1")})

    assert response.status_code == 200


async def test_somebody_suspended_is_told_so(running_site, visitor, alice):
    async with running_site.site.db.write() as tx:
        await tx.run(sa.update(accounts).values(suspended_at=tx.now))

    assert "This account is suspended" in text(await visitor.signs_in("alice"))


class TestLimits:
    @pytest.fixture
    def settings(self, limited_settings):
        return limited_settings

    @pytest.fixture
    def browser_at(self, running_site):
        return lambda address, language="en": Browser(running_site, language, address)

    @staticmethod
    async def _wrong_sign_ins(browser, name, times=10):
        return [(await browser.signs_in(name, "a guess")).status_code for _ in range(times)]

    async def test_the_eleventh_try_in_five_minutes_is_refused(self, clock, alice, browser_at):
        visitor = browser_at("192.0.2.1")

        assert await self._wrong_sign_ins(visitor, "alice", 11) == [422] * 10 + [429]
        clock.advance(minutes=5)
        assert leads_to(await visitor.signs_in("alice")) == "/"

    async def test_a_refusal_says_until_when_to_wait(self, clock, alice, browser_at):
        visitor, french_visitor = browser_at("192.0.2.1"), browser_at("192.0.2.1", "fr")
        await self._wrong_sign_ins(visitor, "alice")

        refused, refusee = await visitor.signs_in("alice"), await french_visitor.signs_in("alice")

        seconds = int(refused.headers["retry-after"])
        ends = f"{clock.now + timedelta(seconds=seconds):%H:%M}"
        assert (refused.status_code, 0 < seconds <= 300) == (429, True)
        assert re.search(rf"Too many requests: please wait .* until {ends} UTC", text(refused))
        assert re.search(rf"Trop de demandes\s: attendez .* jusqu’à {ends} UTC", text(refusee))
        assert 'value="alice"' in refused.text

    @pytest.mark.parametrize(
        "names", [["alice", "Alice", "@alice", "acct:alice", "alice@localhost:8000"], ["é@example.org", "É@Example.org"]]
    )
    async def test_writing_a_name_in_other_ways_gives_no_more_tries(self, alice, browser_at, names):
        visitor = browser_at("192.0.2.1")

        assert [(await visitor.signs_in(name, "a guess")).status_code for name in (names * 11)[:11]] == [422] * 10 + [429]

    async def test_a_refusal_does_not_tell_which_names_exist(self, alice, browser_at):
        """Neither whether an account has the name, nor whether two names belong to one account."""
        visitor = browser_at("192.0.2.1")
        refused = []
        for name in ("alice", "nobody"):
            await self._wrong_sign_ins(visitor, name)
            refused.append((await visitor.signs_in(name, "a guess")).text.replace(name, "…"))

        assert refused[0] == refused[1]
        assert (await visitor.signs_in("alice@example.org", "a guess")).status_code == 422

    async def test_one_ip_address_has_thirty_tries_for_all_names(self, browser_at):
        visitor, neighbour = browser_at("2001:db8::1"), browser_at("2001:db8::2")
        tries = [status for number in range(8) for status in await self._wrong_sign_ins(visitor, f"name{number}", 4)]

        assert tries == [422] * 30 + [429] * 2
        assert await self._wrong_sign_ins(neighbour, "another", 1) == [429]
        assert await self._wrong_sign_ins(browser_at("2001:db8:0:1::1"), "another", 1) == [422]

    async def test_wrong_tries_from_elsewhere_lock_nobody_out(self, alice, browser_at):
        for address in ("192.0.2.1", "192.0.2.2"):
            assert 429 in await self._wrong_sign_ins(browser_at(address), "alice", 11)

        assert leads_to(await browser_at("192.0.2.3").signs_in("alice")) == "/"

    async def test_a_known_browser_can_sign_in_whoever_else_guesses(self, clock, alice, browser_at):
        """Also when the guesses come from her own IP address."""
        alices_browser = browser_at("192.0.2.1")
        await alices_browser.signs_in("alice")
        await alices_browser.sends("/sign-out")
        for number in range(1, 13):
            await self._wrong_sign_ins(browser_at(f"192.0.2.{number}"), "alice")
        elsewhere = browser_at("192.0.2.99")

        assert (await elsewhere.signs_in("alice")).status_code == 429
        assert leads_to(await alices_browser.signs_in("alice")) == "/"

    async def test_a_known_browser_has_ten_tries_too(self, alice, browser_at):
        alices_browser = browser_at("192.0.2.1")
        await alices_browser.signs_in("alice")

        assert await self._wrong_sign_ins(alices_browser, "alice", 11) == [422] * 10 + [429]

    async def test_a_browser_is_known_for_those_alone_who_signed_in_there(self, alice, bob, browser_at):
        alices_browser = browser_at("192.0.2.1")
        await alices_browser.signs_in("alice")
        await self._wrong_sign_ins(browser_at("192.0.2.1"), "bob")

        assert (await alices_browser.signs_in("bob")).status_code == 429

    async def test_a_browser_of_two_people_is_known_for_both(self, alice, bob, browser_at):
        attackers_browser = browser_at("192.0.2.1")
        for name in ("alice", "bob"):
            await attackers_browser.signs_in(name)
        for name in ("alice", "bob"):
            await self._wrong_sign_ins(browser_at("192.0.2.1"), name, 11)

        assert [leads_to(await attackers_browser.signs_in(name)) for name in ("alice", "bob")] == ["/", "/"]

    async def test_no_browser_is_known_for_a_password_that_changed(self, running_site, alice, browser_at):
        thief = browser_at("192.0.2.1")
        await thief.signs_in("alice")
        async with running_site.site.db.write() as tx:
            await tx.run(sa.update(users).values(password_hash="another"))
            await tx.emit(PasswordRenewed(alice.account_id))

        await self._wrong_sign_ins(browser_at("192.0.2.1"), "alice")
        assert (await thief.signs_in("alice")).status_code == 429

    @pytest.mark.parametrize("cookie", ["", "a.b.c", "é", '"', "a" * 3000, "{session}"])
    async def test_a_forged_cookie_makes_no_browser_known(self, alice, browser_at, cookie):
        forged = browser_at("192.0.2.1")
        await self._wrong_sign_ins(forged, "alice")
        value = cookie.format(session=forged.client.cookies.get("csrf", ""))

        response = await forged.client.post(
            "/sign-in",
            data={"_csrf_token": forged.csrf_token, "login": "alice", "password": PASSWORD},
            headers={"Cookie": f"csrf={forged.client.cookies['csrf']}; known={value}".encode("latin-1")},
        )

        assert response.status_code == 429

    async def test_the_cookie_of_a_known_browser_is_sent_to_sign_in_only(self, alice, browser_at):
        alices_browser = browser_at("192.0.2.1")
        cookies = (await alices_browser.signs_in("alice")).headers.get_list("set-cookie")
        mark = next(one for one in cookies if one.startswith("known="))

        assert all(word in mark for word in ("HttpOnly", "SameSite=lax", "Path=/sign-in", "Max-Age=34560000"))
        assert "alice" not in mark

    async def test_a_signed_in_account_has_ten_tries_of_its_password_whoever_else_guesses(self, running_site, alice, browser_at):
        alices_browser = browser_at("192.0.2.1")
        await alices_browser.signs_in("alice")
        for number in range(1, 13):
            await self._wrong_sign_ins(browser_at(f"192.0.2.{number}"), "alice@example.org")
        form = {"part": "email", "email": "new@example.org"}

        wrong = [(await alices_browser.sends("/settings/account", **form, password="a guess")).status_code for _ in range(11)]

        assert wrong == [422] * 10 + [429]


class TestUnderItsDomain:
    @pytest.fixture
    def settings(self, limited_settings):
        return msgspec.structs.replace(limited_settings, domain="nancy.example")

    async def test_the_session_cookie_of_a_site_with_a_domain_is_secure(self, visitor, alice):
        visitor.client.base_url = "https://nancy.example"

        assert "Secure" in (await visitor.signs_in("alice")).headers["set-cookie"]
