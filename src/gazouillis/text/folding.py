"""https://unicode.org/reports/tr15/ – folding of case and accents for search: `Œuvre`, `oeuvre` and `ŒUVRE` are one word."""

import re
import unicodedata

import regex


def fold(text: str) -> str:
    """The text in lower case, without accents, ligatures and invisible characters (soft hyphens, joiners).

    Only marks that are accents are removed: Hindi vowel signs and Japanese voicing marks stay.
    """
    if text.isascii():
        return text.lower()
    text = _UNSEEN.sub("", _FILLER.sub(" ", text))
    folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()))
    return unicodedata.normalize("NFC", folded.translate(_LETTERS) if _LETTER.search(folded) else folded)


def words(text: str) -> list[str]:
    """The folded words, in order. An apostrophe or a hyphen separates two words."""
    return _WORD.findall(fold(text))


# Latin, Greek and Cyrillic accents; the vowel points of Hebrew and Arabic, which most people do not type.
_ACCENTS = re.compile(r"[\u0300-\u036F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u064B-\u0652\u0670\u1DC0-\u1DFF]+")
_FILLER = re.compile("[\u3164\uffa0]")
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}]+")
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ŧ": "t", "ŋ": "n", "\u0131": "i"}
)
_LETTER = re.compile(f"[{''.join(map(chr, _LETTERS))}]")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}_]+")
