"""The matcher of tracks finds what asking every track one by one finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazouillis.search.tracks import runs
from gazouillis.search.tracks.matcher import Matcher
from gazouillis.text.track_query import UnreadableQuery, parse
from gazouillis.text.tracked_words import said_words

FORMS = {
    "orage": {"orage", "orages", "l’orage", "ORAGES"},
    "cheval": {"cheval", "chevaux", "CHEVAL"},
    "lyon": {"lyon", "Lyon", "#Lyon", "LYON"},
    "tarte": {"tarte", "tartes"},
    "flambee": {"flambée", "flambées", "flambee"},
    "番茄": {"番茄", "我喜欢番茄", "番茄炒蛋"},
    "炒蛋": {"炒蛋", "番茄炒蛋"},
}
"""What a text may hold, by what a track asks for."""
NOISE = ["le", "soir", "@bob", "https://lyon.example/orage", ",", ".", "port", "chat", ":orage:"]

word = st.sampled_from(sorted(FORMS))
form = st.sampled_from(sorted({one for forms in FORMS.values() for one in forms} | set(NOISE)))
texts = st.lists(form, max_size=8)


@st.composite
def asked(draw):
    """(query, predicate on the pieces of a text): what it asks for, said in two ways."""
    wanted = draw(st.lists(word, min_size=1, max_size=3, unique=True))
    excluded = draw(st.lists(word.filter(lambda one: one not in wanted), max_size=2, unique=True))
    named = draw(st.booleans())
    language = draw(st.sampled_from(["", "fr"]))
    query = " ".join([*wanted, *(f"-{one}" for one in excluded), *(["@bob"] if named else []), *([f"lang:{language}"] if language else [])])

    def holds(pieces: list[str], spoken: str) -> bool:
        has = {one for one in FORMS if any(piece in FORMS[one] for piece in pieces)}
        return has >= set(wanted) and not has & set(excluded) and (not named or "@bob" in pieces) and language in {"", spoken}

    return query, holds


@given(st.lists(asked(), max_size=12), st.lists(texts, max_size=6), st.data())
def test_the_matcher_finds_what_a_naive_one_finds(tracks, said, data):
    matcher, kept = Matcher(), {}
    for track_id, (query, holds) in enumerate(tracks, 1):
        matcher.add(track_id, parse(query, "fr"))
        kept[track_id] = query, holds
    for track_id in data.draw(st.sets(st.sampled_from(sorted(kept)))) if kept else ():
        matcher.remove(track_id, parse(kept.pop(track_id)[0], "fr"))

    for pieces in said:
        for spoken in ("fr", "en"):
            words = said_words([" ".join(pieces)], names=["bob"] if "@bob" in pieces else [], language=spoken)
            expected = [track_id for track_id, (_query, holds) in kept.items() if holds(pieces, spoken)]
            assert matcher.matching(words) == expected
    assert len(matcher) == len(kept)


def test_a_track_works_at_once_and_until_it_is_removed():
    matcher, said = Matcher(), said_words(["Un orage à Lyon"])
    for track_id, query in enumerate(['"orage à lyon"', "lyon", "lyon orage"], 1):
        matcher.add(track_id, parse(query))
        assert matcher.matching(said) == list(range(1, track_id + 1))
    matcher.remove(2, parse("lyon"))
    assert matcher.matching(said) == [1, 3]


def test_adding_or_removing_twice_changes_nothing():
    matcher = Matcher()
    for query in ("lyon", "lyon -foot"):
        matcher.add(7, parse(query))
        matcher.add(7, parse(query))
        matcher.remove(7, parse(query))
        matcher.remove(7, parse(query))
    assert matcher.matching(said_words(["lyon"])) == []
    assert len(matcher) == 0


def test_overlapping_phrases_are_all_found():
    matcher = Matcher()
    for track_id, query in enumerate(['"new york"', "york", '"new york city"', '"york city"'], 1):
        matcher.add(track_id, parse(query, "en"))
    assert matcher.matching(said_words(["I love New York City"])) == [1, 2, 3, 4]


def test_words_inside_words_give_no_hits():
    matcher = Matcher()
    for length in range(2, 60):
        matcher.add(length, parse("a" * length))
    assert matcher.matching(said_words(["a" * 59, "b"])) == [59]


async def test_words_of_scripts_without_spaces_are_found_before_and_after_the_machine_is_rebuilt(monkeypatch):
    monkeypatch.setattr(runs, "MOST_YOUNG", 1)
    matcher = Matcher()
    for track_id, query in enumerate(["番茄", "炒蛋", "茄炒"], 1):
        matcher.add(track_id, parse(query))
    said = said_words(["我喜欢番茄炒蛋"])
    assert matcher.matching(said) == [1, 2, 3]
    assert matcher.runs.is_outgrown

    await matcher.runs.rebuild()
    assert not matcher.runs.is_outgrown
    matcher.remove(2, parse("炒蛋"))
    matcher.add(4, parse("喜欢番"))
    assert matcher.matching(said) == [1, 3, 4]
    matcher.add(5, parse("炒蛋"))
    assert matcher.matching(said) == [1, 3, 4, 5]


@pytest.mark.parametrize("query", ["le", "the of", '"de la"'])
def test_what_would_match_nearly_everything_cannot_be_tracked(query):
    with pytest.raises(UnreadableQuery):
        parse(query)
