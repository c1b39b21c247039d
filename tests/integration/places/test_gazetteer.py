"""Places by name, at the API: `GET /api/gazouillis/v1/places`."""

import asyncio

import psutil
import pytest

PLACES = "/api/gazouillis/v1/places"
PARIS, LONDON, BEIJING, AACHEN = "2988507", "2643743", "1816670", "3247449"
BREST_OF_FRANCE, BREST_OF_BELARUS = "3030300", "629634"


@pytest.fixture
def places(running_site):
    async def ask(query, **options):
        response = await running_site.client().get(PLACES, params={"q": query, **options})
        assert response.status_code == 200, response.text
        return response.json()["places"]

    return ask


@pytest.mark.parametrize(
    ("queries", "found"),
    [
        ("London Londres LONDRES lond", LONDON),
        ("Pékin pekin Beijing Peking 北京", BEIJING),
        ("Aachen Aix-la-Chapelle aix-la-ch", AACHEN),
        ("Antwerp Anvers Antwerpen", "2803138"),
        ("Brussels Bruxelles Brux", "2800866"),
        ("Kiev Kyiv Київ", "703448"),
        ("Regensburg Ratisbonne", "2849483"),
        ("Sevilla Séville Seville", "2510911"),
        ("st-malo SAINT-MALO St.Malo", "2978640"),
        ("Malmö Malmo", "2692969"),
        ("Tromsø Tromso", "3133895"),
        ("Alsace ALSACE", "3038033"),
        ("Bretagne Brittany", "3030293"),
        ("Toscane Tuscany Toscana", "3165361"),
        ("Allemagne Germany Deutschland", "2921044"),
    ],
)
async def test_a_place_is_found_by_each_of_its_names_whatever_its_case_and_accents(places, queries, found):
    assert {query: (await places(query))[0]["id"] for query in queries.split()} == dict.fromkeys(queries.split(), found)


async def test_a_town_says_what_it_is_and_where(places):
    (paris, *_others) = await places("paris")

    assert paris["id"] == PARIS
    assert (paris["kind"], paris["country"], paris["time_zone"]) == ("town", "FR", "Europe/Paris")
    assert paris["names"] == {"fr": "Paris", "en": "Paris", "local": "Paris"}
    assert paris["region"]["names"] == {"fr": "Île-de-France", "en": "Île-de-France", "local": "Île-de-France"}
    assert (round(paris["latitude"]), round(paris["longitude"])) == (49, 2)
    assert paris["population"] > 2_000_000


async def test_a_name_has_a_french_an_english_and_a_local_form(places):
    assert (await places("Firenze"))[0]["names"] == {"fr": "Florence", "en": "Florence", "local": "Firenze"}
    assert (await places("Londres"))[0]["names"] == {"fr": "Londres", "en": "London", "local": "London"}


async def test_a_whole_name_comes_before_one_that_begins_with_it_and_the_larger_place_first(places):
    found = await places("Valence", limit=40)

    assert [(one["names"]["fr"], one["country"]) for one in found[:2]] == [("Valence", "ES"), ("Valence", "FR")]
    assert [one["names"]["fr"] == "Valence" for one in found] == sorted((one["names"]["fr"] == "Valence" for one in found), reverse=True)


async def test_of_towns_of_about_the_same_size_the_one_of_the_readers_country_comes_first(places):
    assert [one["id"] for one in (await places("Brest", country="FR"))[:2]] == [BREST_OF_FRANCE, BREST_OF_BELARUS]
    assert [one["id"] for one in (await places("Brest", country="BY"))[:2]] == [BREST_OF_BELARUS, BREST_OF_FRANCE]


async def test_the_kinds_are_town_region_and_country(places):
    assert {(await places(name))[0]["kind"] for name in ("Lyon", "Lille")} == {"town"}
    assert {(await places(name))[0]["kind"] for name in ("Écosse", "Dordogne")} == {"region"}
    assert {(await places(name))[0]["kind"] for name in ("Portugal", "USA")} == {"country"}


@pytest.mark.parametrize("query", ["", "   ", "%", "---", "xqzxqz", "\U0010ffff", "a" * 5000])
async def test_what_is_no_name_finds_nothing(places, query):
    assert await places(query) == []


@pytest.mark.parametrize("wrong", [{}, {"q": "lyon", "limit": "many"}, {"q": "lyon", "limit": "0"}])
async def test_a_wrong_request_names_its_field(running_site, wrong):
    response = await running_site.client().get(PLACES, params=wrong)

    assert response.status_code == 422
    assert response.json()["field"] == ("limit" if wrong else "q")


async def test_no_more_places_come_than_were_asked_for(places):
    assert len(await places("saint", limit=3)) == 3
    assert len(await places("saint", limit=1000)) == 40


async def test_one_letter_finds_the_largest_places_and_two_rare_ones_a_small_town(places):
    assert [one["names"]["fr"] for one in await places("z", limit=2)] == ["Zambie", "Zimbabwe"]
    assert "Yssingeaux" in [one["names"]["fr"] for one in await places("ys", limit=40)]


async def test_the_gazetteer_takes_little_memory(places):
    before = psutil.Process().memory_info().rss

    await asyncio.gather(*(places(letter, limit=40) for letter in "abcdefghijklmnopqrstuvwxyz"))

    assert psutil.Process().memory_info().rss - before < 20_000_000
