"""What went wrong is said to everybody, whatever else is broken."""

import pytest

from tests.support.browser import text


@pytest.fixture(params=["sqlite"])
def database_kind(request):
    """A database that is closed is not there for anybody; for PostgreSQL see `durability/test_database_away.py`."""
    return request.param


async def test_an_unknown_page_is_told_without_the_database(town, visitor):
    await visitor.reads("/about")
    await town.site.db.close()

    answer = await visitor.reads("/nowhere/at/all")

    assert answer.status_code == 404
    assert "Testville" in answer.text


async def test_a_place_not_remembered_is_shown_without_what_was_chosen_there(town, visiteuse):
    await town.site.db.close()

    answer = await visiteuse.reads("/nowhere/at/all")

    assert answer.status_code == 404
    assert "Gazouillis" in answer.text
    assert "Il n’y a rien ici" in text(answer)


async def test_a_member_is_remembered_on_the_page_of_an_error(town, mine):
    await mine.reads("/")
    await town.site.db.close()

    answer = await mine.reads("/local")

    assert answer.status_code == 500
    assert "@alice" in answer.text


async def test_somebody_who_cannot_be_looked_up_is_not_asked_to_sign_in(town, mine):
    await town.site.db.close()

    answer = await mine.reads("/nowhere/at/all")

    assert answer.status_code == 404
    assert "/sign-in" not in answer.text
