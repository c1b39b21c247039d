import unicodedata

import pytest
import regex

from gazouillis.text.blank import is_blank, unless_blank

INVISIBLE = [
    *("", " ", "\t\r\n", "\u00a0", "\u3000", "\u2028", "\0", "\x7f"),
    *("\u200b", "\u200c", "\u200d", "\u200e", "\u2060", "\u2064", "\u00ad", "\ufe0f", "\u034f", "\u061c", "\ufeff", "\u202e", "\u2069"),
    *("\u3164", "\uffa0", "\u115f", "\u1160", "\u17b4", "\u180e", "\u180b", "\u2800", "\ufff9", "\ufffe"),
    *("\U000e0001", "\U000e0041\U000e007f", "\U000e0100", "\U0001d173", "\U0001d159", "\U00016fe4"),
    *("\u200b \u3164\n\u2800", "\u200d\ufe0f\u200d", "\u00ad\u00ad \ufeff"),
]


@pytest.mark.parametrize("text", INVISIBLE)
def test_a_text_without_visible_characters_is_blank(text):
    assert is_blank(text)
    assert unless_blank(text) == ""


@pytest.mark.parametrize(
    "text", ["a", ".", "0", "é", "\u0301", "日", "👨\u200d👩\u200d👧", "❤\ufe0f", "🏴\U000e0067\U000e007f", "\u0600", "\u200b\u2800a"]
)
def test_a_text_with_one_visible_character_is_not_blank(text):
    assert not is_blank(text)
    assert unless_blank(text) == text


def test_every_space_control_and_format_character_is_blank_but_those_that_are_drawn():
    drawn = regex.compile(r"\p{Prepended_Concatenation_Mark}")
    invisible = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in {"Zs", "Zl", "Zp", "Cc", "Cf"}]

    assert [f"{ord(one):04X}" for one in invisible if is_blank(one) == bool(drawn.match(one))] == []
