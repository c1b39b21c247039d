"""What went wrong is said to everybody, whatever else is broken."""

import pytest

from tests.support.browser import text


@pytest.fixture(params=["sqlite"])
def database_kind(request):
    """A database that is closed is not there for anybody; for PostgreSQL see `durability/test_database_away.py`."""
    return request.param


async def test_an_unknown_page_is_answered_without_the_database(town, visitor):
    await visitor.reads("/about")
    await town.site.db.close()

    answer = await visitor.reads("/nowhere/at/all")

    assert answer.status_code == 404
    assert "Testville" in answer.text


async def test_without_cached_options_the_error_page_shows_the_defaults(town, french_visitor):
    await town.site.db.close()

    answer = await french_visitor.reads("/nowhere/at/all")

    assert answer.status_code == 404
    assert "Gazouillis" in answer.text
    assert "Il n’y a rien ici" in text(answer)


async def test_a_member_is_shown_from_the_cache_on_an_error_page(town, alices_browser):
    await alices_browser.reads("/")
    await town.site.db.close()

    answer = await alices_browser.reads("/local")

    assert answer.status_code == 500
    assert "@alice" in answer.text


async def test_somebody_who_cannot_be_looked_up_is_not_asked_to_sign_in(town, alices_browser):
    await town.site.db.close()

    answer = await alices_browser.reads("/nowhere/at/all")

    assert answer.status_code == 404
    assert "/sign-in" not in answer.text
