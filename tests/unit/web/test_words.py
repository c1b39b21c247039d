import re
from collections.abc import Iterator
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from gazouillis.web import i18n
from tests.support import preview, sample

ROOT = Path(__file__).parents[3]
KEYWORDS = DEFAULT_KEYWORDS | {"counted": (1, 2)}
AGE_PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")

Msgid = str | tuple[str, ...]


def said_in_the_code() -> dict[Msgid, str]:
    """Each sentence, with the place where it is written."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(ROOT / "src", methods, options, KEYWORDS)
    return {msgid: f"src/{file}:{line}" for file, line, msgid, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (i18n.CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(sentence: str | tuple[str, ...] | list[str]) -> list[str]:
    return [sentence] if isinstance(sentence, str) else list(sentence)


def holes(sentence: str) -> set[str]:
    return {"".join(found) for found in AGE_PLACEHOLDER.findall(sentence)}


def is_said(message: Message | None) -> bool:
    return message is not None and not message.fuzzy and all(forms(message.string))


@pytest.mark.parametrize("language", [one for one in i18n.LANGUAGES if one != i18n.DEFAULT_LANGUAGE])
def test_everything_is_said_in_every_language(language):
    known = catalogue(language)
    missing = [f"{place}: {msgid}" for msgid, place in said_in_the_code().items() if not is_said(known.get(forms(msgid)[0]))]
    assert missing == [], "run `just words`, then complete the .po files"


@pytest.mark.parametrize("language", [one for one in i18n.LANGUAGES if one != i18n.DEFAULT_LANGUAGE])
def test_translations_keep_the_holes_of_their_sentence(language):
    for message in filter(is_said, catalogue(language)):
        *singular, last = forms(message.string)
        assert holes(last) == holes(forms(message.id)[-1]), message.id
        assert all(holes(form) in (holes(forms(message.id)[0]), holes(last)) for form in singular), message.id


def test_french_signs_are_never_torn_from_their_word():
    """A plain space would let the line end before them."""
    torn = [form for message in catalogue("fr") if message.id for form in forms(message.string) if re.search(r" [;:!?»]|« ", form)]

    assert torn == []


class Bracketed(NullTranslations):
    """Says everything between brackets: what is not between brackets was not translated."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class Words(HTMLParser):
    """What a page says, apart from what people wrote (`dir="auto"`), dates and keys."""

    VOID = ("area", "base", "br", "hr", "img", "input", "link", "meta")
    SAID = ("aria-label", "placeholder", "title", "alt", "data-one", "data-many", "data-say", "data-confirm")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_ours = tag not in ("time", "kbd", "code", "script", "svg") and given.get("dir") != "auto" and "lang" not in given
        if tag != "time":
            self.found += [value for name in self.SAID if (value := given.get(name)) and tag != "svg"]
        if tag not in self.VOID and (self._skipped or not (is_ours or tag == "html")):
            self._skipped.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped and tag not in self.VOID:
            self._skipped.pop()

    def handle_data(self, data: str) -> None:
        if not self._skipped and data.strip():
            self.found.append(data.strip())


NAMES = sorted(
    {preview.VISITOR.site_name, "Tusky", "https://tusky.app", "English", "Français", "Budapest", "pétanque", "budapest", "xyzzy", "hu"}
    | {one.name for one in sample.PEOPLE}
    | {one.acct for one in sample.PEOPLE}
    | set(preview.FORM_ERRORS.values())
    | {
        "Ce nom et ce mot de passe ne vont pas ensemble.",
        "Votre gazouillis dépasse de 52 caractères.",
        "Bienvenue !",
        "emma@example.org",
        "laurent@example.org",
    }
    | {text for session in preview.SESSIONS for text in (session.user_agent, session.address)}
    | set(preview.DEVICES.values()),
    key=len,
    reverse=True,
)
NUMBER = re.compile(r"\d[\d.,\s]*[kKM]?\b")


def untranslated(html: str) -> Iterator[str]:
    words = Words()
    words.feed(html)
    for found in words.found:
        rest = re.sub(r"⟦[^⟦⟧]*⟧", "", found)
        for name in NAMES:
            rest = rest.replace(name, "")
        if re.search(r"[^\W\d_]", NUMBER.sub("", rest)):
            yield found


BRACKETED = preview.pages("en", words=lambda _language: Bracketed())


@pytest.mark.parametrize("name", list(BRACKETED))
def test_a_page_says_nothing_that_cannot_be_translated(name):
    assert list(untranslated(BRACKETED[name])) == []


def test_a_missing_word_is_seen():
    assert list(untranslated("<p>⟦Hello⟧ <b>there</b></p>")) == ["there"]
