"""Error pages: they are shown in any state of the server, in the language of the reader, without internals."""

import pytest

from tests.support.browser import text


@pytest.fixture(params=["sqlite"])
def database_kind(request):
    """A closed SQLite database stands for an unavailable one; for PostgreSQL see `durability/outages/test_requests.py`."""
    return request.param


async def test_an_unknown_page_is_answered_without_the_database(running_site, visitor):
    await visitor.reads("/about")
    await running_site.site.db.close()

    response = await visitor.reads("/nowhere/at/all")

    assert response.status_code == 404
    assert "Testville" in response.text


async def test_without_cached_options_the_error_page_shows_the_defaults(running_site, french_visitor):
    await running_site.site.db.close()

    response = await french_visitor.reads("/nowhere/at/all")

    assert response.status_code == 404
    assert "Gazouillis" in response.text
    assert "Il n’y a rien ici" in text(response)


async def test_a_member_is_shown_from_the_cache_on_an_error_page(running_site, alices_browser):
    await alices_browser.reads("/")
    await running_site.site.db.close()

    response = await alices_browser.reads("/local")

    assert response.status_code == 500
    assert "@alice" in response.text


async def test_somebody_who_cannot_be_looked_up_is_not_asked_to_sign_in(running_site, alices_browser):
    await running_site.site.db.close()

    response = await alices_browser.reads("/nowhere/at/all")

    assert response.status_code == 404
    assert "/sign-in" not in response.text


async def test_a_member_who_may_not_open_a_page_is_told_so_once_and_whom_to_ask(alices_browser):
    page = text(await alices_browser.reads("/settings/site"))

    assert "ask whoever looks after this place." in page
    assert "This is not allowed" not in page
    assert "sign in" not in page


async def test_the_sentence_of_an_error_page_ends_with_a_full_stop(visitor):
    assert "<p>This link is no longer valid.</p>" in text(await visitor.reads("/password/wrong"))
