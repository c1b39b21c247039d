"""The place that a typed name means, and the question which one when it may mean several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazouillis.infra.basics.errors import Invalid
from gazouillis.places import chosen, gazetteer
from gazouillis.places.chosen import MOST_CHOICES, Homonyms
from gazouillis.web.placing import label

VALENCE_IN_DROME, VALENCIA, PARIS, PARIS_IN_TEXAS = 2971053, 2509954, 2988507, 4717560
QUEBEC_TOWN, QUEBEC = 6325494, 6115047


def found(name, language="fr", chosen_id=None):
    return chosen.by_name(name, language, chosen_id)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Paris", PARIS),
        ("  paris ", PARIS),
        ("Paris, TX", PARIS_IN_TEXAS),
        ("Paris (Texas)", PARIS_IN_TEXAS),
        ("Paris, États-Unis", PARIS_IN_TEXAS),
        ("Paris, Île-de-France, France", PARIS),
        ("Valence, France", VALENCE_IN_DROME),
        ("Valence, Espagne", VALENCIA),
        ("Valencia, Spain", VALENCIA),
        ("Québec, Québec", QUEBEC_TOWN),
        ("Singapour", 1880252),
        ("New York", 5128581),
        ("Bretagne", 3030293),
        ("Portugal", 2264397),
        ("st malo", 2978640),
        ("Aix-la-Chapelle", 3247449),
    ],
)
def test_a_name_alone_or_with_where_it_lies_means_one_place(name, id):
    assert found(name).id == id


@pytest.mark.parametrize(
    ("name", "language", "first"),
    [
        ("Valence", "fr", {VALENCE_IN_DROME, VALENCIA}),
        ("Valence", "en", {VALENCE_IN_DROME, VALENCIA}),
        ("Brest", "fr", {3030300, 629634}),
        ("Québec", "fr", {QUEBEC, QUEBEC_TOWN}),
        ("Luxembourg", "fr", {2960313, 2960316}),
        ("Georgia", "en", {614540, 4197000}),
    ],
)
def test_homonyms_ask_and_the_likeliest_come_first(name, language, first):
    with pytest.raises(Homonyms) as asked:
        found(name, language)

    assert {one.id for one in asked.value.places[:2]} == first
    assert asked.value.field == "place"
    assert [one.id for one in chosen.choices(name, language)] == [one.id for one in asked.value.places]


def test_the_answer_to_the_question_is_taken_for_a_place_of_this_name_only():
    assert found("Valence", chosen_id=VALENCIA).id == VALENCIA
    assert found("Lyon", chosen_id=VALENCIA).names.fr == "Lyon"
    assert found("Paris", chosen_id=PARIS_IN_TEXAS).id == PARIS_IN_TEXAS
    with pytest.raises(Homonyms):
        found("Valence", chosen_id=PARIS)


@pytest.mark.parametrize("name", ["London", "Paris", "Nice", "Lyon", "Berlin", "Rome", "Montreal", "Budapest", "Lisbon"])
def test_a_name_that_everybody_takes_for_one_place_asks_nothing(name):
    assert found(name, "en").population > 300_000


@pytest.mark.parametrize("name", ["", "  ", "\n\t", "\u00a0"])
def test_an_empty_name_is_no_place(name):
    assert found(name) is None


@pytest.mark.parametrize(
    "name", ["12 rue des Lilas", "Atlantide", ",", "%", "Lyon, Espagne", "Lyon, rue Sala", "\x00", "a" * 100_000, "Lyon," * 999 + "x"]
)
def test_what_is_no_town_region_or_country_is_refused(name):
    with pytest.raises(Invalid) as refused:
        found(name)

    assert refused.value.field == "place"
    assert not isinstance(refused.value, Homonyms)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_label_finds_the_place_again(language):
    for name in ("lyon", "valence", "paris", "brest", "saint denis", "quebec", "luxembourg", "bretagne", "japon", "washington", "san jose"):
        for one in gazetteer.named([name])[name]:
            assert found(label(one.place, language), language, one.place.id).id == one.place.id
    for country in gazetteer.countries():
        assert found(label(country, language), language, country.id).id == country.id


def test_a_label_names_the_region_and_the_country_in_the_language_of_the_reader():
    assert label(gazetteer.by_id(VALENCIA), "fr") == "Valence, Communauté Valencienne, Espagne"
    assert label(gazetteer.by_id(2643743), "en") == "London, England, United Kingdom"
    assert label(gazetteer.by_id(QUEBEC), "fr") == "Québec, Canada"
    assert label(gazetteer.by_id(2264397), "en") == "Portugal"


@given(st.text(max_size=60), st.sampled_from(["fr", "en"]))
def test_any_name_is_a_place_or_none_or_refused(name, language):
    try:
        place = found(name, language)
    except Invalid as refused:
        choices = refused.places if isinstance(refused, Homonyms) else None
    else:
        choices = [place] * 2
    assert choices is None or 2 <= len(choices) <= MOST_CHOICES
