import pytest

from tests.support.people import words

SEARCH = "/api/v2/search"


@pytest.fixture
async def alice(running_site):
    return await running_site.person("alice")


async def test_accounts_statuses_and_hashtags_are_searched_at_once(alice, bob):
    await bob.posts("looking for alice in #alicante")

    found = await alice.get(SEARCH, q="alic")

    assert [one["acct"] for one in found["accounts"]] == ["alice"]
    assert [one["name"] for one in found["hashtags"]] == ["alicante"]
    assert [words(one) for one in (await alice.get(SEARCH, q="looking"))["statuses"]] == ["looking for alice in #alicante"]


async def test_one_type_of_results(alice, bob):
    await bob.posts("bob was here")

    found = await alice.get(SEARCH, q="bob", type="accounts")

    assert ([one["acct"] for one in found["accounts"]], found["statuses"], found["hashtags"]) == (["bob"], [], [])


async def test_an_unknown_type_is_refused(alice):
    assert (await alice.client.get(SEARCH, params={"q": "x", "type": "towns"})).status_code == 422


async def test_results_are_visible_to_the_reader(alice, bob, mallory):
    await alice.posts("@bob the secret garden", visibility="direct")
    await bob.posts("the secret kitchen")

    found = await mallory.get(SEARCH, q="secret")

    assert [words(one) for one in found["statuses"]] == ["the secret kitchen"]


async def test_a_url_of_this_server_finds_what_it_shows(alice, bob):
    status = await bob.posts("hello")
    hidden = await bob.posts("@bob a note", visibility="direct")

    assert [words(one) for one in (await alice.get(SEARCH, q=status["url"], resolve=True))["statuses"]] == ["hello"]
    assert [one["acct"] for one in (await alice.get(SEARCH, q="http://localhost:8000/@Bob"))["accounts"]] == ["bob"]
    assert (await alice.get(SEARCH, q=hidden["url"]))["statuses"] == []


@pytest.mark.parametrize("text", ["", "   ", '"', "-", "#", "@", "\\", "from:", "a" * 5000, "é" * 300, "%_*'\";"])
async def test_any_text_can_be_searched(alice, text):
    assert (await alice.client.get(SEARCH, params={"q": text})).status_code == 200
