"""A place is tracked under all its names, and a town whose name is a common word only where the town is meant."""

import pytest

from gazouillis.search.tracks.matcher import Matcher
from gazouillis.search.tracks.places import also_tracked, parse, places_meant
from gazouillis.text.track_matching import matches
from gazouillis.text.track_query import UnreadableQuery
from gazouillis.text.tracked_words import said_words


def said(text, language="fr"):
    return said_words([text], language=language, find_places=places_meant([text], language))


def finds(query, text, language="fr", asked_in="fr"):
    """Asks the query itself, and the matcher that holds it among others: both must agree."""
    parsed, matcher = parse(query, asked_in), Matcher()
    matcher.add(1, parse("orage", "fr"))
    matcher.add(2, parsed)
    matcher.add(3, parse("Bruxelles Londres", "fr"))
    words = said(text, language)
    found = matches(parsed, words)
    assert (2 in matcher.matching(words)) is found
    matcher.remove(2, parsed)
    assert 2 not in matcher.matching(words)
    return found


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("Bruxelles", ["Je suis à Bruxelles", "Off to Brussels", "Op weg naar Brussel", "#brussels"]),
        ("bruxelles", ["Off to Brussels"]),
        ("Brussels", ["à Bruxelles demain"]),
        ("Londres", ["London calling", "la nuit à Londres", "londres"]),
        ("londres", ["London calling"]),
        ("London", ["la nuit à Londres"]),
        ("La Haye", ["The Hague on Monday", "à La Haye", "in Den Haag", "La  Haye"]),
        ("Anvers", ["Antwerp", "Antwerpen"]),
        ("Pékin", ["Beijing", "à Pékin"]),
        ("Saint-Malo", ["St Malo sous la pluie", "saint-malo", "à Saint Malo"]),
        ("Le Havre", ["Je remonte au Havre", "Le Havre, ce soir", "le port du Havre"]),
        ("Villeneuve-d'Ascq", ["à Villeneuve d’Ascq"]),
        ("Budapest", ["je suis à budapest"]),
        ("Paris", ["Paris est magique"]),
        ("Hongrie", ["Hungary is far"]),
    ],
)
def test_a_place_is_found_under_all_its_names(query, texts):
    for text in texts:
        assert finds(query, text), text


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Bruxelles", "un bruxellois"),
        ("La Haye", "la, Haye"),
        ("La Haye", "une haye"),
        ("Le Havre", "ce jardin, un havre de paix"),
        ("Le Havre", "retour au havre de paix"),
        ("Londres", "un londonien"),
    ],
)
def test_other_words_are_not_the_place(query, text):
    assert not finds(query, text)


@pytest.mark.parametrize(
    ("query", "text", "language", "is_found"),
    [
        ("Nice", "Un verre à Nice ce soir ?", "fr", True),
        ("Nice", "Nice, ton nouvel avatar", "fr", False),
        ("Nice", "Nice work", "en", False),
        ("Nice", "that was nice", "en", False),
        ("Tours", "Deux nuits à Tours", "fr", True),
        ("Tours", "deux tours", "fr", False),
        ("Tours", "Tours de magie", "fr", False),
        ("Tours", "à tours de bras", "fr", False),
        ("Orange", "Je signe à Orange samedi", "fr", True),
        ("Orange", "Orange m'a encore coupé la ligne", "fr", False),
        ("Cologne", "Trop d'eau de Cologne dans ce bus", "fr", False),
        ("Cologne", "Passage par Cologne", "fr", True),
        ("Cologne", "Köln im Regen", "de", True),
        ("Vienne", "Qu'elle vienne avec son chien", "fr", False),
        ("Vienne", "Off to Vienna", "en", True),
        ("Reading", "Gig in Reading", "en", True),
        ("Reading", "Reading your thread", "en", False),
        ("Nancy", "Nancy passe me prendre à 8 h", "fr", False),
    ],
)
def test_a_town_that_is_also_a_word_asks_the_finder_of_places(query, text, language, is_found):
    assert finds(query, text, language, asked_in=language if language in {"fr", "en"} else "fr") is is_found


@pytest.mark.parametrize(
    ("query", "text", "is_found"),
    [
        ('"Bruxelles"', "Off to Brussels", False),
        ('"Bruxelles"', "à Bruxelles", True),
        ("#bruxelles", "#brussels", False),
        ("#bruxelles", "#Bruxelles", True),
        ('"nice"', "Nice work", True),
        ("nice", "that was nice", True),
        ("orange", "une orange", True),
        ("orange", "deux oranges", True),
    ],
)
def test_in_quotation_marks_with_a_sign_or_typed_small_it_is_the_word(query, text, is_found):
    assert finds(query, text) is is_found


def test_a_place_goes_with_other_terms_and_can_be_excluded():
    assert finds("La Haye orage", "an orage in The Hague")
    assert not finds("La Haye orage", "The Hague in the sun")
    assert not finds("orage -Bruxelles", "un orage, not in Brussels")
    assert finds("orage -Bruxelles", "un orage à Liège")
    assert finds("lang:fr Bruxelles orage", "orage: Brussels")
    assert not finds("lang:fr Bruxelles", "Brussels", "en")


def test_a_place_has_one_track_whichever_name_is_typed():
    assert parse("Bruxelles", "fr").key == parse("brussels", "en").key == parse("Brussel", "fr").key
    assert parse("Bruxelles", "fr").key != parse('"Bruxelles"', "fr").key


@pytest.mark.parametrize("query", ["la", "les", "La", "date", "x" * 200, "été", "番茄", "l’orage", "or", "tarte flambée", "le port"])
def test_what_is_no_place_stays_what_it_was(query):
    from gazouillis.text import track_query

    try:
        expected = track_query.parse(query, "fr")
    except track_query.UnreadableQuery as fault:
        with pytest.raises(track_query.UnreadableQuery, match=str(fault)):
            parse(query, "fr")
    else:
        assert parse(query, "fr") == expected


@pytest.mark.parametrize(
    ("query", "language", "expected"),
    [
        ("Bruxelles", "fr", [("Bruxelles", ("Brussels", "Brussel"), False)]),
        ("Brussels", "en", [("Brussels", ("Bruxelles", "Brussel"), False)]),
        ("Nice orage", "fr", [("Nice", (), True)]),
        ('"Nice"', "fr", []),
        ("orage", "fr", []),
    ],
)
def test_it_can_be_said_what_is_tracked(query, language, expected):
    said = also_tracked(parse(query, language), language)
    assert [(one.name, one.others, one.is_asked) for one in said] == expected


@pytest.mark.parametrize("query", ["Bruxelles -Brussels", "Londres -London"])
def test_a_place_that_is_wanted_and_excluded_is_said_as_it_was_written(query):
    with pytest.raises(UnreadableQuery) as refused:
        parse(query, "fr")

    assert refused.value.part == query.split()[0]
