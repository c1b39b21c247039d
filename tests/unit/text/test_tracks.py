"""What a track finds in a text, and what it does not. Most pairs went wrong somewhere else before."""

import unicodedata

import pytest

from gazouillis.text.track_matching import matches
from gazouillis.text.track_query import parse
from gazouillis.text.tracked_words import said_words


def finds(query, *texts, names=(), language="", asked_in="fr"):
    return matches(parse(query, asked_in), said_words(texts, names=names, language=language))


@pytest.mark.parametrize("text", ["L'orage arrive", "L’orage arrive", "Lʼorage arrive", "l‘orage arrive", "Qu’orage ô désespoir"])
def test_an_elided_article_is_no_part_of_the_word(text):
    assert finds("orage", text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("eau", "Il y a de l’eau"),
        ("orage", "jusqu’orage"),
        ("hui", "aujourd’hui"),
        ("île", "la presqu’île"),
        ("homme", "un prud’homme"),
        ("os", "l’os"),
    ],
)
def test_words_with_an_apostrophe_of_their_own_stay_whole(query, text):
    """And an elided article is cut only where three letters remain."""
    assert finds(query, text) is (query in {"eau", "orage"})


@pytest.mark.parametrize("text", ["aujourd'hui", "Aujourd’hui"])
def test_a_word_with_an_apostrophe_is_found_by_the_whole(text):
    assert finds("aujourd’hui", text)


def test_an_english_genitive_is_no_part_of_the_word():
    assert finds("london", "London’s river")


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("L’IA arrive", True), ("une IA", True), ("j’ai faim", False), ("J’AI FAIM", False), ("AI is here", False), ("ia, ia", False)],
)
def test_a_short_query_in_capitals_matches_capitals(text, is_found):
    assert finds("IA", text) is is_found
    assert not finds("AI", "j’ai faim, J’AI FAIM")
    assert finds("AI", "More AI, less work")


@pytest.mark.parametrize("query", ["expedition", "expédition", "EXPÉDITION"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_and_case_do_not_matter_composed_or_not(query, form):
    assert finds(unicodedata.normalize(form, query), unicodedata.normalize(form, "Expédition polaire"))
    assert finds(query, "expedition polaire")


def test_accents_are_folded_after_inflecting():
    assert finds("châtiment", "les châtiments")
    assert not finds("chat", "un châtiment")
    assert not finds("châtiment", "un chat")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("orage", "orages"),
        ("orages", "orage"),
        ("cheval", "chevaux"),
        ("œil", "yeux"),
        ("nouveau", "nouvelle"),
        ("nouveau", "nouvelles"),
        ("beau", "belle"),
        ("vieux", "vieille"),
        ("manger", "mangeons"),
        ("mangeait", "mangera"),
        ("gâteau", "gâteaux"),
        ("sec", "sèche"),
        ("grève", "greves"),
        ("mouse", "mice"),
        ("city", "cities"),
        ("run", "running"),
        ("child", "children"),
        ("podcast", "podcasts"),
        ("storm", "storms"),
    ],
)
def test_number_gender_and_conjugation_do_not_matter(one, other):
    assert finds(one, f"voici {other} encore")
    assert finds(other, f"voici {one} encore")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("port", "porte"),
        ("fin", "fini"),
        ("fil", "fils"),
        ("français", "franc"),
        ("gare", "garer"),
        ("news", "new"),
        ("paris", "pari"),
        ("wales", "wale"),
        ("avocat", "avoir"),
    ],
)
def test_words_that_only_look_alike_are_not_joined(one, other):
    assert not finds(one, f"voici {other} encore")
    assert not finds(other, f"voici {one} encore")


@pytest.mark.parametrize(
    ("query", "text"), [("pari", "Paris est loin"), ("Paris", "un pari"), ("Reading", "I read a book"), ("Wales", "a wale")]
)
def test_names_are_not_inflected(query, text):
    assert not finds(query, text, asked_in="en")


def test_a_name_is_found_as_it_is():
    assert finds("Reading", "A gig in Reading")
    assert finds("paris", "Paris est loin")
    assert finds("budapest", "Je suis à Budapest")


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("une tarte flambée", True),
        ("deux tartes flambées", True),
        ("une tarte\nflambée", True),
        ("une tarte\u00a0flambée", True),
        ("une tarte-flambée", True),
        ("une tarte   flambée", True),
        ("#tarte flambée", True),
        ("une tarte, flambée au rhum", False),
        ("une tarte. Flambée !", False),
        ("flambée, la tarte", False),
        ("une tarte bien flambée", False),
        ("une tarte @bob flambée", False),
    ],
)
def test_a_phrase_is_consecutive_words_in_any_form(text, is_found):
    assert finds('"tarte flambée"', text) is is_found
    assert finds("«  tarte   flambée »", text) is is_found


def test_a_phrase_keeps_its_spaces():
    assert parse(' "tarte   flambée"  -rhum').text == '"tarte flambée" -rhum'


@pytest.mark.parametrize(
    ("query", "text", "is_found"),
    [
        ("#lyon", "vive #Lyon", True),
        ("#lyon", "vive Lyon", False),
        ("#lyon", "https://x.example/#lyon", False),
        ("#lyon", "#LyonStartup", False),
        ("lyon", "#Lyon", True),
        ("lyon", "#LyonStartup", False),
        ("#fête", "#Fete", True),
    ],
)
def test_hashtags_are_those_of_the_parser(query, text, is_found):
    assert finds(query, text) is is_found


@pytest.mark.parametrize(
    "text", ["https://lyon.example/lyon", "lyon.fr", "@lyon salut", "@lyon@there.test", "un :lyon: en carton", "ecrire à bob@lyon.example"]
)
def test_addresses_handles_and_shortcodes_are_no_words(text):
    assert not finds("lyon", text)


def test_warnings_and_descriptions_count():
    assert finds("orage", "", "rien", "un orage en mer")


@pytest.mark.parametrize(("query", "is_found"), [("番茄", True), ("茄炒", True), ("土豆", False)])
def test_scripts_without_spaces_match_inside(query, is_found):
    assert finds(query, "我喜欢番茄炒蛋和面条") is is_found


def test_all_terms_must_hold_in_any_order():
    assert finds("orage lyon", "Lyon sous l’orage")
    assert not finds("orage lyon", "Lyon au soleil")


def test_an_excluded_term_must_not_occur():
    assert finds("lyon -foot", "Lyon la nuit")
    assert not finds("lyon -foot", "Lyon, capitale du foot")
    assert not finds('lyon -"tarte flambée"', "Lyon et ses tartes flambées")
    assert not finds("lyon -#pub", "Lyon #pub")


def test_a_name_is_a_mention():
    assert finds("@bob", "salut", names=["bob"])
    assert not finds("@bob", "bob est là")


def test_a_language_is_that_of_the_status():
    assert finds("lyon lang:fr", "Lyon", language="fr-CH")
    assert not finds("lyon lang:fr", "Lyon", language="en")
    assert not finds("lyon lang:fr", "Lyon")


def test_one_finds_forms_in_their_own_language():
    assert not finds("lit", "the light", asked_in="fr")
    assert finds("lit", "des lits", asked_in="fr")
    assert finds("orage", "des orages", asked_in="en")


@pytest.mark.parametrize(("one", "other"), [("lyon  orage", "Orage LYON"), ('"tarte flambee"', "tarte-flambée"), ("#Fête", "#fete")])
def test_queries_that_find_the_same_have_one_key(one, other):
    assert parse(one).key.lower() == parse(other).key.lower()
