"""Whether a text asks something: its last sign, before hashtags, names and links, is a question mark."""

from __future__ import annotations

import regex

from gazouillis.text.entities import entities

_ASKS = regex.compile(r"[?\u037e\u061f\u203d\u2047-\u2049\uff1f][^\p{L}\p{N}]*+$")
"""Question marks: ours, the Greek, the Arabic, those joined with another mark, and the wide one."""
LOOKED_AT = 200
"""Characters at the end of a text."""


def is_question(text: str) -> bool:
    """What follows the question mark may be other signs and pictures, as in “really?!”, “qui vient ? 🙂” and “« on y va ? »”."""
    end = len(text)
    for one in sorted(entities(text), key=lambda found: found.start, reverse=True):
        if text[one.end : end].strip():
            break
        end = one.start
    return _ASKS.search(text[max(0, end - LOOKED_AT) : end]) is not None
