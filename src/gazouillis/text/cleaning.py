"""https://docs.joinmastodon.org/spec/activitypub/#sanitization – sanitizer of HTML and names that come from outside, and HTML to text."""

from html import escape, unescape

import nh3
import regex

MOST_TAGS = 5000
"""A text with more tags is not parsed as HTML but treated as plain text: no honest message has so many, and deep nesting is slow."""


def clean_html(html: str) -> str:
    """HTML that is safe to show: only the elements, attributes and classes that Mastodon allows."""
    if html.count("<") > MOST_TAGS:
        return escape(_encodable(html))
    return _HEADING_END.sub("</strong></p>", _HEADING.sub("<p><strong>", _STATUS.clean(_encodable(html))))


def plain(html: str) -> str:
    """The text of an HTML fragment, with the line breaks that somebody would have typed."""
    if html.count("<") > MOST_TAGS:
        return html
    skeleton = _SKELETON.clean(_encodable(html))
    keeps_lines = "<pre>" in skeleton
    pieces = [_BREAKS.get(piece) or _text(piece, keeps_lines=keeps_lines) for piece in _TAG.split(skeleton)]
    return _MANY_BREAKS.sub("\n\n", "".join(pieces)).strip("\n")


def clean_line(text: str) -> str:
    """A name as one line: without control characters and without characters that change the reading direction of what follows."""
    return " ".join(_UNWANTED.sub("", _LINE_BREAK.sub(" ", text)).split())


def _text(piece: str, *, keeps_lines: bool) -> str:
    """Empty for a tag. Outside `<pre>`, a line break in the HTML source counts as a space."""
    if piece.startswith("<"):
        return ""
    if "\n" in piece and not keeps_lines:
        piece = " ".join(filter(None, (line.strip(" \t") for line in piece.split("\n"))))
    return unescape(piece)


def _encodable(html: str) -> str:
    return _SURROGATE.sub("\ufffd", html)


def _allowed_attribute(_element: str, attribute: str, value: str) -> str | None:
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
    attribute_filter=_allowed_attribute,
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="nofollow noopener",
    url_schemes={"http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini"},
    url_relative="deny",
)
_SKELETON = nh3.Cleaner(tags=_BLOCKS | _LINES, attributes={}, link_rel=None)

# Classes of microformats, of mentions and hashtags, of the visible and hidden parts of a link, and of the fallback of a quoted post.
_CLASS = regex.compile(r"(?:h|p|u|dt|e)-[\w-]+|mention|hashtag|ellipsis|invisible|quote-inline")

# These match the output of `nh3`: tags are well-formed, and a `<` in the text is escaped.
_HEADING = regex.compile(r"<h[1-6](?: lang=\"[^\"]*\")?>")
_HEADING_END = regex.compile(r"</h[1-6]>")
_TAG = regex.compile(r"(<[^>]*>)")
_BREAKS = {f"<{slash}{name}>": "\n\n" for name in _BLOCKS for slash in ("", "/")} | {f"<{name}>": "\n" for name in _LINES}
_MANY_BREAKS = regex.compile(r"\n{3,}")

_SURROGATE = regex.compile(r"\p{Cs}")
_LINE_BREAK = regex.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_UNWANTED = regex.compile(r"[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFF9-\uFFFB]+")
