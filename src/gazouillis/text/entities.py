"""https://docs.joinmastodon.org/user/posting/ – the mentions, hashtags and links of a text.

Where Mastodon wants `https://` before an address we follow https://github.com/twitter/twitter-text: `bit.ly/x` is one.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

import msgspec
import regex

from gazouillis.text import grammar
from gazouillis.text.hosts import ascii_host

LONGEST_REMEMBERED = 2_000
"""A longer text is read each time: what was read last is held, whoever sent it."""


class Mention(msgspec.Struct, frozen=True):
    start: int
    end: int
    username: str
    domain: str | None = None

    @property
    def handle(self) -> str:
        """As written but in lower case: `alice`, `dave@there.test`."""
        return (self.username if self.domain is None else f"{self.username}@{self.domain}").lower()


class Hashtag(msgspec.Struct, frozen=True):
    start: int
    end: int
    name: str


class Link(msgspec.Struct, frozen=True):
    start: int
    end: int
    url: str


Entity = Mention | Hashtag | Link


def entities(text: str) -> tuple[Entity, ...]:
    """In order, never overlapping; offsets are code points of the text as given. Counting, composing and linking ask in turn."""
    return _remembered(text) if len(text) <= LONGEST_REMEMBERED else _read(text)


@lru_cache(maxsize=64)
def _remembered(text: str) -> tuple[Entity, ...]:
    return _read(text)


def _read(text: str) -> tuple[Entity, ...]:
    return tuple(chain.from_iterable(_scan(text, start, end) for start, end in _promising(text)))


def reply_address(text: str) -> tuple[tuple[Mention, ...], int]:
    """The handles a text opens with, and where its own words begin (0 when it is addressed to nobody)."""
    return addressed(text, entities(text))


def addressed(text: str, found: tuple[Entity, ...]) -> tuple[tuple[Mention, ...], int]:
    """`reply_address`, for who has read the entities already."""
    handles: list[Mention] = []
    body = _end(_SPACES, text, 0)
    for entity in found:
        if not isinstance(entity, Mention) or entity.start != body:
            break
        handles.append(entity)
        body = gap_end(text, entity)
    return tuple(handles), body if handles else 0


def gap_end(text: str, handle: Mention) -> int:
    """Where what stands between this handle, if it opens the text, and the next or the author's own words is over."""
    return _end(_REPLY_GAP, text, handle.end)


def typed_retweet(text: str) -> Mention | None:
    """Whom `RT @alice: …` quotes: how people shared before there was a button."""
    opening = _RETWEET.match(text)
    if opening is None:
        return None
    first = next(iter(entities(text)), None)
    return first if isinstance(first, Mention) and first.start == opening.end() else None


def hashtag_key(name: str) -> str:
    """Two hashtags with one key are one hashtag: `#Fête`, `#FÊTE` and `#fete`, by Mastodon's rule.

    NFKC, without the accents of the Latin letters from À to ž, in lower case. Other accents count: `#ế` is not `#e`.
    The dot that ends a Tibetan syllable may be left out at the end.
    """
    if name.isascii():
        return name.lower()
    compatible = unicodedata.normalize("NFKC", name).replace(" ", "")  # a mark that stands alone becomes a space and a mark
    key = unicodedata.normalize("NFKC", compatible.translate(_UNACCENTED).lower()).rstrip(_TSHEG)
    return key if key == name else hashtag_key(key)  # a letter without its stroke may take up the mark that follows


def _promising(text: str) -> Iterator[tuple[int, int]]:
    """The stretches between spaces that hold a sign of an entity: most words of most texts do not, and cost nothing."""
    position = 0
    while sign := _SIGN.search(text, position):
        start, end = text.rfind(" ", position, sign.start()) + 1, text.find(" ", sign.end())
        yield max(start, position), end if end >= 0 else len(text)
        if end < 0:
            return
        position = end


def _scan(text: str, position: int, limit: int) -> Iterator[Entity]:
    while match := _ENTITY.search(text, position, limit):
        start, position = match.span()
        scheme, host, remote, domain, local, tag = match.groups()
        if host is not None:
            if scheme or _has_known_ending(host):
                end = _end(_TAIL if scheme or not _ending(host).isascii() else _TYPED_TAIL, text, position)
                if scheme or end > position or _stands_alone(host):
                    yield Link(start, end, _url(scheme, host, text[position:end]))
                    position = end
        elif tag is not None:
            yield Hashtag(start, position, tag)
        else:
            yield Mention(start, position, local or remote, domain)


def _ending(host: str) -> str:
    return host.rpartition(".")[2]


def _has_known_ending(host: str) -> bool:
    return _ending(host).lower() in grammar.TLDS


def _stands_alone(host: str) -> bool:
    """Whether a host with neither scheme nor path was meant as a link: `café.fr` was, `etc.Je` and `main.py` were not."""
    ending = _ending(host)
    return host[:4].lower() == "www." or (ending == ending.lower() and ending not in grammar.ALSO_WORDS)


def _url(scheme: str | None, host: str, tail: str) -> str:
    return f"{(scheme or 'https://').lower()}{ascii_host(host)}{tail}"


def _end(pattern: regex.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


_ENTITY = regex.compile(grammar.ENTITY)
_TAIL = regex.compile(grammar.TAIL)
_TYPED_TAIL = regex.compile(grammar.TYPED_TAIL)
_REPLY_GAP = regex.compile(grammar.REPLY_GAP)
_SPACES = regex.compile(grammar.SPACES)
_RETWEET = regex.compile(grammar.RETWEET)

_SIGN = regex.compile(r"[@#\uFF20\uFF03]|\.(?=[^\s.])")

_TSHEG = "\u0f0b"

_UNDECOMPOSED = str.maketrans("ĐđĦħ\u0131ĸŁłŊŋØøŦŧÐð", "DdHhikLlNnOoTtDd")
_UNACCENTED = {
    code: base for code, base in ((code, unicodedata.normalize("NFD", chr(code))[0]) for code in range(0xC0, 0x180)) if base.isascii()
} | _UNDECOMPOSED
