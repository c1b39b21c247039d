"""https://unicode.org/reports/tr29/#Grapheme_Cluster_Boundaries – the counted length of a text: characters as people see them.

`static/counting.js` counts the same in the page.
"""

import unicodedata
from collections.abc import Container

import regex

from gazouillis.text.entities import Entity, Link, Mention, entities, gap_end, reply_address_in

LINK_LENGTH = 23
"""What a link counts, whatever its length: the number Mastodon publishes, once that of Twitter's URL shortener."""

MOST_ADDRESSEES = 10
"""Mentions at the beginning of a reply that do not count."""
LONGEST_GAP = 5
"""Separators after such a mention that do not count either: ` >> ` and one more."""


def counted_length(text: str, *, addressees: Container[str] = ()) -> int:
    """Graphemes, but a link counts `LINK_LENGTH` and a remote handle counts as its local part.

    `addressees`: for a reply, handles in lower case; the first ten that open the text do not count.
    """
    return _characters(_countable(text, addressees))


def excess(text: str, limit: int, *, addressees: Container[str] = ()) -> int:
    """By how many characters the text is too long; 0 when it fits."""
    return max(0, counted_length(text, addressees=addressees) - limit)


def _countable(text: str, addressees: Container[str]) -> str:
    if not addressees and "." not in text and "localhost" not in text.lower():
        return text
    found = entities(text)
    uncounted = _uncounted(text, found, addressees) if addressees else {}
    position = 0
    pieces: list[str] = []
    for entity in found:
        match entity:
            case Mention(start=start) if start in uncounted:
                pieces.append(text[position:start])
                position = uncounted[start]
                continue
            case Link():
                pieces += text[position : entity.start], _LINK
            case Mention(domain=str()):
                pieces += text[position : entity.start + 1], entity.username
            case _:
                continue
        position = entity.end
    return "".join(pieces) + text[position:]


def _uncounted(text: str, found: tuple[Entity, ...], addressees: Container[str]) -> dict[int, int]:
    """For each mention that does not count, the offset at which it begins and the one after its separators."""
    opening = [one for one in reply_address_in(text, found)[0] if one.handle in addressees][:MOST_ADDRESSEES]
    return {one.start: min(gap_end(text, one), one.end + LONGEST_GAP) for one in opening}


def _characters(text: str) -> int:
    if _COMPOUND.search(text) is None:
        return len(text) - text.count("\r\n")
    composed = _FLAG.sub("x", unicodedata.normalize("NFC", text))
    return len(_CLUSTER.findall(composed)) + len(_FALSE_CONJUNCT.findall(composed))


_LINK = "x" * LINK_LENGTH
_CLUSTER = regex.compile(r"\X")

# A flag is two letters; `\X` of `regex` searches back to the first of a row at every letter, which is slow in a long row.
_FLAG = regex.compile(r"[\U0001F1E6-\U0001F1FF]{1,2}")

# Rule GB9c joins two Indic consonants; `regex` does not check that the first one is there, and browsers do.
_FALSE_CONJUNCT = regex.compile(
    r"(?<![\p{InCB=Consonant}\p{InCB=Extend}\p{InCB=Linker}])\p{InCB=Extend}*\p{InCB=Linker}"
    r"[\p{InCB=Extend}\p{InCB=Linker}]*(?=\p{InCB=Consonant})"
)

# Below U+0300, in general punctuation and among currency signs, each code point is one character: that covers all French texts.
_COMPOUND = regex.compile(r"[^\0-\u02FF\u2010-\u2027\u2030-\u203B\u203D-\u2048\u204A-\u205E\u20A0-\u20C0]")
