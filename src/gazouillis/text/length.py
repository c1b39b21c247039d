"""https://unicode.org/reports/tr29/#Grapheme_Cluster_Boundaries – how long a text is, in characters as people see them.

`static/counting.js` counts the same in the page.
"""

import unicodedata

import regex

from gazouillis.text.entities import Link, Mention, addressed, entities

LINK_LENGTH = 23
"""What a link counts, whatever its length: the figure Mastodon publishes, that of Twitter's own shortener."""


def counted_length(text: str, *, is_reply: bool = False) -> int:
    """A remote handle counts as its local part; the handles that open a reply do not count at all."""
    return _characters(_countable(text, is_reply=is_reply))


def excess(text: str, limit: int, *, is_reply: bool = False) -> int:
    """How many characters too many; 0 when the text fits."""
    return max(0, counted_length(text, is_reply=is_reply) - limit)


def _countable(text: str, *, is_reply: bool) -> str:
    if not is_reply and "." not in text and "localhost" not in text.lower():
        return text
    found = entities(text)
    position = addressed(text, found)[1] if is_reply else 0
    pieces: list[str] = []
    for entity in found:
        if entity.start < position:
            continue
        match entity:
            case Link():
                pieces += text[position : entity.start], _LINK
            case Mention(domain=str()):
                pieces += text[position : entity.start + 1], entity.username
            case _:
                continue
        position = entity.end
    return "".join(pieces) + text[position:]


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
