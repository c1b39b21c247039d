"""Links as people read them: `%C3%A9t%C3%A9` is shown as `été`, `xn--caf-dma.fr` as `café.fr`. The address itself stays as written.

https://url.spec.whatwg.org/#url-rendering-i18n, https://www.unicode.org/reports/tr39/#Confusable_Detection
"""

from urllib.parse import unquote_to_bytes

import idna
import regex


def readable(url: str) -> str:
    """Decodes letters, marks and digits only: anything else, decoded, could end the address or reorder the text around it."""
    if "%" not in url and "xn--" not in url.lower():
        return url
    return _PERCENT_ENCODED.sub(_decoded, _PUNYCODE_HOST.sub(_unicode_host, url, count=1))


def _decoded(match: regex.Match[str]) -> str:
    try:
        text = unquote_to_bytes(match[0]).decode()
    except UnicodeDecodeError:
        return match[0]
    return text if _LETTERS.fullmatch(text) else match[0]


def _unicode_host(match: regex.Match[str]) -> str:
    try:
        host = str(idna.decode(match[0]))
    except UnicodeError:
        return match[0]
    return host if _UNMISTAKABLE.fullmatch(host) else match[0]


_PERCENT_ENCODED = regex.compile(r"(?:%[8-9A-Fa-f][0-9A-Fa-f])+")
"""Runs of bytes outside ASCII."""
_PUNYCODE_HOST = regex.compile(r"(?<=^|//)(?=[^/?#]*xn--)[^/?#:@]+", regex.IGNORECASE)
_LETTERS = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{Mn}\p{Mc}]*")
_UNMISTAKABLE = regex.compile(
    r"[a-z0-9.\-\u00DF-\u00F6\u00F8-\u017F\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}"
    r"\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Devanagari}ー]+"
)
"""Hosts that no other script imitates: Cyrillic and Greek letters look like Latin ones, and their hosts stay in punycode."""
