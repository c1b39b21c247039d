"""Names that other gazetteers get wrong: codes and other words among the names, spellings, and names in another language."""

import subprocess
import sys
from datetime import date

import pytest

from gazouillis.places import chosen, gazetteer
from gazouillis.places.keys import name_key
from gazouillis.places.propose_stay import propose_stay
from gazouillis.web.placing import label

WEDNESDAY = date(2026, 3, 4)
MOST_COLD = 0.05
"""Seconds of the processor that the first question to the gazetteer may take."""
COLD = """
import time
from datetime import date
from gazouillis.places import chosen, gazetteer
from gazouillis.places.propose_stay import propose_stay
began = time.process_time()
gazetteer.by_id(2996944)
chosen.by_name("Valence, France", "fr")
propose_stay("Je suis à Budapest pour deux jours", "fr", date(2026, 3, 4))
print(time.process_time() - began)
"""


def found(text, language="fr"):
    return [f"{one.names.fr} {one.country}" for one in propose_stay(text, language, WEDNESDAY).places]


@pytest.mark.parametrize("name", ["Sainte", "Sur", "LON", "PAR", "BOD"])
def test_codes_and_fragments_of_names_are_no_names(name):
    assert [one.place.population for one in gazetteer.named([name_key(name)])[name_key(name)] if one.place.population > 500_000] == []


@pytest.mark.parametrize(
    "text", ["Bon, on y va demain", "Sur la route demain", "Tell us tomorrow", "The best of tomorrow", "Man, what a day today"]
)
def test_ordinary_words_that_are_also_towns_somewhere_are_none(text):
    assert found(text) == []
    assert found(text, "en") == []


def test_of_a_name_that_several_bear_the_best_known_is_meant():
    text = "Tomorrow in Lima, then to Moscow, and on Monday in Ottawa"
    assert found(text, "en") == [
        "Lima PE",
        "Moscou RU",
        "Ottawa CA",
    ]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("du Havre", "Le Havre FR"),
        ("de Sao Paulo", "São Paulo BR"),
        ("de Malmo", "Malmö SE"),
        ("de Tromso", "Tromsø NO"),
        ("de Villeneuve-d'Ascq", "Villeneuve-d'Ascq FR"),
        ("de Villeneuve d’Ascq", "Villeneuve-d'Ascq FR"),
        ("de Sant Cugat del Vallès", "Sant Cugat del Vallès ES"),
    ],
)
def test_articles_accents_and_long_names_are_read_as_they_are_typed(written, place):
    assert [one.replace("’", "'") for one in found(f"Je reviens {written} demain")] == [place]


def test_words_that_look_like_a_time_zone_are_none():
    assert propose_stay("à Lyon demain est-ce possible", "fr", WEDNESDAY).dates.first == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("typed", "language", "shown"),
    [
        ("Sevilla", "fr", "Séville, Andalousie, Espagne"),
        ("Séville", "en", "Seville, Andalusia, Spain"),
        ("Gent", "fr", "Gand, Flandre, Belgique"),
        ("Peking", "fr", "Pékin, Municipalité de Pékin, Chine"),
        ("Kiev", "en", "Kyiv, Kyiv City, Ukraine"),
    ],
)
def test_a_place_is_shown_under_its_name_in_the_language_of_the_reader(typed, language, shown):
    assert label(chosen.by_name(typed, language), language) == shown


def test_the_first_question_of_a_process_takes_no_long_time():
    answer = subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True)

    assert float(answer.stdout) < MOST_COLD
