import re

import pytest

from gazouillis.accounts import roles
from gazouillis.infra.basics.ids import AccountId
from tests.support.browser import Browser, leads_to, text
from tests.support.mailbox import sent_emails

WHO = {"username": "Loyjet", "email": "loyjet@example.org", "password": "un merle dans le lilas"}


async def test_a_sign_up_signs_in_at_once(visitor):
    response = await visitor.sends("/sign-up", **WHO)

    assert (response.status_code, leads_to(response)) == (303, "/start")
    assert "@Loyjet" in text(await visitor.reads("/"))


async def test_a_sign_up_leads_to_the_next_path(visitor):
    assert leads_to(await visitor.sends("/sign-up", **WHO, next="/tags/Budapest")) == "/tags/Budapest"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "http://[", "javascript:alert(1)"]
)
async def test_the_next_path_never_leads_to_another_site(visitor, elsewhere):
    assert leads_to(await visitor.sends("/sign-up", **WHO, next=elsewhere)) == "/start"


async def test_a_taken_name_is_refused_beside_its_field_and_the_rest_is_kept(visitor, alice):
    response = await visitor.sends("/sign-up", **WHO | {"username": "ALICE"})

    assert response.status_code == 422
    assert 'id="username-error">This name is taken<' in response.text
    assert 'value="loyjet@example.org"' in response.text
    assert WHO["password"] not in text(response)


async def test_what_needs_mending_is_listed_in_the_order_of_the_fields(visitor):
    response = await visitor.sends("/sign-up", username="", email="", password="")

    assert re.findall(r'<li><a href="#(\w+)">', response.text) == ["username", "email", "password"]


async def test_a_taken_name_is_refused_in_french(french_visitor, alice):
    response = await french_visitor.sends("/sign-up", **WHO | {"username": "alice"})

    assert 'lang="fr"' in response.text
    assert "Ce nom est déjà pris" in text(response)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "a" * 300),
        ("username", "🐦"),
        ("username", "é"),
        ("username", ""),
        ("username", "admin"),
        ("email", "nowhere"),
        ("email", "a" * 5000 + "@example.org"),
        ("password", "short"),
        ("password", "long" * 1000),
    ],
)
async def test_an_invalid_value_is_refused_beside_its_field(visitor, field, value):
    response = await visitor.sends("/sign-up", **WHO | {field: value})

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text


async def test_a_form_with_nul_bytes_is_refused(visitor):
    assert (await visitor.sends("/sign-up", **WHO | {"username": "a\0b"})).status_code == 422


async def test_a_field_of_megabytes_is_refused(visitor):
    assert (await visitor.sends("/sign-up", **WHO | {"username": "a" * 2_000_000})).status_code == 413


async def test_the_rules_are_shown_and_agreed_to(visitor, set_site_options):
    await set_site_options(rules=["Be kind."])

    assert "Be kind." in text(await visitor.reads("/sign-up"))
    assert 'id="agreement-error"' in (await visitor.sends("/sign-up", **WHO)).text
    assert leads_to(await visitor.sends("/sign-up", **WHO, agreement="1")) == "/start"


async def test_a_closed_site_refuses_sign_ups(visitor, set_site_options):
    await set_site_options(registrations="closed")

    assert "Sign-ups are closed" in text(await visitor.reads("/sign-up"))
    assert (await visitor.sends("/sign-up", **WHO)).status_code == 422


async def test_a_sign_up_that_needs_approval_asks_for_a_reason_and_waits(visitor, set_site_options):
    await set_site_options(registrations="approval")

    assert 'id="reason-error"' in (await visitor.sends("/sign-up", **WHO)).text
    response = await visitor.sends("/sign-up", **WHO, reason="I live in rue Saint-Dizier")

    assert leads_to(response).startswith("/sign-up/waiting?who=")
    assert "Almost there" in text(await visitor.reads("/sign-up/waiting"))


async def test_an_applicant_who_signs_in_arrives_where_they_read_how_it_stands(visitor, set_site_options):
    await set_site_options(registrations="approval")
    await visitor.sends("/sign-up", **WHO, reason="I live in rue Saint-Dizier")

    waiting = leads_to(await visitor.signs_in("Loyjet", WHO["password"]))

    assert not visitor.is_signed_in
    assert waiting.startswith("/sign-up/waiting?who=")
    assert "You asked for the account @Loyjet" in text(await visitor.reads(waiting))


async def test_one_e_mail_says_to_wait_and_another_welcomes_in_french(running_site, french_visitor, set_site_options):
    await set_site_options(registrations="approval", name="Nancy")
    await french_visitor.sends("/sign-up", **WHO, reason="J’habite rue Saint-Dizier")
    async with running_site.site.db.write() as tx:
        [asking] = await roles.applicants(tx)
        await roles.approve(tx, None, AccountId(asking.account.id))
    await running_site.run_until_idle()

    first, second = sent_emails(running_site.site.settings.data)
    assert first["To"] == second["To"] == "loyjet@example.org"
    assert second["Subject"] == "Bienvenue à Nancy"
    assert "http://localhost:8000/" in second.get_content()


async def test_a_signed_in_account_is_led_home_from_sign_up(alices_browser):
    assert leads_to(await alices_browser.reads("/sign-up")) == "/"


class TestLimits:
    @pytest.fixture
    def settings(self, limited_settings):
        return limited_settings

    async def test_the_sixth_sign_up_from_one_ip_address_in_half_an_hour_is_refused(self, running_site):
        responses = [
            await Browser(running_site).sends("/sign-up", **WHO | {"username": f"bird{n}", "email": f"{n}@b.org"}) for n in range(6)
        ]

        assert [response.status_code for response in responses] == [303] * 5 + [429]
        assert int(responses[-1].headers["Retry-After"]) <= 1800


async def test_all_errors_of_a_form_are_shown_at_once(visitor, alice):
    response = await visitor.sends("/sign-up", username="alice", email="nowhere", password="short")

    assert response.status_code == 422
    for field in ("username", "email", "password"):
        assert f'id="{field}-error"' in response.text


async def test_a_name_with_an_accent_is_refused_with_one_that_is_allowed(french_visitor):
    response = await french_visitor.sends("/sign-up", **WHO | {"username": "Jérôme"})

    assert response.status_code == 422
    assert "par exemple jerome" in text(response)
    assert 'value="Jérôme"' in response.text
