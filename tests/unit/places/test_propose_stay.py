"""Which words of a text are meant as places. The pairs are those that other finders get wrong."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazouillis.places.models import Kind
from gazouillis.places.propose_stay import propose_stay

WEDNESDAY = date(2026, 3, 4)


def found(text, language="fr", country=""):
    return [f"{one.names.in_language(language)} {one.country}" for one in propose_stay(text, language, WEDNESDAY, country).places]


@pytest.mark.parametrize(
    ("place", "said", "none"),
    [
        ("Nice FR", "Un verre à Nice ce soir ?", "Nice, ton nouvel avatar"),
        ("Nancy FR", "Nancy sous l'orage, l'hôtel prend l'eau", "Nancy passe me prendre à 8 h"),
        ("Sens FR", "Descendue du train à Sens", "Dans quel sens on tourne ?"),
        ("Orange FR", "Je signe à Orange samedi", "Orange m'a encore coupé la ligne"),
        ("Tours FR", "Deux nuits à Tours", "Chacun son tour"),
        ("Lens FR", "Visite à Lens demain", "Quel beau lens"),
        ("Vienne AT", "Vienne, côté Danube", "Qu'elle vienne avec son chien"),
        ("Valence FR", "Valence puis le Vercors", "La valence du carbone"),
        ("Le Havre FR", "Je remonte au Havre", "Ce jardin, un havre de paix"),
        ("Le Mans FR", "Ma sœur s'installe au Mans", "Il m'en a mis plein les mains"),
        ("Bordeaux FR", "Demain à Bordeaux", "Demain on ouvre le bordeaux"),
        ("Cologne DE", "Passage par Cologne", "Trop d'eau de Cologne dans ce bus"),
        ("Florence IT", "À Florence jusqu'à mardi", "Avec Florence jusqu'à mardi"),
        ("Brest FR", "Retour à Brest", "Un paris-brest au dessert"),
        ("Champagne-Ardenne FR", "Vendanges en Champagne", "Une coupe de champagne"),
        ("Jura FR", "Une semaine dans le Jura", "Il jura de ne plus boire"),
        ("La Haye NL", "Cousins à La Haye", "La haie est taillée"),
        ("Angers FR", "à angers lundi", "à tours de bras"),
    ],
)
def test_a_name_is_a_place_in_one_french_sentence_and_not_in_another(place, said, none):
    assert found(said)[:1] == [place]
    assert found(none) == []


@pytest.mark.parametrize(
    ("place", "said", "none"),
    [
        ("Bath GB", "Off to Bath on Monday", "A hot bath, then bed"),
        ("Angers FR", "Three days in Angers", "It angers me"),
        ("Reading GB", "Gig in Reading", "Reading your thread"),
        ("Mobile US", "Down to Mobile, Alabama", "My mobile is flat"),
        ("Split HR", "Ferry from Split at noon", "They split up"),
        ("Essen DE", "Essen for the fair", "Essen means food, says grandma"),
        ("Sydney AU", "Landing in Sydney", "Sydney says hi"),
        ("Paris US", "Paris, TX till Friday", "Paris Jackson on stage"),
        ("Cork IE", "Cork by night train", "A cork floor"),
        ("Lens FR", "Driving to Lens", "A scratched lens"),
    ],
)
def test_a_name_is_a_place_in_one_english_sentence_and_not_in_another(place, said, none):
    assert found(said, "en") == [place]
    assert found(none, "en") == []


def test_both_ends_of_a_way_are_places():
    assert found("The road from Arusha to Same", "en") == ["Arusha TZ", "Same TZ"]
    assert found("Vol Paris-Montréal retardé") == ["Paris FR", "Montréal CA"]
    assert found("Same here", "en") == []


@pytest.mark.parametrize(
    ("text", "language", "place"),
    [
        ("Brest en Biélorussie", "fr", "Brest BY"),
        ("Hamilton, Ontario", "en", "Hamilton CA"),
        ("Cambridge (Massachusetts)", "en", "Cambridge US"),
        ("Long Beach, CA", "en", "Long Beach US"),
        ("in London, ON", "en", "London CA"),
    ],
)
def test_what_stands_beside_a_name_says_which_one_is_meant(text, language, place):
    assert found(text, language) == [place]


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("à Québec demain", Kind.TOWN, "Québec CA"),
        ("au Québec demain", Kind.REGION, "Québec CA"),
        ("à Luxembourg demain", Kind.TOWN, "Luxembourg LU"),
        ("au Luxembourg demain", Kind.COUNTRY, "Luxembourg LU"),
        ("à Mexico demain", Kind.TOWN, "Mexico MX"),
        ("au Mexique demain", Kind.COUNTRY, "Mexique MX"),
        ("aux Pays-Bas demain", Kind.COUNTRY, "Pays-Bas NL"),
        ("en Alsace demain", Kind.REGION, "Alsace FR"),
        ("en Savoie demain", Kind.REGION, "Savoie FR"),
        ("aux Sables-d'Olonne demain", Kind.TOWN, "Les Sables d'Olonne FR"),
        ("retour des Ulis", Kind.TOWN, "Les Ulis FR"),
        ("à la Rochelle demain", Kind.TOWN, "La Rochelle FR"),
    ],
)
def test_the_preposition_says_whether_a_town_a_region_or_a_country_is_meant(text, kind, place):
    proposal = propose_stay(text, "fr", WEDNESDAY)

    assert [(one.kind, f"{one.names.fr} {one.country}") for one in proposal.places] == [(kind, place)]


@pytest.mark.parametrize("written", ["Saint-Malo", "St Malo", "st-malo", "SAINT MALO", "St. Malo"])
def test_saint_may_be_short_and_hyphens_may_be_missing(written):
    assert found(f"je suis à {written} demain") == ["Saint-Malo FR"]


def test_main_street_is_no_saint():
    assert found("Meet me on Main St", "en") == []


@pytest.mark.parametrize("written", ["Tripoli", "Saint-Denis", "Brest", "Valence"])
def test_a_name_of_two_large_towns_asks(written):
    assert len(found(f"Je suis à {written} demain")) > 1


def test_the_writers_country_decides_which_of_two_towns_comes_first():
    assert found("Drinks in Cambridge", "en", "US")[0] == "Cambridge US"
    assert found("Drinks in Cambridge", "en", "GB")[0] == "Cambridge GB"


@pytest.mark.parametrize(
    "text",
    [
        "https://lyon.example/Lyon regarde",
        "@Lyon a répondu",
        "écris à @lyon demain",
        ":lyon: :paris:",
        "à :lyon: demain",
        "",
        "   ",
        "🐦🐦🐦",
    ],
)
def test_addresses_handles_and_shortcodes_name_no_place(text):
    assert found(text) == []


def test_nothing_is_proposed_without_a_place_even_with_dates():
    proposal = propose_stay("Réunion lundi et mardi au bureau", "fr", WEDNESDAY)

    assert (proposal.places, proposal.dates.first, proposal.dates.last) == ((), None, None)


@given(st.text(max_size=500), st.sampled_from(["fr", "en", "", "zh"]))
def test_any_text_is_read(text, language):
    propose_stay(text, language, WEDNESDAY)


@pytest.mark.parametrize("text", ["à " * 2500, "Saint-" * 800, "à Lyon et " * 500, "du 3 au 5 " * 500, "1 " * 2500, "," * 5000, "A" * 5000])
def test_a_long_text_takes_no_long_time(text):
    propose_stay("à Lyon", "fr", WEDNESDAY)
    start = time.process_time()

    for language in ("fr", "en"):
        propose_stay(text[:5000], language, WEDNESDAY)

    assert time.process_time() - start < 1
