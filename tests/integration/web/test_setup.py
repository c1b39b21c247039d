import pytest

from gazouillis.accounts import options, queries
from gazouillis.accounts.models import Role
from tests.support.browser import Browser, leads_to, text

PLACE = {"name": "Nancy gazouille", "description": "Ceux de Nancy", "language": "fr", "registrations": "open"}
ME = {"username": "Loyjet", "email": "loyjet@example.org", "password": "un merle dans le lilas"}


@pytest.fixture
async def link(running_site, set_site_options):
    """The set-up link that the console shows at the first start."""
    await set_site_options(name="Gazouillis", registrations="closed", is_set_up=False)
    return f"/welcome/{running_site.site.secrets.owner_key}"


async def test_the_owner_sets_the_site_up(running_site, visitor, link):
    response = await visitor.sends(link, **PLACE, **ME)

    assert (response.status_code, leads_to(response)) == (303, "/")
    assert "Nancy gazouille" in text(await visitor.reads("/settings/site"))
    async with running_site.site.db.read() as reader:
        chosen, owner = await options.read(reader), await queries.owner(reader)
    assert (chosen.registrations, chosen.language, chosen.description, chosen.is_set_up) == ("open", "fr", "Ceux de Nancy", True)
    assert owner is not None
    assert owner.username == "Loyjet"


async def test_the_link_works_once(running_site, visitor, link):
    await visitor.sends(link, **PLACE, **ME)

    assert (await Browser(running_site).reads(link)).status_code == 404
    second = await Browser(running_site).sends(link, **PLACE, username="mallory", email="mallory@example.org", password="let me in please")
    assert second.status_code == 404
    assert "This link is no longer valid" in text(second)


@pytest.mark.parametrize("guess", ["/welcome/guess", "/welcome/é", "/welcome/%00", "/welcome/" + "a" * 2000])
async def test_another_link_is_not_found(visitor, link, guess):
    assert (await visitor.reads(guess)).status_code == 404
    assert (await visitor.sends(guess, **PLACE, **ME)).status_code == 404


async def test_a_refused_form_keeps_what_was_typed_in_french(french_visitor, link):
    response = await french_visitor.sends(link, **PLACE | {"name": ""}, **ME)

    assert response.status_code == 422
    assert 'id="name-error"' in response.text
    assert 'value="Loyjet"' in response.text
    assert "Ceux de Nancy" in text(response)
    assert 'lang="fr"' in response.text


@pytest.mark.parametrize(
    ("field", "value"), [("name", "a" * 300), ("registrations", "perhaps"), ("description", "a" * 5000), ("username", "é")]
)
async def test_a_value_out_of_bounds_is_refused_beside_its_field(visitor, link, field, value):
    response = await visitor.sends(link, **PLACE | ME | {field: value})

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text


async def test_a_refused_form_stores_nothing(running_site, visitor, link):
    await visitor.sends(link, **PLACE | {"registrations": "perhaps"}, **ME)

    assert leads_to(await visitor.sends(link, **PLACE, **ME)) == "/"


async def test_the_first_page_says_where_the_link_is(visitor, link):
    assert "the console where you started it" in text(await visitor.reads("/"))


async def test_the_first_page_says_so_in_french_too(french_visitor, link):
    assert "console" in text(await french_visitor.reads("/"))


async def test_a_site_whose_owner_was_made_by_the_command_line_asks_for_none(running_site, visitor, link):
    await running_site.person("olive", role=Role.OWNER)

    assert (await visitor.reads(link)).status_code == 404
    assert "the console where you started it" not in text(await visitor.reads("/"))
