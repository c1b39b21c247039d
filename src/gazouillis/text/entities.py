"""https://docs.joinmastodon.org/user/posting/ – parser of the entities of a text: mentions, hashtags and links.

Mastodon requires `https://` before a link. Here we follow https://github.com/twitter/twitter-text: `bit.ly/x` is a link too.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

import msgspec
import regex

from gazouillis.text import grammar
from gazouillis.text.hosts import ascii_host

LONGEST_CACHED = 2_000
"""Characters of a text whose entities are cached. Longer ones are parsed each time, so that nobody can fill the memory."""


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
    """In order, never overlapping; offsets count code points. Cached, since counting, composing and rendering ask one after another."""
    return _cached(text) if len(text) <= LONGEST_CACHED else _parse(text)


@lru_cache(maxsize=64)
def _cached(text: str) -> tuple[Entity, ...]:
    return _parse(text)


def _parse(text: str) -> tuple[Entity, ...]:
    return tuple(chain.from_iterable(_scan(text, start, end) for start, end in _spans(text)))


def reply_address(text: str) -> tuple[tuple[Mention, ...], int]:
    """The mentions at the beginning of a text, and the offset at which the rest begins (0 when there is no such mention)."""
    return reply_address_in(text, entities(text))


def reply_address_in(text: str, found: tuple[Entity, ...]) -> tuple[tuple[Mention, ...], int]:
    """`reply_address` for callers that have the entities already."""
    handles: list[Mention] = []
    body = _end(_SPACES, text, 0)
    for entity in found:
        if not isinstance(entity, Mention) or entity.start != body:
            break
        handles.append(entity)
        body = gap_end(text, entity)
    return tuple(handles), body if handles else 0


def gap_end(text: str, handle: Mention) -> int:
    """The offset after the separators (spaces, `:`, `>>`, …) that follow a mention at the beginning of a text."""
    return _end(_REPLY_GAP, text, handle.end)


def typed_retweet(text: str) -> Mention | None:
    """The mention in a text that begins with `RT @alice: …`, which is how people shared statuses before there was a button."""
    opening = _RETWEET.match(text)
    if opening is None:
        return None
    first = next(iter(entities(text)), None)
    return first if isinstance(first, Mention) and first.start == opening.end() else None


def hashtag_key(name: str) -> str:
    """Hashtags with the same key are the same hashtag: `#Fête`, `#FÊTE` and `#fete`. The rule is Mastodon's.

    The key is the NFKC form in lower case, without the accents of the Latin letters from À to ž. Other accents count: `#ế` is not
    `#e`. The dot that ends a Tibetan syllable may be missing at the end.
    """
    if name.isascii():
        return name.lower()
    compatible = unicodedata.normalize("NFKC", name).replace(" ", "")  # NFKC turns a lone mark into a space and a mark
    key = unicodedata.normalize("NFKC", compatible.translate(_UNACCENTED).lower()).rstrip(_TSHEG)
    return key if key == name else hashtag_key(key)  # a letter that lost its stroke may combine with the next mark


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """The words (between spaces) with a character that an entity needs. Most words have none and are not scanned at all."""
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
    """Whether a host without scheme and path is a link: `café.fr` is, `etc.Je` and `main.py` are not."""
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
