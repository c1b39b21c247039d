"""Names of places in a text: which words may be one, before anything is said about whether they are meant so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gazouillis.places import gazetteer, homonyms
from gazouillis.places.clue_words import DATIVE, IN_AMERICA, MOVEMENT, NEVER, NOT_PEOPLE
from gazouillis.places.date_parts import flat
from gazouillis.places.models import FIRST_NAME, NAMED_EN, NAMED_FR, WORD_EN, WORD_FR, Kind, Named
from gazouillis.places.tokens import Token, are_shouted, tokens_of

MOST_WORDS = 6
"""Words of the longest name that is looked for."""
MOST_TOKENS = 400
"""Words of a text that are read. A status has far fewer."""
ARTICLES = {"au": "le", "du": "le", "aux": "les", "des": "les"}
"""`au Mans` is Le Mans, `des Ulis` Les Ulis."""
SMALL = 20_000
"""A town of fewer people is not recognised when its name is typed small."""


class Text(NamedTuple):
    """A text as the finder reads it."""

    written: str
    flat: str
    """In lower case, without accents; the same characters at the same places."""
    language: str
    tokens: Sequence[Token]
    dated: frozenset[int]
    """Which tokens belong to a date."""
    is_shouted: bool
    named: Mapping[str, list[Named]]

    def before(self, index: int, count: int) -> list[str]:
        """Keys of the words before, in the same sentence."""
        start = index
        while start > 0 and index - start < count and not (self.tokens[start].begins_sentence):
            start -= 1
        return [one.key for one in self.tokens[start:index]]

    def has_before(self, pattern: re.Pattern[str], index: int, count: int) -> bool:
        return any(pattern.fullmatch(key) for key in self.before(index, count))

    def has_after(self, pattern: re.Pattern[str], index: int) -> bool:
        """Whether the word at this place is one of them."""
        return index < len(self.tokens) and bool(pattern.fullmatch(self.tokens[index].key))

    @property
    def has_date(self) -> bool:
        return bool(self.dated)

    def has_clue(self, index: int) -> bool:
        """Whether something besides the preposition tells of being somewhere: a date, a movement, an occasion."""
        return self.has_date or self.has_before(MOVEMENT[self.language], index, MOST_TOKENS)

    def has_dative(self, index: int, count: int = 5) -> bool:
        return self.has_before(DATIVE[self.language], index, count)


class Mention(NamedTuple):
    """A name at tokens `start` to `end`, and the places that bear it. `is_contracted`: its article is in the word before ("au Mans")."""

    start: int
    end: int
    key: str
    candidates: list[Named]
    is_contracted: bool = False
    is_bound: bool = False

    @property
    def population(self) -> int:
        return max(one.place.population for one in self.candidates)

    @property
    def flags(self) -> int:
        return self.candidates[0].flags

    @property
    def may_be_person(self) -> bool:
        return bool(self.flags & FIRST_NAME) and self.key not in NOT_PEOPLE

    def is_word(self, language: str) -> bool:
        return bool(self.flags & (WORD_FR if language == "fr" else WORD_EN)) and self.key not in NOT_PEOPLE

    def is_named(self, language: str) -> bool:
        """Whether the name is the one in this language."""
        return bool(self.flags & (NAMED_FR if language == "fr" else NAMED_EN))

    def is_plain(self, language: str) -> bool:
        return not self.may_be_person and not self.is_word(language)

    def has_capital(self, text: Text) -> bool:
        """Whether it is written as a name. In a text all in capitals that is not known."""
        return not text.is_shouted and text.tokens[self.end - 1].has_capital


def read(written: str, language: str, date_spans: Sequence[tuple[int, int]]) -> Text:
    """The text with its words, and all places that they may name: one question to the gazetteer."""
    tokens = tokens_of(written)[:MOST_TOKENS]
    dated = frozenset(number for number, one in enumerate(tokens) if any(start < one.end and one.start < end for start, end in date_spans))
    named = gazetteer.named(key for start in range(len(tokens)) for _, key in _keys(tokens, start))
    return Text(written, flat(written), language, tokens, dated, are_shouted(tokens), named)


def mention_at(text: Text, start: int) -> Mention | None:
    """The longest name that begins at this token."""
    if start in text.dated:
        return None
    for end, key in _keys(text.tokens, start):
        candidates = text.named.get(key)
        if not candidates or (key in NEVER and end - start == 1) or key.isdigit():
            continue
        before = text.tokens[start - 1].key if start else ""
        is_contracted = len(key.split()) > end - start
        if is_contracted and not _can_lose_article(text, before, candidates):
            continue
        return Mention(start, end, key, candidates, is_contracted)
    return None


def _can_lose_article(text: Text, before: str, candidates: Sequence[Named]) -> bool:
    return text.language == "fr" and before in ARTICLES and any(one.place.kind is Kind.TOWN for one in candidates)


def _keys(tokens: Sequence[Token], start: int) -> Iterator[tuple[int, str]]:
    """Ends and keys of the names that may begin here, the longest first; with the article that "au" has swallowed before without."""
    article = ARTICLES.get(tokens[start - 1].key) if start and tokens[start].gap == " " else None
    last = start + 1
    while last < min(len(tokens), start + MOST_WORDS) and _JOINS.fullmatch(tokens[last].gap):
        last += 1
    for end in range(last, start, -1):
        key = " ".join(one.key for one in tokens[start:end] if one.key)
        if article:
            yield end, f"{article} {key}"
        yield end, key


def bound(text: Text, mention: Mention) -> Mention:
    """The mention with only the candidates that lie where its neighbour says: "Brest en Biélorussie", "Hamilton, Ontario"."""
    match = _BINDS.match(text.written, text.tokens[mention.end - 1].end)
    if match is None:
        return mention
    begins = next((number for number in range(mention.end, len(text.tokens)) if text.tokens[number].start >= match.end()), None)
    if begins is None or begins > mention.end + 2:
        return mention
    code = _state(text, begins)
    if code and (inside := [one for one in mention.candidates if one.place.code == code]):
        return mention._replace(end=begins + 1, candidates=inside, is_bound=True)
    for end, key in _keys(text.tokens, begins):
        for around in text.named.get(key, ()):
            inside = [one for one in mention.candidates if homonyms.lies_in(one, around)]
            if inside and text.tokens[end - 1].has_capital and around.place.kind is not Kind.TOWN:
                return mention._replace(end=end, candidates=inside, is_bound=True)
    return mention


def _state(text: Text, index: int) -> str:
    """The code of an American state or Canadian province, from its two capitals."""
    token = text.tokens[index]
    if not (len(token.text) == 2 and token.text.isupper()) or text.is_shouted:
        return ""
    return IN_AMERICA.get(token.key, f"US.{token.text}")


_JOINS = re.compile(r"[ \u00a0]|[-‐‑'’]|\. ?")  # noqa: RUF001
_BINDS = re.compile(r"(?: ?, ?| \(| )(?:(?:(?:en|au|aux|in(?: the)?|the) |dans (?:le |la |les |l['’])?|de (?:la |l['’])))?", re.IGNORECASE)
