import pytest

from gazouillis.accounts import roles
from gazouillis.infra.basics.ids import AccountId
from tests.support.browser import Browser, leads_to, text
from tests.support.mailbox import sent_emails

WHO = {"username": "Loyjet", "email": "loyjet@example.org", "password": "un merle dans le lilas"}


async def test_somebody_who_joins_is_in_at_once(visitor):
    answer = await visitor.sends("/sign-up", **WHO)

    assert (answer.status_code, leads_to(answer)) == (303, "/")
    assert "@Loyjet" in text(await visitor.reads("/"))


async def test_one_goes_back_to_where_one_was(visitor):
    assert leads_to(await visitor.sends("/sign-up", **WHO, next="/tags/Budapest")) == "/tags/Budapest"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "http://[", "javascript:alert(1)"]
)
async def test_nobody_is_led_elsewhere(visitor, elsewhere):
    assert leads_to(await visitor.sends("/sign-up", **WHO, next=elsewhere)) == "/"


async def test_a_name_that_is_taken_is_said_beside_it_and_the_rest_is_kept(visitor, alice):
    answer = await visitor.sends("/sign-up", **WHO | {"username": "ALICE"})

    assert answer.status_code == 422
    assert 'id="username-error">This name is taken<' in answer.text
    assert 'value="loyjet@example.org"' in answer.text
    assert WHO["password"] not in text(answer)


async def test_un_nom_pris_se_dit_en_francais(visiteuse, alice):
    answer = await visiteuse.sends("/sign-up", **WHO | {"username": "alice"})

    assert 'lang="fr"' in answer.text
    assert "Ce nom est déjà pris" in text(answer)


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
async def test_what_cannot_be_is_said_beside_its_field(visitor, field, value):
    answer = await visitor.sends("/sign-up", **WHO | {field: value})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


async def test_a_form_with_nul_bytes_is_refused(visitor):
    assert (await visitor.sends("/sign-up", **WHO | {"username": "a\0b"})).status_code == 422


async def test_a_field_of_megabytes_is_refused(visitor):
    assert (await visitor.sends("/sign-up", **WHO | {"username": "a" * 2_000_000})).status_code == 413


async def test_the_rules_are_shown_and_agreed_to(visitor, place_is):
    await place_is(rules=["Be kind."])

    assert "Be kind." in text(await visitor.reads("/sign-up"))
    assert 'id="agreement-error"' in (await visitor.sends("/sign-up", **WHO)).text
    assert leads_to(await visitor.sends("/sign-up", **WHO, agreement="1")) == "/"


async def test_nobody_joins_a_closed_place(visitor, place_is):
    await place_is(registrations="closed")

    assert "Sign-ups are closed" in text(await visitor.reads("/sign-up"))
    assert (await visitor.sends("/sign-up", **WHO)).status_code == 422


async def test_who_has_to_wait_says_a_word_and_waits_kindly(visitor, place_is):
    await place_is(registrations="approval")

    assert 'id="reason-error"' in (await visitor.sends("/sign-up", **WHO)).text
    answer = await visitor.sends("/sign-up", **WHO, reason="I live in rue Saint-Dizier")

    assert leads_to(answer) == "/sign-up/waiting"
    assert "Almost there" in text(await visitor.reads("/sign-up/waiting"))
    assert "waiting for approval" in text(await visitor.signs_in("Loyjet", WHO["password"]))
    assert not visitor.is_signed_in


async def test_une_lettre_attend_puis_une_autre_accueille(town, visiteuse, place_is):
    await place_is(registrations="approval", name="Nancy")
    await visiteuse.sends("/sign-up", **WHO, reason="J’habite rue Saint-Dizier")
    async with town.site.db.write() as tx:
        [asking] = await roles.applicants(tx)
        await roles.approve(tx, None, AccountId(asking.account.id))
    await town.settle()

    first, second = sent_emails(town.site.settings.data)
    assert first["To"] == second["To"] == "loyjet@example.org"
    assert second["Subject"] == "Bienvenue à Nancy"
    assert "http://localhost:8000/" in second.get_content()


async def test_who_is_signed_in_has_nothing_to_join(mine):
    assert leads_to(await mine.reads("/sign-up")) == "/"


class TestLimits:
    @pytest.fixture
    def settings(self, limited_settings):
        return limited_settings

    async def test_five_people_join_from_one_address_in_half_an_hour(self, town):
        answers = [await Browser(town).sends("/sign-up", **WHO | {"username": f"bird{n}", "email": f"{n}@b.org"}) for n in range(6)]

        assert [answer.status_code for answer in answers] == [303] * 5 + [429]
        assert int(answers[-1].headers["Retry-After"]) <= 1800


async def test_all_that_must_be_mended_is_said_at_once(visitor, alice):
    answer = await visitor.sends("/sign-up", username="alice", email="nowhere", password="short")

    assert answer.status_code == 422
    for field in ("username", "email", "password"):
        assert f'id="{field}-error"' in answer.text
