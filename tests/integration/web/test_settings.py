from io import BytesIO

import msgspec
import pytest
from PIL import Image

from gazouillis.accounts import queries, roles
from gazouillis.accounts.models import Role
from gazouillis.infra.basics.ids import AccountId
from tests.support.browser import Browser, leads_to, text
from tests.support.people import PASSWORD

PROFILE = "/settings/profile"
ACCOUNT = "/settings/account"
PLACE = "/settings/site"
WAITING = {"username": "Loyjet", "email": "loyjet@example.org", "password": "un merle dans le lilas", "reason": "J’habite ici"}


@pytest.fixture
def stored(running_site):
    """The account and the user as they are stored."""

    async def find(name):
        async with running_site.site.db.read() as reader:
            account = await queries.by_handle(reader, name, "")
            return account, await queries.user(reader, account.id)

    return find


def image_file(kind="PNG", size=(64, 48)):
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return file.getvalue()


class TestProfile:
    async def test_a_profile_is_stored_and_shown_again(self, alices_browser, stored):
        fields = {"field_name_1": "Blog", "field_value_1": "https://alice.example", "field_name_3": "Chœur", "field_value_3": "alto"}
        response = await alices_browser.sends(
            PROFILE, display_name="Alice 🐦", note="Chante à #Nancy", location="Nancy", is_bot="1", **fields
        )
        account, _user = await stored("alice")

        assert leads_to(response) == PROFILE
        assert (account.display_name, account.location, account.is_bot, account.is_locked) == ("Alice 🐦", "Nancy", True, False)
        assert [(one.name, one.value) for one in account.fields] == [("Blog", "https://alice.example"), ("Chœur", "alto")]
        page = text(await alices_browser.reads(PROFILE))
        assert "Your profile is saved." in page
        assert all(value in page for value in ("Alice 🐦", "Chante à #Nancy", "https://alice.example", "alto"))

    async def test_a_picture_is_uploaded_then_removed(self, alices_browser, stored):
        await alices_browser.sends(PROFILE, files={"avatar": ("me.png", image_file()), "header": ("sky.jpg", image_file("JPEG"))})
        account, _user = await stored("alice")
        assert account.avatar.endswith(".webp")
        assert account.header.endswith(".webp")

        await alices_browser.sends(PROFILE, remove_avatar="1", files={"avatar": ("", b"")})
        account, _user = await stored("alice")
        assert account.avatar == ""
        assert account.header.endswith(".webp")

    async def test_an_empty_file_changes_no_picture(self, alices_browser, stored):
        await alices_browser.sends(PROFILE, files={"avatar": ("me.png", image_file())})
        await alices_browser.sends(PROFILE, display_name="Alice", files={"avatar": ("", b"")})

        assert (await stored("alice"))[0].avatar.endswith(".webp")

    @pytest.mark.parametrize("content", [b"GIF89a", b"<svg onload=alert(1)>", b"\0" * 100, image_file()[:60], b"a" * (9 * 1024 * 1024)])
    async def test_a_file_that_is_no_picture_is_refused_beside_its_field(self, alices_browser, content):
        response = await alices_browser.sends(PROFILE, display_name="Alicette", files={"avatar": ("me.png", content)})

        assert response.status_code == 422
        assert 'id="avatar-error"' in response.text
        assert 'value="Alicette"' in response.text

    @pytest.mark.parametrize(
        ("field", "value", "beside"),
        [
            ("display_name", "a" * 300, "display_name"),
            ("note", "a" * 50_000, "note"),
            ("location", "🏡" * 300, "location"),
            ("field_value_2", "a" * 300, "fields"),
            ("field_value_4", "without a name", "fields"),
            ("language", "klingon, please", "language"),
        ],
    )
    async def test_a_value_that_is_too_long_is_refused_beside_its_field(self, alices_browser, field, value, beside):
        response = await alices_browser.sends(PROFILE, **{field: value})

        assert response.status_code == 422
        assert f'id="{beside}-error"' in response.text

    async def test_a_profile_with_nul_bytes_is_refused(self, alices_browser):
        assert (await alices_browser.sends(PROFILE, note="a\0b")).status_code == 422

    async def test_typed_html_is_escaped(self, alices_browser):
        await alices_browser.sends(PROFILE, display_name='"><script>alert(1)</script>', note="</textarea><script>alert(2)</script>")

        assert "<script>alert" not in (await alices_browser.reads(PROFILE)).text

    async def test_visitors_are_asked_to_sign_in(self, visitor):
        assert leads_to(await visitor.reads("/settings")) == PROFILE
        assert leads_to(await visitor.reads(PROFILE)).startswith("/sign-in")
        assert 'action="/sign-in' in (await visitor.sends(PROFILE)).text


class TestAccount:
    async def test_preferences_are_kept(self, alices_browser, stored):
        choices = {"interface_language": "fr", "default_visibility": "private", "default_sensitive": "1", "default_language": "fr"}
        response = await alices_browser.sends(ACCOUNT, part="preferences", **choices)
        _account, user = await stored("alice")

        assert leads_to(response) == ACCOUNT
        assert user.language == "fr"
        assert (user.preferences.default_visibility, user.preferences.default_sensitive, user.preferences.default_language) == (
            "private",
            True,
            "fr",
        )
        page = await alices_browser.reads(ACCOUNT)
        assert 'lang="fr"' in page.text
        assert "Vos préférences sont enregistrées" in text(page)

    @pytest.mark.parametrize(
        ("field", "value"), [("interface_language", "xx"), ("default_visibility", "direct"), ("default_language", "🐦")]
    )
    async def test_an_invalid_preference_is_refused(self, alices_browser, field, value):
        response = await alices_browser.sends(ACCOUNT, part="preferences", **{field: value})

        assert response.status_code == 422
        assert f'href="#{field}"' in response.text

    async def test_a_new_address_asks_for_the_password(self, alices_browser, stored):
        refused = await alices_browser.sends(ACCOUNT, part="email", email="alice@new.example", password="a guess")
        assert refused.status_code == 422
        assert 'id="password-error"' in refused.text
        assert 'value="alice@new.example"' in refused.text

        assert leads_to(await alices_browser.sends(ACCOUNT, part="email", email="alice@new.example", password=PASSWORD)) == ACCOUNT
        assert (await stored("alice"))[1].email == "alice@new.example"

    async def test_a_new_password_ends_the_other_sessions(self, running_site, alices_browser):
        other = Browser(running_site)
        await other.signs_in("alice")
        response = await alices_browser.sends(ACCOUNT, part="password", current_password=PASSWORD, new_password="un merle dans le lilas")

        assert leads_to(response) == ACCOUNT
        assert (await alices_browser.reads(ACCOUNT)).status_code == 200
        assert leads_to(await other.reads(ACCOUNT)).startswith("/sign-in")
        assert leads_to(await other.signs_in("alice", "un merle dans le lilas")) == "/"

    @pytest.mark.parametrize(
        ("present", "chosen", "beside"), [("a guess", "un merle dans le lilas", "current_password"), (PASSWORD, "zut", "new_password")]
    )
    async def test_a_password_is_not_changed_without_the_present_one_nor_to_a_weak_one(self, alices_browser, present, chosen, beside):
        response = await alices_browser.sends(ACCOUNT, part="password", current_password=present, new_password=chosen)

        assert response.status_code == 422
        assert f'id="{beside}-error"' in response.text
        assert chosen not in text(response)

    async def test_an_unknown_form_is_refused(self, alices_browser):
        assert (await alices_browser.sends(ACCOUNT, part="everything")).status_code == 422


class TestPeople:
    async def test_blocked_and_muted_accounts_are_listed_with_a_button_to_undo(self, alices_browser, alice, bob, carol):
        await alice.blocks(bob)
        await alice.mutes(carol)

        assert f"/accounts/{bob.id}/unblock" in (await alices_browser.reads("/settings/blocks")).text
        assert f"/accounts/{carol.id}/unmute" in (await alices_browser.reads("/settings/mutes")).text

    async def test_an_empty_list_says_so_in_french(self, running_site, alice):
        browser = Browser(running_site, language="fr")
        await browser.was_signed_in("alice")

        assert "Vous n’avez bloqué personne" in text(await browser.reads("/settings/blocks"))

    @pytest.mark.parametrize("cursor", ["x", "-1", "9" * 40])
    async def test_an_invalid_cursor_is_not_found(self, alices_browser, cursor):
        assert (await alices_browser.reads(f"/settings/mutes?max_id={cursor}")).status_code == 404


class TestPlace:
    async def test_only_administrators_see_the_site_settings(self, running_site, alices_browser, alice):
        await running_site.person("momo", role=Role.MODERATOR)
        moderator = Browser(running_site)
        await moderator.was_signed_in("momo")
        decision = f"{PLACE}/sign-ups/{alice.id}/approve"

        for browser in (alices_browser, moderator):
            assert [(await browser.reads(PLACE)).status_code, (await browser.sends(PLACE, name="Mine")).status_code] == [403, 403]
        assert (await alices_browser.sends(decision)).status_code == 403

    async def test_the_site_settings_are_applied(self, owners_browser, visitor):
        choices = {
            "name": "Nancy",
            "description": "Ceux de Nancy",
            "rules": "Be kind.\r\n\r\nNo ads.",
            "contact_email": "olive@example.org",
        }
        response = await owners_browser.sends(PLACE, registrations="closed", max_characters="280", language="fr", **choices)
        about = text(await visitor.reads("/about"))

        assert leads_to(response) == PLACE
        assert all(word in about for word in ("Nancy", "Ceux de Nancy", "Be kind.", "No ads.", "olive@example.org", "280", "@olive"))
        assert "Sign-ups are closed" in text(await visitor.reads("/sign-up"))

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", "a" * 300),
            ("description", "a" * 50_000),
            ("rules", "a rule\n" * 1000),
            ("registrations", "perhaps"),
            ("max_characters", "139"),
            ("max_characters", "5001"),
            ("max_characters", "²"),
            ("max_characters", "9" * 5000),
            ("language", "français"),
            ("contact_email", "nowhere"),
        ],
    )
    async def test_a_value_out_of_bounds_is_refused_beside_its_field(self, owners_browser, field, value):
        response = await owners_browser.sends(PLACE, **{"name": "Nancy", field: value})

        assert response.status_code == 422
        assert f'href="#{field}"' in response.text

    async def test_a_waiting_sign_up_is_approved_once(self, running_site, owners_browser, visitor, set_site_options):
        await set_site_options(registrations="approval")
        await visitor.sends("/sign-up", **WAITING)
        applicant = await _applicant_id(running_site)
        assert "J’habite ici" in text(await owners_browser.reads(f"{PLACE}/sign-ups"))

        assert leads_to(await owners_browser.sends(f"{PLACE}/sign-ups/{applicant}/approve")) == f"{PLACE}/sign-ups"
        assert leads_to(await visitor.signs_in("Loyjet", WAITING["password"])) == "/"

    async def test_a_rejected_sign_up_leaves_the_name_free(self, running_site, owners_browser, visitor, set_site_options):
        await set_site_options(registrations="approval")
        await visitor.sends("/sign-up", **WAITING)

        assert leads_to(await owners_browser.sends(f"{PLACE}/sign-ups/{await _applicant_id(running_site)}/reject")) == f"{PLACE}/sign-ups"
        assert leads_to(await visitor.sends("/sign-up", **WAITING)).startswith("/sign-up/waiting?who=")

    @pytest.mark.parametrize("nobody", ["0", "x", "9" * 40, "é"])
    async def test_approving_an_unknown_account_is_not_found(self, owners_browser, nobody):
        assert (await owners_browser.sends(f"{PLACE}/sign-ups/{nobody}/approve")).status_code == 404


class TestOperator:
    @pytest.fixture
    def settings(self, limited_settings):
        return msgspec.structs.replace(limited_settings, registrations="approval", max_characters=500, rate_limits="off")

    async def test_options_decided_by_the_server_settings_are_shown_and_not_asked(self, owners_browser, running_site):
        page = await owners_browser.reads(PLACE)
        assert "Who may join is decided by the server's settings" in text(page)
        assert 'name="registrations"' not in page.text

        await owners_browser.sends(PLACE, name="Nancy", registrations="open", max_characters="140")
        assert 'name="reason"' in (await Browser(running_site).reads("/sign-up")).text


async def _applicant_id(running_site):
    async with running_site.site.db.read() as reader:
        [applicant] = await roles.applicants(reader)
    return AccountId(applicant.account.id)
