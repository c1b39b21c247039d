"""Days that a text names, counted from the day on which it is written."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazouillis.places.date_parts import flat
from gazouillis.places.dates import dates_in

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (date(2026, 3, 2) + timedelta(days=number) for number in range(7))


def said(text, language="fr", on=WEDNESDAY):
    found, _spans = dates_in(text, language, on)
    return str(found.first or ""), str(found.last or "")


@pytest.mark.parametrize(
    ("text", "language", "first", "last"),
    [
        ("demain soir", "fr", "2026-03-05", "2026-03-05"),
        ("après-demain", "fr", "2026-03-06", "2026-03-06"),
        ("the day after tomorrow", "en", "2026-03-06", "2026-03-06"),
        ("mardi prochain", "fr", "2026-03-10", "2026-03-10"),
        ("mardi en huit", "fr", "2026-03-17", "2026-03-17"),
        ("next Monday", "en", "2026-03-09", "2026-03-09"),
        ("ce week-end", "fr", "2026-03-07", "2026-03-08"),
        ("for the weekend", "en", "2026-03-07", "2026-03-08"),
        ("la semaine prochaine", "fr", "2026-03-09", "2026-03-15"),
        ("du 3 au 5 mars", "fr", "2026-03-03", "2026-03-05"),
        ("3–5 March", "en", "2026-03-03", "2026-03-05"),
        ("du 1er au 15 août", "fr", "2026-08-01", "2026-08-15"),
        ("Sept 26-27", "en", "2026-09-26", "2026-09-27"),
        ("8 et 9 mai", "fr", "2026-05-08", "2026-05-09"),
        ("March 28 - April 2", "en", "2026-03-28", "2026-04-02"),
        ("du 28 au 2 avril", "fr", "2026-03-28", "2026-04-02"),
        ("du 9 au 11", "fr", "2026-03-09", "2026-03-11"),
        ("from the 12th to the 15th", "en", "2026-03-12", "2026-03-15"),
        ("du 28 décembre au 3 janvier", "fr", "2026-12-28", "2027-01-03"),
        ("jusqu'au 30 juin", "fr", "2026-03-04", "2026-06-30"),
        ("jusqu’à dimanche", "fr", "2026-03-04", "2026-03-08"),
        ("until the end of the week", "en", "2026-03-04", "2026-03-08"),
        ("dans quinze jours", "fr", "2026-03-18", "2026-03-18"),
        ("in two weeks", "en", "2026-03-18", "2026-03-18"),
        ("pour deux jours", "fr", "2026-03-04", "2026-03-05"),
        ("for a week", "en", "2026-03-04", "2026-03-10"),
        ("pour huit jours", "fr", "2026-03-04", "2026-03-10"),
        ("pour quinze jours", "fr", "2026-03-04", "2026-03-17"),
        ("lundi pour trois jours", "fr", "2026-03-09", "2026-03-11"),
        ("lundi et mardi", "fr", "2026-03-09", "2026-03-10"),
        ("mardi et mercredi", "fr", "2026-03-10", "2026-03-11"),
        ("lundi, mardi et mercredi", "fr", "2026-03-09", "2026-03-11"),
        ("from Monday until Thursday", "en", "2026-03-09", "2026-03-12"),
        ("from Monday to Wednesday", "en", "2026-03-09", "2026-03-11"),
        ("arriving Monday, leaving Thursday", "en", "2026-03-09", "2026-03-12"),
        ("depuis lundi", "fr", "2026-03-02", ""),
        ("since 15 May", "en", "2025-05-15", ""),
        ("depuis lundi jusqu'à vendredi", "fr", "2026-03-02", "2026-03-06"),
        ("à partir de lundi", "fr", "2026-03-09", ""),
        ("en mars", "fr", "2026-03-04", "2026-03-31"),
        ("in May", "en", "2026-05-01", "2026-05-31"),
        ("fin avril", "fr", "2026-04-21", "2026-04-30"),
        ("le samedi 20 juin", "fr", "2026-06-20", "2026-06-20"),
        ("2026-05-08", "fr", "2026-05-08", "2026-05-08"),
    ],
)
def test_days_are_read_as_people_mean_them_on_a_wednesday(text, language, first, last):
    assert said(text, language) == (first, last)


@pytest.mark.parametrize(
    ("text", "language", "on", "first", "last"),
    [
        ("ce week-end", "fr", SATURDAY, "2026-03-07", "2026-03-08"),
        ("this weekend", "en", SUNDAY, "2026-03-08", "2026-03-08"),
        ("le week-end prochain", "fr", SATURDAY, "2026-03-14", "2026-03-15"),
        ("la semaine prochaine", "fr", SUNDAY, "2026-03-09", "2026-03-15"),
        ("cette semaine", "fr", SUNDAY, "2026-03-08", "2026-03-08"),
        ("le 12", "fr", date(2026, 3, 20), "2026-04-12", "2026-04-12"),
        ("en mars", "fr", date(2026, 11, 3), "2027-03-01", "2027-03-31"),
        ("3-5 March", "en", date(2026, 3, 6), "2027-03-03", "2027-03-05"),
        ("le 31", "fr", date(2026, 4, 2), "2026-05-31", "2026-05-31"),
        ("demain", "fr", date(2026, 12, 31), "2027-01-01", "2027-01-01"),
        ("29 février", "fr", date(2028, 1, 3), "2028-02-29", "2028-02-29"),
        ("pour un mois", "fr", date(2026, 1, 31), "2026-01-31", "2026-02-28"),
        # The nights on which clocks are changed are as long as others.
        ("pour deux jours", "fr", date(2026, 3, 28), "2026-03-28", "2026-03-29"),
        ("pour deux jours", "fr", date(2026, 10, 24), "2026-10-24", "2026-10-25"),
    ],
)
def test_days_depend_on_the_day_on_which_they_are_said(text, language, on, first, last):
    assert said(text, language, on) == (first, last)


@pytest.mark.parametrize(
    ("text", "language", "on"),
    [
        ("mardi", "fr", TUESDAY),
        ("next Friday", "en", TUESDAY),
        ("next weekend", "en", TUESDAY),
        ("Monday or Tuesday", "en", WEDNESDAY),
        ("lundi et jeudi", "fr", WEDNESDAY),
        ("le 8 ou le 9 mai", "fr", WEDNESDAY),
        ("29 février", "fr", WEDNESDAY),
        ("le 31 avril", "fr", WEDNESDAY),
        ("du 30 au 31 février", "fr", WEDNESDAY),
    ],
)
def test_what_may_mean_two_things_or_no_day_is_not_guessed(text, language, on):
    assert said(text, language, on) == ("", "")


@pytest.mark.parametrize("text", ["hier", "lundi dernier", "il y a trois jours", "le 2 mars 2025"])
def test_the_past_is_no_stay(text):
    assert said(text) == ("", "")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("je sam une barre de Mars", "fr"),
        ("mai 68", "fr"),
        ("un 12 en maths", "fr"),
        ("à 3, en 24 heures", "fr"),
        ("99/99", "fr"),
        ("0 mars", "fr"),
        ("https://x.example/2026-05-08", "fr"),
        ("you may march in the sun", "en"),
        ("a second opinion", "en"),
        ("sat and wed", "en"),
    ],
)
def test_words_that_only_look_like_days_are_none(text, language):
    assert said(text, language) == ("", "")


@given(st.text(max_size=300), st.sampled_from(["fr", "en"]), st.dates(date(1970, 1, 1), date(2199, 12, 31)))
def test_any_text_is_read_and_a_stay_ends_after_it_begins(text, language, on):
    found, spans = dates_in(text, language, on)

    assert found.first is None or found.last is None or found.first <= found.last
    assert all(0 <= start < end <= len(flat(text)) for start, end in spans)


PHRASES = (
    "du au 3 5 12 1er mars avril et jusqu'à depuis lundi mardi pour deux jours semaine prochaine la le en huit demain ou - 8/5".split()
)


@given(st.lists(st.sampled_from(PHRASES), max_size=12), st.dates(date(1999, 1, 1), date(2100, 12, 31)))
def test_any_words_of_dates_are_read_and_a_stay_is_not_past(words, on):
    found, _spans = dates_in(" ".join(words), "fr", on)

    assert found.first is None or found.last is None or found.first <= found.last
    assert found.last is None or found.last >= on
