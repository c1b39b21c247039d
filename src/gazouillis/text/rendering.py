"""https://docs.joinmastodon.org/spec/activitypub/#sanitization – renderer of a text as HTML, in the form Mastodon clients expect."""

from collections import Counter
from collections.abc import Callable, Mapping
from html import escape

import msgspec
import regex

from gazouillis.text.blank import is_blank
from gazouillis.text.entities import Entity, Hashtag, Link, Mention, entities
from gazouillis.text.readable_links import readable

SHOWN_OF_A_LINK = 30
"""Characters of a URL that are visible; the rest is in the HTML but hidden."""


class Mentioned(msgspec.Struct, frozen=True):
    """What a link to a mentioned account needs."""

    url: str
    username: str
    acct: str


def to_html(text: str, mentions: Mapping[str, Mentioned], tag_url: Callable[[str], str]) -> str:
    """Empty for a blank text. `mentions`: accounts by `Mention.handle`; a handle without an account stays plain text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if is_blank(text):
        return ""
    return _paragraphs(_linked(text, mentions, tag_url))


def _linked(text: str, mentions: Mapping[str, Mentioned], tag_url: Callable[[str], str]) -> str:
    found = entities(text)
    if not found:
        return _plain(text)
    namesakes = _namesakes(found)
    pieces, position = [], 0
    for entity in found:
        pieces.append(_plain(text[position : entity.start]))
        position = entity.end
        written = text[entity.start : position]
        match entity:
            case Link(url=url):
                pieces.append(_link(url, written))
            case Hashtag(name=name):
                pieces.append(_hashtag(tag_url(name), written))
            case Mention(handle=handle):
                account = mentions.get(handle)
                pieces.append(_mention(account, entity, written[0], namesakes) if account else escape(written, quote=False))
    pieces.append(_plain(text[position:]))
    return "".join(pieces)


def _plain(text: str) -> str:
    """Text between the links. A sign that French separates by a space (`Bonjour !`) never begins the next line."""
    return escape(_SPACE_OF_A_SIGN.sub("\u00a0", text), quote=False)


def _paragraphs(html: str) -> str:
    if "\n" not in html:
        return f"<p>{html}</p>"
    paragraphs = (f"<p>{one}</p>" for one in _BLANK_LINES.split(html))
    return "".join(paragraphs).replace("\n", "<br />")


def _link(url: str, written: str) -> str:
    hidden = _HIDDEN.match(written)
    prefix = hidden.group() if hidden else ""
    shown, rest = _first_characters(readable(written[len(prefix) :]))
    return (
        f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{prefix}</span>'
        f'<span class="{"ellipsis" if rest else ""}">{escape(shown, quote=False)}</span>'
        f'<span class="invisible">{escape(rest, quote=False)}</span></a>'
    )


def _first_characters(text: str) -> tuple[str, str]:
    cut = SHOWN_OF_A_LINK
    if not text.isascii() and (beginning := _BEGINNING.match(text)):
        cut = beginning.end()
    return text[:cut], text[cut:]


def _hashtag(url: str, written: str) -> str:
    return f'<a href="{escape(url)}" class="mention hashtag" rel="tag">{written[0]}<span>{written[1:]}</span></a>'


def _mention(account: Mentioned, mention: Mention, at: str, namesakes: frozenset[str]) -> str:
    """The name is displayed as it was typed. Its domain is displayed only if another mention has the same name."""
    is_as_typed = mention.username.lower() == account.username.lower()
    name = mention.username if is_as_typed else account.username
    if mention.username.lower() in namesakes:
        name = account.acct
    return (
        f'<span class="h-card" translate="no"><a href="{escape(account.url)}" class="u-url mention">'
        f"{at}<span>{escape(name, quote=False)}</span></a></span>"
    )


def _namesakes(found: tuple[Entity, ...]) -> frozenset[str]:
    handles = {(one.username.lower(), one.handle) for one in found if isinstance(one, Mention)}
    names = Counter(username for username, _ in handles)
    return frozenset(name for name, times in names.items() if times > 1)


_SPACE_OF_A_SIGN = regex.compile(r"(?<=«) | (?=»|[!?:;]+(?:\s|$))")
_BLANK_LINES = regex.compile(r"\n{2,}")
_HIDDEN = regex.compile(r"[hH][tT][tT][pP][sS]?://(?:[wW][wW][wW]\.)?")
_BEGINNING = regex.compile(rf"\X{{0,{SHOWN_OF_A_LINK}}}")
