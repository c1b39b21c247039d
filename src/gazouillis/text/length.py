"""https://unicode.org/reports/tr29/#Grapheme_Cluster_Boundaries – how long a text is, in characters as people see them.

`static/counting.js` counts the same in the page.
"""

import unicodedata
from collections.abc import Container

import regex

from gazouillis.text.entities import Entity, Link, Mention, addressed, entities, gap_end

LINK_LENGTH = 23
"""What a link counts, whatever its length: the figure Mastodon publishes, that of Twitter's own shortener."""


MOST_ADDRESSEES = 10
LONGEST_GAP = 5
"""Characters between a handle and what follows it that go with the handle: ` >> ` and one more."""


def counted_length(text: str, *, addressees: Container[str] = ()) -> int:
    """A remote handle counts as its local part.

    `addressees`: of a reply, handles in lower case that do not count where the text opens with them, the first ten.
    """
    return _characters(_countable(text, addressees))


def excess(text: str, limit: int, *, addressees: Container[str] = ()) -> int:
    """How many characters too many; 0 when the text fits."""
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
    """Where the handles that do not count begin, and where what follows them does."""
    named = [one for one in addressed(text, found)[0] if one.handle in addressees][:MOST_ADDRESSEES]
    return {one.start: min(gap_end(text, one), one.end + LONGEST_GAP) for one in named}


def _characters(text: str) -> int:
    if _COMPOUND.search(text) is None:
        return len(text) - text.count("\r\n")
    composed = _FLAG.sub("x", unicodedata.normalize("NFC", text))
    return len(_CLUSTER.findall(composed)) + len(_FALSE_CONJUNCT.findall(composed))


_LINK = "x" * LINK_LENGTH
_CLUSTER = regex.compile(r"\X")

# A flag is two letters; `regex` looks for the first of them anew at every letter, which a long row makes slow.
_FLAG = regex.compile(r"[\U0001F1E6-\U0001F1FF]{1,2}")

# Rule GB9c joins two Indic consonants; `regex` forgets to ask that the first be there, and browsers do not.
_FALSE_CONJUNCT = regex.compile(
    r"(?<![\p{InCB=Consonant}\p{InCB=Extend}\p{InCB=Linker}])\p{InCB=Extend}*\p{InCB=Linker}"
    r"[\p{InCB=Extend}\p{InCB=Linker}]*(?=\p{InCB=Consonant})"
)

# Below U+0300, in general punctuation and among the currencies, a code point is a character: all of plain French.
_COMPOUND = regex.compile(r"[^\0-\u02FF\u2010-\u2027\u2030-\u203B\u203D-\u2048\u204A-\u205E\u20A0-\u20C0]")
