"""Which texts a filter matches."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from gazouillis.filters.matching import compiled, matches
from gazouillis.filters.models import Context, Filter, Keyword


class Watch:
    def has_come(self, _moment: object) -> bool:
        return False


def matched(keywords: list[tuple[str, bool]], *texts: str) -> tuple[str, ...]:
    """The keywords that these texts match. With each keyword: whether it is a whole word."""
    one = Filter(1, "f", (Context.HOME,), keywords=tuple(Keyword(number, *word) for number, word in enumerate(keywords)))
    found = matches(compiled([one]), texts, (), Watch())
    return found[0].keywords if found else ()


@pytest.mark.parametrize(
    ("keyword", "text", "is_whole", "is_part"),
    [
        ("chat", "un Chat noir", True, True),
        ("chat", "des chats", False, True),
        ("chat", "chat_noir", False, True),
        ("été", "L'ÉTÉ", True, True),
        ("e\u0301te\u0301", "l'été", True, True),
        ("ete", "été", False, False),
        ("#chat", "mon#chat", True, True),
        ("#chat", "#chats", False, True),
        ("chat", "#chat!", True, True),
        ("c++", "c++11", True, True),
        ("::", "a::b", True, True),
        ("a.c", "abc", False, False),
        ("deux mots", "deux mots, deux", True, True),
        ("日本", "日本語", False, True),
        ("chat", "achat chat", True, True),
        ("aa", "baaa aa", True, True),
    ],
)
def test_a_whole_word_has_boundaries_only_beside_its_own_letters(keyword, text, is_whole, is_part):
    assert (bool(matched([(keyword, True)], text)), bool(matched([(keyword, False)], text))) == (is_whole, is_part)


def test_no_keyword_matches_across_two_texts():
    assert matched([("noir chat", False), ("noirchat", False)], "noir", "chat") == ()
    assert matched([("chat", True), ("noir", True)], "un chat", "tout noir") == ("chat", "noir")


ALPHABET = st.text(st.sampled_from("abAÉé\u0301ß_1#.- \n日\u0327İΣς"), max_size=12)
WORDS = st.text(st.sampled_from("abAÉé\u0301_1#.-日Σ"), min_size=1, max_size=3)


def naive(keyword: str, text: str, *, is_whole_word: bool) -> bool:
    """Tries every place."""
    text, keyword = (unicodedata.normalize("NFC", unicodedata.normalize("NFC", one).casefold()) for one in (text, keyword))
    is_of_word = regex.compile(r"[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}]").fullmatch
    for at in range(len(text) - len(keyword) + 1):
        before, after = text[:at][-1:], text[at + len(keyword) :][:1]
        cut = (is_of_word(before) and is_of_word(keyword[0])) or (is_of_word(after) and is_of_word(keyword[-1]))
        if text[at : at + len(keyword)] == keyword and not (is_whole_word and cut):
            return True
    return False


@given(st.lists(st.tuples(WORDS, st.booleans()), min_size=1, max_size=4), ALPHABET)
def test_matching_equals_a_naive_model(keywords, text):
    assert matched(keywords, text) == tuple(word for word, whole in keywords if naive(word, text, is_whole_word=whole))
