"""FollowFriday: a post with the hashtag `#FF` or `#FollowFriday` recommends the people whom it names. Any day of the week."""

from __future__ import annotations

import regex

from gazouillis.text.entities import Hashtag, Mention, entities, hashtag_key

KEYS = frozenset({"ff", "followfriday"})
"""Of its hashtags (`hashtag_key`)."""


def is_follow_friday(text: str) -> bool:
    return any(isinstance(one, Hashtag) and hashtag_key(one.name) in KEYS for one in entities(text))


def reason(text: str) -> str:
    """What the text says beside its hashtag and the names: why these people are recommended. May be empty."""
    kept, position = [], 0
    for one in entities(text):
        if isinstance(one, Mention) or (isinstance(one, Hashtag) and hashtag_key(one.name) in KEYS):
            kept.append(text[position : one.start])
            position = one.end
    kept.append(text[position:])
    return _trimmed(_joined(kept))


def _joined(parts: list[str]) -> str:
    """Without the words and signs that only stood between two names: `@a, @b et @c`."""
    between = [part for index, part in enumerate(parts) if index in {0, len(parts) - 1} or not _JOINS.fullmatch(part)]
    return " ".join(between)


def _trimmed(text: str) -> str:
    spaced = regex.sub(r"\s+([,.])", r"\1", regex.sub(r"\s+", " ", text))
    return _END.sub("", _START.sub("", spaced)).strip()


# Possessive, and tried at the beginning of the signs only: a long row of signs costs no more than its length.
_JOINS = regex.compile(r"[\s,;:/+&|·•–—-]*+(?:et|and|ou|or|puis|then)?+[\s,;:/+&|·•–—-]*+", regex.IGNORECASE)
_START = regex.compile(r"^[\s,;:./+&|·•–—>-]+(?:\s|(?=\p{L}))|^[\s,;:/+&|·•–—>-]+$")
_END = regex.compile(r"(?<![\s,;:/+&|·•–—>-])[\s,;:/+&|·•–—>-]++$")
