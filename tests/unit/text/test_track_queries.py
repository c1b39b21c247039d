import pytest

from gazouillis.text.track_commands import Command, Verb, command
from gazouillis.text.track_query import LONGEST_QUERY, MOST_TERMS, UnreadableQuery, Wrong, parse


@pytest.mark.parametrize(
    ("query", "wrong", "part"),
    [
        ("", Wrong.EMPTY, ""),
        (" \n ", Wrong.EMPTY, ""),
        ("x" * (LONGEST_QUERY + 1), Wrong.TOO_LONG, ""),
        (" ".join(f"mot{one}" for one in range(MOST_TERMS + 1)), Wrong.TOO_MANY_TERMS, ""),
        ('"tarte flambée', Wrong.UNCLOSED, '"tarte'),
        ("« tarte", Wrong.UNCLOSED, "«"),
        ("!!!", Wrong.NO_WORD, "!!!"),
        ("🎉", Wrong.NO_WORD, "🎉"),
        ("lyon -", Wrong.NO_WORD, ""),
        ('""', Wrong.NO_WORD, '""'),
        ("x", Wrong.TOO_SHORT, "x"),
        ("番", Wrong.TOO_SHORT, "番"),
        ("les", Wrong.TOO_COMMON, "les"),
        ('"de la"', Wrong.TOO_COMMON, "de la"),
        ("#", Wrong.TAG, "#"),
        ("#12", Wrong.TAG, "#12"),
        ("@", Wrong.NAME, "@"),
        ("@bob,", Wrong.NAME, "@bob,"),
        ("lyon lang:français", Wrong.LANGUAGE, "lang:français"),
        ("lyon lang:", Wrong.LANGUAGE, "lang:"),
        ("lyon lang:fr lang:en", Wrong.TWO_LANGUAGES, ""),
        ("-lyon", Wrong.ONLY_EXCLUSIONS, ""),
        ("lang:fr", Wrong.ONLY_EXCLUSIONS, ""),
        ("lyon -lyon", Wrong.CONTRADICTION, "lyon"),
        ("AI -AI", Wrong.CONTRADICTION, "AI"),
        ('"tarte flambée" -"tarte flambée"', Wrong.CONTRADICTION, '"tarte flambée"'),
    ],
)
def test_the_error_names_what_is_wrong(query, wrong, part):
    with pytest.raises(UnreadableQuery) as raised:
        parse(query)
    assert (raised.value.wrong, raised.value.part) == (wrong, part)


@pytest.mark.parametrize("query", ['"la rochelle"', "les orages", "AI", "番茄", "été", "Die", "@bob@there.test", "langue:fr lyon", "C’est"])
def test_these_can_be_tracked(query):
    if query == "C’est":
        with pytest.raises(UnreadableQuery):
            parse(query)
    else:
        assert parse(query).terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("track Budapest", Command(Verb.TRACK, "Budapest")),
        ("Track  Budapest ", Command(Verb.TRACK, "Budapest")),
        ('TRACK "tarte flambée" -rhum', Command(Verb.TRACK, '"tarte flambée" -rhum')),
        ("untrack Budapest", Command(Verb.UNTRACK, "Budapest")),
        ("track", Command(Verb.LIST)),
        ("Track ", Command(Verb.LIST)),
        ("untrack", Command(Verb.LIST)),
        ("track off", Command(Verb.OFF)),
        ("track OFF", Command(Verb.OFF)),
        ("track\u00a0lyon", Command(Verb.TRACK, "lyon")),
        ("tracks of my tears", None),
        ("a track", None),
        ("track one\ntrack two", None),
        ("«track» est un mot", None),
        ("track " + "x" * 300, None),
    ],
)
def test_the_commands_of_2007(text, expected):
    assert command(text) == expected
