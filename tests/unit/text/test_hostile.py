"""A hostile text of 100 kB must not take much longer than an honest one."""

from time import process_time

import pytest

from gazouillis.text.cleaning import clean_html, plain
from gazouillis.text.entities import entities, reply_address
from gazouillis.text.length import counted_length
from gazouillis.text.rendering import to_html

SIZE = 100_000
TIMES = 15
FLOOR = 0.05
HONEST = "Bonjour @alice et @dave@there.test, voir https://there.test/a_(film)?b=c 🎉 #fête\n"
HOSTILE = [
    *("@", "#", ".", "a", "é", "1", "-", "_", "/", "(", ")", " ", "\n", "\r", "\u0301", "\u200d", "👨\u200d", "🇫", "\u094d", ":", ">"),
    *("@a", "@a@", "@a@b", "@a@b.", "@a.", "@a-", "@_.-", "@@", "RT@", "@alice ", "@alice>", "＠"),
    *("#1", "#_", "#a", "#a·", "#·", "##", "#\u0301", "#a\u200d", "#1\u200c"),
    *("a.", "a.b", "a-", "a-.", "-.", "a.fr", "a.fr@", "a.zz/", "a.zz/;", "é.", "a.fr:1", "xn--", "a.xn--", "a_.", "a.fr-"),
    *("http://", "http://a", "http://a.", "http://a.fr", "http://a.fr/", "http://a.fr/(", "http://a.fr/((", "a.fr/()", "a.fr/(;", "a.fr/)"),
    *(
        "a.fr+",
        "a.fr+a@",
        "a+@",
        "見a.fr",
        "見.",
        "a_.a.",
        "a_.fr",
        "http://見",
        "http://a.co見.",
        "見.みんな",
        "@a@localhost:",
        "@a@1.1.1.1",
        "#א״",
    ),
    *("a.fr/.", "a.fr/..,", "a.fr?", "a.fr#", "a.fr/(()", "a.fr/.(", "a.fr/'", "www.", "a.fr/(a.fr/", "((((a.fr/"),
]
ONCE = ["@", "#", "http://", "a.fr/", "a.fr/(", "a.fr/((", "@a@", "a.fr?", "RT @"]


def _time(work, text):
    start = process_time()
    work(text)
    return process_time() - start


def _fill(pattern, start=""):
    return start + pattern * (SIZE // len(pattern))


@pytest.fixture(scope="module")
def honest():
    text = _fill(HONEST)
    return {work: max(_time(work, text), FLOOR) for work in (entities, reply_address, counted_length, _render)}


def _render(text):
    to_html(text, {}, str)


@pytest.mark.parametrize("pattern", HOSTILE)
@pytest.mark.parametrize("work", [*(pytest.param(one, marks=pytest.mark.thorough) for one in (entities, counted_length)), _render])
def test_a_repeated_pattern_costs_no_more_than_honest_words(work, pattern, honest):
    assert _time(work, _fill(pattern)) < TIMES * honest[work]


@pytest.mark.parametrize("start", ONCE)
@pytest.mark.parametrize(
    "pattern", ["a.", *(pytest.param(one, marks=pytest.mark.thorough) for one in "a 1 . - a- ( () , a, \u0301 @a é".split(" "))]
)
def test_a_long_tail_costs_no_more_than_honest_words(start, pattern, honest):
    assert _time(entities, _fill(pattern, start)) < TIMES * honest[entities]


@pytest.mark.parametrize(
    "pattern", ["<", "<p>", "<b>", "<ul><li>", "<a>", "<table>", "</p>", "&", "<!--", "<h1>", "<b><p>", "<pre>\n", "\n <", "<svg>"]
)
@pytest.mark.parametrize("work", [clean_html, plain])
def test_hostile_html_costs_no_more_than_honest_html(work, pattern):
    honest = max(_time(work, _fill("<p>Bonjour <b>à</b> tous<br></p>")), FLOOR)

    assert _time(work, _fill(pattern)) < TIMES * honest
