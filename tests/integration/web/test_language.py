import pytest

from tests.support.browser import text

PAGES = ["/", "/local", "/@alice", "/@alice/followers", "/search", "/tags/x", "/about", "/nowhere/at/all"]
FOR_MEMBERS = ["/notifications", "/mentions", "/favourites", "/bookmarks", "/compose", "/settings/profile", "/settings/sessions"]
FOR_VISITORS = ["/sign-in", "/sign-up", "/password"]


@pytest.mark.parametrize("path", PAGES + FOR_VISITORS)
async def test_a_visitor_reads_any_page_in_the_language_its_address_names(visitor, french_visitor, alice, path):
    for _twice in range(2):  # the second time from what is kept
        assert '<html lang="en"' in text(await visitor.reads(path))
        assert '<html lang="fr"' in text(await visitor.reads(f"{path}?lang=fr"))
        assert '<html lang="en"' in text(await french_visitor.reads(f"{path}?lang=en-GB"))
        assert '<html lang="fr"' in text(await french_visitor.reads(path))


@pytest.mark.parametrize("path", PAGES + FOR_MEMBERS)
async def test_a_member_with_another_language_reads_any_page_in_the_language_its_address_names(visitor, alice, path):
    await visitor.sends("/sign-up", username="emma", email="emma@example.org", password="un merle dans le lilas")
    visitor.client.headers["accept-language"] = "fr"
    await visitor.reads("/")

    for _twice in range(2):
        assert '<html lang="fr"' in text(await visitor.reads(f"{path}?lang=fr"))
        assert '<html lang="en"' in text(await visitor.reads(path))


@pytest.mark.parametrize("lang", ["", "xx", "fr<script>", "é", "f" * 5000])
async def test_an_unknown_language_changes_nothing(visitor, french_visitor, lang):
    assert '<html lang="en"' in text(await visitor.client.get("/about", params={"lang": lang}))
    assert '<html lang="fr"' in text(await french_visitor.client.get("/about", params={"lang": lang}))


@pytest.mark.parametrize("path", FOR_VISITORS)
async def test_the_form_on_the_page_answers_in_the_same_language(visitor, path):
    page = await visitor.reads(f"{path}?lang=fr")
    assert f'action="{path}?lang=fr"' in page.text

    assert '<html lang="fr"' in text(await visitor.sends(f"{path}?lang=fr", login="nobody", password="nothing"))
