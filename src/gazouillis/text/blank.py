"""https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point – detection of blank texts, which show nothing to a reader."""

import regex


def is_blank(text: str) -> bool:
    """Whether the text has only spaces, control characters, format characters and fillers."""
    return _VISIBLE.search(text) is None


def unless_blank(text: str) -> str:
    """The text unchanged, or an empty string when it is blank."""
    return "" if is_blank(text) else text


# Unicode calls these symbols, letters or marks, but fonts draw nothing for them: the empty braille pattern, the null notehead and the
# Khitan filler. Prepended signs such as U+0600 are format characters, but fonts draw them.
_BLANK_SYMBOLS = r"\u2800\U0001D159\U00016FE4"
_DRAWN_FORMATS = r"\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\U000110BD\U000110CD"
_INVISIBLE = rf"\p{{White_Space}}\p{{Default_Ignorable_Code_Point}}\p{{Cc}}\p{{Cf}}\p{{Cs}}\p{{Noncharacter_Code_Point}}{_BLANK_SYMBOLS}"
_VISIBLE = regex.compile(rf"[^{_INVISIBLE}]|[{_DRAWN_FORMATS}]")
