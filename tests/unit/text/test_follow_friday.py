from __future__ import annotations

from time import process_time

import pytest

from gazouillis.text.follow_friday import is_follow_friday, reason

POSTS = {
    "#FF @ada @bob": "",
    "#FF @ada, @bob et @cath": "",
    "#ff @ada": "",
    "@ada @bob #FF": "",
    "#FollowFriday @ada": "",
    "#followfriday : @ada & @bob": "",
    "#FF #FollowFriday @ada": "",
    "Mon #FF du jour : @ada @bob @cath": "Mon du jour",
    "#FF @ada pour la cuisine alsacienne": "pour la cuisine alsacienne",
    "#FF @ada @bob pour la cuisine alsacienne": "pour la cuisine alsacienne",
    "#FF @ada, @bob: la cuisine alsacienne": "la cuisine alsacienne",
    "#FF La cuisine alsacienne, c'est @ada !": "La cuisine alsacienne, c'est !",
    "#FF à mes deux complices @ada et @bob": "à mes deux complices",
    "#FF @ada parce qu'elle le vaut bien": "parce qu'elle le vaut bien",
    "#FF @ada (cuisine) @bob (photo)": "(cuisine) (photo)",
    "#FF @ada : photos de Budapest": "photos de Budapest",
    "#FF @ada - photos de Budapest": "photos de Budapest",
    "#FF — @ada — photos de Budapest": "photos de Budapest",
    "#FF spécial Alsace > @ada @bob @cath": "spécial Alsace",
    "#FF spécial #Alsace @ada": "spécial #Alsace",
    "Suivez @ada si vous êtes de l'Est de la France #FF": "Suivez si vous êtes de l'Est de la France",
    "#FF @ada@ailleurs.example, la plus drôle": "la plus drôle",
    "#FF @ada\n@bob\n@cath\nles trois mousquetaires": "les trois mousquetaires",
    "#FF\n@ada\n@bob": "",
    "#FF @ada https://exemple.fr/blog": "https://exemple.fr/blog",
    "#FF @ada 100 % recommandée": "100 % recommandée",
    "#FF @ada car 3 raisons : drôle, fine, belle": "car 3 raisons : drôle, fine, belle",
    "#FF @ada 😍": "😍",
    "#FF @ada !": "!",
    "Bon vendredi ! #FF @ada + @bob + @cath": "Bon vendredi !",
    "#FF puis @ada puis @bob": "",
    "#FF du lundi, oui oui : @ada": "du lundi, oui oui",
    "C'est #FF, alors @ada et aussi @bob": "C'est, alors et aussi",
    "#FF @ada | @bob | @cath | mes profs": "mes profs",
    "#FF for the best soup: @ada and @bob": "for the best soup",
    "#FF @ada @bob thank you both": "thank you both",
    "#ＦＦ @ada merci": "merci",
    "#FF    @ada      merci": "merci",
}


@pytest.mark.parametrize(("text", "expected"), POSTS.items())
def test_the_reason_is_what_is_said_beside_the_names(text, expected):
    assert is_follow_friday(text)
    assert reason(text) == expected


@pytest.mark.parametrize("text", ["FF @ada", "#FFF @ada", "#FFriday @ada", "https://x.example/#FF @ada", "staff @ada", "", "#F @ada"])
def test_without_the_hashtag_it_is_no_recommendation(text):
    assert not is_follow_friday(text)


@pytest.mark.parametrize("signs", [",", " ", "-", ", "])
def test_a_long_row_of_signs_costs_no_more_than_its_length(signs):
    """A thousand times as long, and a million times as much work before."""
    began = process_time()
    reason("#ff @a x" + signs * 100_000 + "x @b")
    assert process_time() - began < 2
