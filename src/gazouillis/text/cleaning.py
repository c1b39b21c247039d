"""https://docs.joinmastodon.org/spec/activitypub/#sanitization – what may stay of the HTML and names others send."""

from html import escape, unescape

import nh3
import regex

MOST_TAGS = 5000
"""No honest message has more, and deep nesting makes a parser slow: beyond this, markup is only text."""


def clean_html(html: str) -> str:
    """Safe to show: the elements, attributes and classes Mastodon keeps, and nothing else."""
    if html.count("<") > MOST_TAGS:
        return escape(_encodable(html))
    return _HEADING_END.sub("</strong></p>", _HEADING.sub("<p><strong>", _STATUS.clean(_encodable(html))))


def plain(html: str) -> str:
    """The words of a page fragment, as somebody would have typed them."""
    if html.count("<") > MOST_TAGS:
        return html
    skeleton = _SKELETON.clean(_encodable(html))
    keeps_lines = "<pre>" in skeleton
    pieces = [_BREAKS.get(piece) or _words(piece, keeps_lines=keeps_lines) for piece in _TAG.split(skeleton)]
    return _MANY_BREAKS.sub("\n\n", "".join(pieces)).strip("\n")


def clean_line(text: str) -> str:
    """A name on one line: no control character, nothing that reverses the reading order of what follows it."""
    return " ".join(_UNWANTED.sub("", _LINE_BREAK.sub(" ", text)).split())


def _words(piece: str, *, keeps_lines: bool) -> str:
    """Outside `<pre>`, a line break in the source of a page is only a space."""
    if piece.startswith("<"):
        return ""
    if "\n" in piece and not keeps_lines:
        piece = " ".join(filter(None, (line.strip(" \t") for line in piece.split("\n"))))
    return unescape(piece)


def _encodable(html: str) -> str:
    return _SURROGATE.sub("\ufffd", html)


def _kept_attribute(_element: str, attribute: str, value: str) -> str | None:
    match attribute:
        case "class":
            return " ".join(name for name in value.split() if _CLASS.fullmatch(name)) or None
        case "translate":
            return value if value == "no" else None
        case _:
            return value


_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = {"p", "div", "blockquote", "pre", "ul", "ol", "table", "hr", *_HEADINGS}
_LINES = {"br", "li", "tr"}

_STATUS = nh3.Cleaner(
    tags={
        *("p", "br", "span", "a", "del", "s", "pre", "blockquote", "code", "b", "strong", "u", "i", "em"),
        *("ul", "ol", "li", "ruby", "rt", "rp"),
        *_HEADINGS,
    },
    attributes={
        "*": {"lang"},
        "a": {"href", "class", "translate"},
        "span": {"class", "translate"},
        "p": {"class"},
        "ol": {"start", "reversed"},
        "li": {"value"},
    },
    attribute_filter=_kept_attribute,
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="nofollow noopener",
    url_schemes={"http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini"},
    url_relative="deny",
)
_SKELETON = nh3.Cleaner(tags=_BLOCKS | _LINES, attributes={}, link_rel=None)

# Microformats, what a link is, how much of it shows, and the line that repeats a quoted post.
_CLASS = regex.compile(r"(?:h|p|u|dt|e)-[\w-]+|mention|hashtag|ellipsis|invisible|quote-inline")

# `nh3` has just written these tags: they are well-formed, and a `<` of the text is escaped.
_HEADING = regex.compile(r"<h[1-6](?: lang=\"[^\"]*\")?>")
_HEADING_END = regex.compile(r"</h[1-6]>")
_TAG = regex.compile(r"(<[^>]*>)")
_BREAKS = {f"<{slash}{name}>": "\n\n" for name in _BLOCKS for slash in ("", "/")} | {f"<{name}>": "\n" for name in _LINES}
_MANY_BREAKS = regex.compile(r"\n{3,}")

_SURROGATE = regex.compile(r"\p{Cs}")
_LINE_BREAK = regex.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_UNWANTED = regex.compile(r"[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFF9-\uFFFB]+")
