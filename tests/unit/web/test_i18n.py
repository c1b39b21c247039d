from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazouillis.infra.basics.messages import Message, counted
from gazouillis.web import i18n
from tests.support.sample import NOW


@pytest.mark.parametrize(
    ("preferred", "accepted", "default", "chosen"),
    [
        ("fr", "en", "en", "fr"),
        ("", "fr-CA,fr;q=0.9,en;q=0.5", "en", "fr"),
        ("", "de, en;q=0.3, fr;q=0.8", "en", "fr"),
        ("", "fr;q=0, en;q=0.1", "fr", "en"),
        ("", "de,hu", "fr", "fr"),
        ("", "", "xx", "en"),
        ("", "fr;q=beaucoup, en;q=0.2", "fr", "en"),
    ],
)
def test_the_language_is_the_person_s_then_the_browser_s_then_the_site_s(preferred, accepted, default, chosen):
    assert i18n.choose_language(preferred, accepted, default) == chosen


@pytest.mark.parametrize(
    ("age", "english", "french"),
    [
        (timedelta(seconds=20), "just now", "à l’instant"),
        (timedelta(seconds=-20), "just now", "à l’instant"),
        (timedelta(minutes=5, seconds=50), "5 min ago", "il y a 5\u00a0min"),
        (timedelta(hours=26), "1 day ago", "il y a 1\u00a0j"),
        (timedelta(days=8), "4 May", "4 mai"),
        (timedelta(days=400), "7 Apr 2009", "7 avr. 2009"),
    ],
)
def test_ages_are_rounded_and_older_dates_written_out(age, english, french):
    assert (i18n.ago(NOW - age, NOW, "en"), i18n.ago(NOW - age, NOW, "fr")) == (english, french)


def test_big_numbers_are_rounded():
    assert [i18n.number(value, "fr") for value in (0, 1240, 9999, 12_345)] == ["0", "1\u202f240", "9\u202f999", "12,3\u00a0k"]


def test_a_message_is_translated_into_the_reader_s_language():
    too_long = counted("Too long by {count} character", "Too long by {count} characters", 3)
    assert [i18n.translate(too_long, language) for language in ("en", "fr")] == ["Too long by 3 characters", "Trop long de 3 caractères"]


def test_in_french_zero_is_singular():
    assert i18n.words("fr").ngettext("post", "posts", 0) == "gazouillis"
    assert i18n.words("fr").ngettext("%(num)s reply", "%(num)s replies", 0) == "%(num)s réponse"


def test_a_message_without_translation_stays_in_english():
    assert i18n.translate(Message("Unheard of"), "fr") == "Unheard of"


@pytest.mark.parametrize("language", ["en", "fr"])
@given(st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)), st.integers(-100, 10**8), st.floats(0, 1))
def test_an_age_reads_the_same_until_the_moment_that_ago_until_returns(language, moment, seconds, share):
    now = moment + timedelta(seconds=seconds)
    until = i18n.ago_until(moment, now)
    later = now + (until - now - timedelta(microseconds=1)) * share
    assert until > now
    assert i18n.ago(moment, later, language) == i18n.ago(moment, now, language)
